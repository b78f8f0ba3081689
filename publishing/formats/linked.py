"""What a page is about as schema.org data, for search engines that show more than a link."""

import json
from datetime import datetime
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from incidents.core.links import absolute_markdown
from incidents.core.markup import plain
from incidents.models import Page
from publishing.story.account import Account
from publishing.story.planned import PlannedWindow
from publishing.story.story import Story
from publishing.story.timeline import Entry, entries
from publishing.words.tongues import language_of, localised
from publishing.words.wording import words_of

type Data = dict[str, Any]

VOCABULARY: Final = "https://schema.org"
UPDATES: Final = 10
LONGEST: Final = 300
ESCAPES: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def of_site(page: Page) -> SafeString:
    """The site, and how it is searched."""
    return _written(
        _whole(
            page,
            "WebSite",
            name=page.name,
            url=localised(page, page.url()),
            publisher=_publisher(page),
            potentialAction={
                "@type": "SearchAction",
                "target": f"{localised(page, page.url('search/'))}?q={{text}}",
                "query-input": "required name=text",
            },
        )
    )


def of_entry(story: Story) -> SafeString:
    """Planned work as events, one for each of its windows; anything else as a running report."""
    if story.incident.is_maintenance:
        return _written([_event(story, planned) for planned in story.planned])
    return _written(_report(story))


def of_postmortem(account: Account) -> SafeString:
    """A postmortem as an article."""
    found = account.postmortem
    return _written(
        _whole(
            found.page,
            "Article",
            headline=account.edition.title,
            url=localised(found.page, found.public_url),
            datePublished=_stamp(found.published_at),
            dateModified=_stamp(found.amended_at or found.published_at),
            author=_publisher(found.page),
        )
    )


def _written(data: Data | list[Data]) -> SafeString:
    """Write it so that nothing in it ends the block that it stands in; nothing for nothing."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")) if data else ""
    return mark_safe(text.translate(ESCAPES))


def _report(story: Story) -> Data:
    incident = story.incident
    told = entries(incident)[: -UPDATES - 1 : -1]
    return _whole(
        incident.page,
        "LiveBlogPosting",
        headline=incident.title,
        url=localised(incident.page, incident.public_url),
        datePublished=_stamp(incident.published_at),
        dateModified=_stamp(incident.updated_at),
        coverageStartTime=_stamp(story.began),
        coverageEndTime=_stamp(incident.resolved_at),
        author=_publisher(incident.page),
        liveBlogUpdate=[_update(story, entry) for entry in told if not entry.update.redacted_at],
    )


def _whole(page: Page, kind: str, **facts: Any) -> Data:
    known = {name: fact for name, fact in facts.items() if fact}
    return {"@context": VOCABULARY, "@type": kind, **known, "inLanguage": language_of(page)}


def _update(story: Story, entry: Entry) -> Data:
    update, incident = entry.update, story.incident
    said = words_of(update, incident.page, story.at)
    words = plain(absolute_markdown(said.body, incident.public_url))
    return {
        "@type": "BlogPosting",
        "headline": said.headline or str(update.get_status_display()),
        "url": f"{localised(incident.page, incident.public_url)}#{update.anchor}",
        "datePublished": _stamp(entry.said_at),
        "articleBody": words if len(words) <= LONGEST else f"{words[:LONGEST]}…",
    }


def _event(story: Story, planned: PlannedWindow) -> Data:
    work, window = story.incident, planned.window
    address = localised(work.page, work.public_url)
    earlier = planned.moved_from[0] if planned.moved_from else None
    word = "Cancelled" if planned.is_dropped else "Rescheduled" if earlier else "Scheduled"
    return _whole(
        work.page,
        "Event",
        name=work.title,
        url=address,
        startDate=_stamp(window.start),
        endDate=_stamp(window.end),
        previousStartDate=_stamp(earlier.start) if earlier else None,
        eventStatus=f"{VOCABULARY}/Event{word}",
        eventAttendanceMode=f"{VOCABULARY}/OnlineEventAttendanceMode",
        location={"@type": "VirtualLocation", "url": address},
        organizer=_publisher(work.page),
    )


def _publisher(page: Page) -> Data:
    return {"@type": "Organization", "name": page.name, "url": page.url()}


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
