"""What feeds tell, whichever form they have: an entry per incident, or one per update."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation

from incidents.core.links import absolute_html
from incidents.core.statuspage import last_touched
from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Update
from incidents.models.story.incident import IncidentQuerySet
from publishing.html import surroundings
from publishing.sitting import step_by_step
from publishing.story.story import Story
from publishing.story.timeline import Entry, entries

NEWEST: Final = 25


@dataclass(frozen=True)
class Item:
    """One entry of a feed; its name never changes, so that no reader shows it twice."""

    name: str
    title: str
    link: str
    published: datetime
    updated: datetime
    html: str


def newest(items: Iterable[Item], most: int = NEWEST) -> list[Item]:
    """What was last told of first."""
    return sorted(items, key=lambda each: each.updated, reverse=True)[:most]


def incidents(found: IncidentQuerySet, at: datetime) -> list[Item]:
    """An item per incident or maintenance, with all its updates: what was last told of first."""
    told = found.visible_to(PUBLIC).with_story().order_by("-updated_at", "-pk")
    return [_of_incident(each, at) for each in step_by_step(told[:NEWEST])]


def updates(found: IncidentQuerySet, at: datetime) -> list[Item]:
    """An item per update: what was said last first."""
    said = Update.objects.filter(incident__in=found.visible_to(PUBLIC).values("pk"))
    last = list(said.order_by("-posted_at", "-pk").values_list("pk", "incident")[:NEWEST])
    told = found.filter(pk__in={incident for _update, incident in last}).with_story()
    known = {entry.update.pk: (each, entry) for each in told for entry in entries(each)}
    return [_of_update(*known[update], at) for update, _incident in step_by_step(last)]


def content(incident: Incident, at: datetime) -> str:
    """All updates, the newest first, in the form that scrapers of Statuspage expect."""
    told = {"entries": entries(incident)[::-1], "story": Story(incident, at)}
    return _html("entry.html", incident, at, **told)


def _of_incident(incident: Incident, at: datetime) -> Item:
    return Item(
        name=f"Incident/{incident.public_id}",
        title=incident.title,
        link=incident.public_url,
        published=incident.published_at or incident.created_at,
        updated=incident.updated_at,
        html=content(incident, at),
    )


def _of_update(incident: Incident, entry: Entry, at: datetime) -> Item:
    update = entry.update
    with translation.override(incident.page.language):
        status = update.get_status_display()
    return Item(
        name=f"Update/{update.public_id}",
        title=f"{incident.title}: {status}",
        link=f"{incident.public_url}#{update.anchor}",
        published=entry.said_at,
        updated=max(last_touched(update), entry.said_at),
        html=_html(
            "update.html", incident, at, entry=entry, update=update, story=Story(incident, at)
        ),
    )


def _html(template: str, incident: Incident, at: datetime, **context: object) -> str:
    around = surroundings(incident.page, incident.public_path, at) | {"incident": incident}
    with translation.override(incident.page.language):
        written = render_to_string(f"publishing/feeds/{template}", around | context).strip()
    return absolute_html(written, incident.public_url)
