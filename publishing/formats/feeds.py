"""Atom, RSS and JSON Feed: of the page, of one component, and an entry for each update."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils import translation
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import gettext as _

from incidents.models import Component, Page
from publishing.artefact import ATOM, JSON_FEED, RSS, Artefact
from publishing.formats.items import Item, incidents, newest, updates
from publishing.formats.news import news
from publishing.formats.parts import component_of
from publishing.sitting import once

VERSION: Final = "https://jsonfeed.org/version/1.1"


@dataclass(frozen=True)
class Channel:
    """One feed in whichever form: `name` never changes, `home` is where its page stands."""

    page: Page
    name: str
    title: str
    about: str
    home: str
    items: list[Item]

    @property
    def updated(self) -> datetime:
        """When it last told something, or the page's beginning."""
        return max((item.updated for item in self.items), default=self.page.created_at)

    def tag(self, name: str) -> str:
        """Return a name that is unique in the world (RFC 4151)."""
        return f"tag:{urlsplit(self.page.site).netloc},2005:{name}"


class AtomFeed(Atom1Feed):
    """Atom as Statuspage writes it: the whole text as content."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def history(page: Page, at: datetime) -> Channel:
    """Everything that happened, an entry an incident, with the news of postmortems."""
    told = [*incidents(page.incidents.all(), at), *news(page, at)]
    title = f"{page.name} Status - Incident History"
    about = f"{page.name}: incidents and maintenance"
    return Channel(page, "/history", title, about, "", newest(told))


def of_component(page: Page, at: datetime, component: Component) -> Channel:
    """What touched one component, or is planned on it."""
    told = incidents(page.incidents.touching(component), at)
    title = f"{page.name} Status - {component.name} - Incident History"
    about = f"{page.name}, {component.name}: incidents and maintenance"
    home = component.public_path
    return Channel(page, f"/{home}history", title, about, home, newest(told))


def every_update(page: Page, at: datetime) -> Channel:
    """Everything that was said, an entry each: for readers that tell only of new entries."""
    told = [*updates(page.incidents.all(), at), *news(page, at)]
    with translation.override(page.language):
        title = _("%(page)s Status - Every Update") % {"page": page.name}
        about = _("%(page)s: an entry for each update") % {"page": page.name}
    return Channel(page, "/updates", title, about, "", newest(told))


def atom(channel: Channel, path: str) -> bytes:
    """Write a channel as Atom."""
    return _syndicated(AtomFeed, channel, path, lambda html: {"description": None, "content": html})


def rss(channel: Channel, path: str) -> bytes:
    """Write a channel as RSS 2.0."""
    return _syndicated(Rss201rev2Feed, channel, path, lambda html: {"description": html})


def json_feed(channel: Channel, path: str) -> bytes:
    """Write a channel as JSON Feed 1.1."""
    page = channel.page
    shape = {
        "version": VERSION,
        "title": channel.title,
        "home_page_url": page.url(channel.home),
        "feed_url": page.url(path),
        "description": channel.about,
        "language": page.language,
        "authors": [{"name": page.name, "url": page.url()}],
        "items": [_json_item(channel, item) for item in channel.items],
    }
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode()


def _json_item(channel: Channel, item: Item) -> dict[str, str]:
    return {
        "id": channel.tag(item.name),
        "url": item.link,
        "title": item.title,
        "content_html": item.html,
        "date_published": item.published.isoformat(timespec="seconds"),
        "date_modified": item.updated.isoformat(timespec="seconds"),
    }


def _syndicated(
    kind: type[SyndicationFeed], channel: Channel, path: str, texts: Callable[[str], dict[str, Any]]
) -> bytes:
    page = channel.page
    feed = kind(
        title=channel.title,
        link=page.url(channel.home),
        description=channel.about,
        language=page.language,
        author_name=page.name,
        feed_url=page.url(path),
        feed_guid=channel.tag(channel.name),
    )
    feed.latest_post_date = lambda: channel.updated  # type: ignore[method-assign]
    for item in channel.items:
        feed.add_item(
            title=item.title,
            link=item.link,
            unique_id=channel.tag(item.name),
            unique_id_is_permalink=False,
            pubdate=item.published,
            updateddate=item.updated,
            **texts(item.html),
        )
    return feed.writeString("utf-8").encode()


FORMS: Final[dict[str, tuple[str, Callable[[Channel, str], bytes]]]] = {
    "history.atom": (ATOM, atom),
    "history.rss": (RSS, rss),
    "feed.json": (JSON_FEED, json_feed),
}


def of_page(page: Page, at: datetime, name: str) -> Artefact:
    """Render `/history.atom`, `/history.rss` or `/feed.json`."""
    content_type, write = FORMS[name]
    return Artefact(name, content_type, write(once(history, page, at), name), at)


def of_one_component(page: Page, at: datetime, public_id: str, name: str) -> Artefact:
    """Render the same three of `/components/<id>/`."""
    component = component_of(page, public_id)
    path, (content_type, write) = f"{component.public_path}{name}", FORMS[name]
    return Artefact(path, content_type, write(of_component(page, at, component), path), at)


def of_updates(page: Page, at: datetime) -> Artefact:
    """Render `/updates.atom`."""
    path = "updates.atom"
    return Artefact(path, ATOM, atom(every_update(page, at), path), at)
