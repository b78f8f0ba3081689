"""Atom and RSS: an entry per incident or maintenance, stable over its updates, and the news."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Page
from publishing.artefact import ATOM, RSS, Artefact
from publishing.html import surroundings
from publishing.news import News, news
from publishing.story import Story
from publishing.timeline import entries

NEWEST: Final = 25


class AtomFeed(Atom1Feed):
    """Atom as Statuspage writes it: the whole text as content."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def atom(page: Page, at: datetime) -> Artefact:
    """Render `/history.atom`."""
    body = _feed(
        AtomFeed, page, at, "history.atom", lambda html: {"description": None, "content": html}
    )
    return Artefact("history.atom", ATOM, body, at)


def rss(page: Page, at: datetime) -> Artefact:
    """Render `/history.rss`."""
    body = _feed(Rss201rev2Feed, page, at, "history.rss", lambda html: {"description": html})
    return Artefact("history.rss", RSS, body, at)


def _feed(
    kind: type[SyndicationFeed],
    page: Page,
    at: datetime,
    path: str,
    texts: Callable[[str], dict[str, Any]],
) -> bytes:
    host = urlsplit(page.site).netloc
    feed = kind(
        title=f"{page.name} Status - Incident History",
        link=page.url(),
        description=f"{page.name}: incidents and maintenance",
        language=page.language,
        author_name=page.name,
        feed_url=page.url(path),
        feed_guid=f"tag:{host},2005:/history",
        latest=page.changed_at,
    )
    feed.latest_post_date = lambda: feed.feed["latest"]  # type: ignore[method-assign]
    told: list[Incident | News] = [*newest(page), *news(page, at, most=NEWEST)]
    for each in sorted(told, key=_last_told, reverse=True)[:NEWEST]:
        if isinstance(each, News):
            _add_news(feed, each, host, texts(each.html))
        else:
            _add(feed, each, host, texts(content(each, at)))
    return feed.writeString("utf-8").encode()


def newest(page: Page) -> list[Incident]:
    """What the feed holds: incidents and maintenance, what was last told of first."""
    visible = page.incidents.visible_to(PUBLIC).with_story()
    return list(visible.order_by("-updated_at", "-pk")[:NEWEST])


def content(incident: Incident, at: datetime) -> str:
    """All updates, the newest first, in the form that scrapers of Statuspage expect."""
    context = surroundings(incident.page, incident.public_path, at) | {
        "incident": incident,
        "entries": entries(incident)[::-1],
        "story": Story(incident, at),
    }
    with translation.override(incident.page.language):
        return render_to_string("publishing/parts/feed_entry.html", context).strip()


def _add(feed: SyndicationFeed, incident: Incident, host: str, texts: dict[str, Any]) -> None:
    feed.add_item(
        title=incident.title,
        link=incident.public_url,
        unique_id=f"tag:{host},2005:Incident/{incident.public_id}",
        unique_id_is_permalink=False,
        pubdate=incident.published_at,
        updateddate=incident.updated_at,
        **texts,
    )


def _add_news(feed: SyndicationFeed, news: News, host: str, texts: dict[str, Any]) -> None:
    feed.add_item(
        title=news.title,
        link=news.link,
        unique_id=f"tag:{host},2005:{news.name}",
        unique_id_is_permalink=False,
        pubdate=news.at,
        updateddate=news.at,
        **texts,
    )


def _last_told(told: Incident | News) -> datetime:
    return told.at if isinstance(told, News) else told.updated_at
