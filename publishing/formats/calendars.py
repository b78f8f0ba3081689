"""Planned work as iCalendar (RFC 5545): what a calendar took in once it keeps up with by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import STATUS, TRANSP, Calendar, Event, vDuration

from incidents.core.instants import spell
from incidents.core.lifecycles import Kind
from incidents.core.viewers import PUBLIC
from incidents.models import Component, Incident, Page, ScheduledWindow
from incidents.models.planned.audience import audience_of
from incidents.models.story.incident import IncidentQuerySet
from publishing.artefact import CALENDAR, Artefact, Missing
from publishing.formats.parts import component_of
from publishing.story.planned import comes_back

NEWEST: Final = 100
REFRESH: Final = timedelta(hours=1)
PRODUCT: Final = "-//Candor//Planned work//EN"


@dataclass(frozen=True)
class Slot:
    """One planned window with all its earlier dates: one event in every calendar."""

    work: Incident
    number: int
    chain: list[ScheduledWindow]

    @cached_property
    def window(self) -> ScheduledWindow:
        """What stands now."""
        return self.chain[-1]

    @property
    def uid(self) -> str:
        """The same through every change, on whichever host the page stands."""
        return f"{self.work.public_id}-{self.number}@{self.work.page.public_id}"

    @property
    def is_off(self) -> bool:
        """Whether it does not take place, and no other takes its place."""
        return self.window.superseded_at is not None

    @property
    def overrun(self) -> timedelta:
        """By how much it lasted longer than was said, once it is over."""
        over = self.window.ended_at
        return self.window.overrun_at(over) if over else timedelta()

    @property
    def sequence(self) -> int:
        """How often its dates changed; grows only, for each fact counted stays in the record."""
        overran = {each.overrun_noted_at for each in self.chain if each.overrun_noted_at}
        moved = len(self.chain) - 1
        return moved + len(overran) + (self.window.ended_at is not None) + self.is_off

    @property
    def end(self) -> datetime:
        """When it ended, as soon as it has begun and ended; else when it is to end."""
        window = self.window
        return max(window.ended_at or window.end, self.start + timedelta(minutes=1))

    @property
    def start(self) -> datetime:
        """When it really began, once it is over; else when it is to begin."""
        window = self.window
        return (window.began_at if window.ended_at else None) or window.start

    def is_on(self, component: Component | None) -> bool:
        """Whether it is, or ever was, planned on `component`."""
        hit = (each.components.all() for each in self.chain)
        return component is None or any(component in components for components in hit)

    def said(self) -> str:
        """What a calendar shows beside the title."""
        return "\n".join(filter(None, [*self._dates(), *self._about(), self.work.public_url]))

    def _dates(self) -> Iterator[str]:
        if self.is_off:
            yield _("This does not take place.")
        elif self.overrun:
            yield _("This lasted %(length)s longer than planned.") % {"length": spell(self.overrun)}
        elif self.window.overrun_noted_at:
            yield _("This lasts longer than planned.")
        if self.window.max_minutes and not self.is_off:
            longest = spell(timedelta(minutes=self.window.max_minutes))
            yield _("At most %(length)s.") % {"length": longest}

    def _about(self) -> Iterator[str]:
        if hit := ", ".join(each.name for each in self.window.components.all()):
            yield _("On: %(components)s") % {"components": hit}
        if audience := audience_of(self.work):
            yield _("This concerns only: %(audience)s") % {"audience": audience}
        if often := comes_back(self.work):
            yield _("This comes back %(often)s; each date is announced on its own.") % {
                "often": often
            }


def slots(work: Incident) -> list[Slot]:
    """The planned windows of one work, each with the dates that it had, in order of planning."""
    windows = sorted(work.scheduled_windows.all(), key=lambda each: each.pk)
    later = {each.pk: each for each in windows}
    moved_to = {each.superseded_by_id for each in windows}
    firsts = [each for each in windows if each.pk not in moved_to]
    return [Slot(work, number, _chain(each, later)) for number, each in enumerate(firsts, 1)]


def of_page(page: Page, at: datetime) -> Artefact:
    """Render `/maintenance.ics`."""
    title = _titled(page, page.name)
    return _calendar(page, "maintenance.ics", title, page.incidents.all(), at)


def of_component(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/components/<id>/maintenance.ics`."""
    component = component_of(page, public_id)
    planned = page.incidents.touching(component)
    title = _titled(page, f"{page.name}, {component.name}")
    path = f"{component.public_path}maintenance.ics"
    return _calendar(page, path, title, planned, at, on=component)


def of_work(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/maintenance/<id>.ics`: empty of events as long as it has no dates."""
    found = page.incidents.filter(public_id=public_id, kind=Kind.MAINTENANCE)
    if not found.visible_to(PUBLIC).exists():
        raise Missing
    return _calendar(page, f"maintenance/{public_id}.ics", _titled(page, page.name), found, at)


def _calendar(
    page: Page,
    path: str,
    title: str,
    found: IncidentQuerySet,
    at: datetime,
    on: Component | None = None,
) -> Artefact:
    planned = found.visible_to(PUBLIC).of_kind(Kind.MAINTENANCE).with_story()
    works = list(planned.order_by("-started_at", "-pk")[:NEWEST])
    with translation.override(page.language):
        events = [_event(slot) for work in works for slot in slots(work) if slot.is_on(on)]
    calendar = Calendar.new(
        prodid=PRODUCT,
        name=title,
        language=page.language,
        refresh_interval=REFRESH,
        url=page.url(),
        source=page.url(path),
        uid=f"{path}@{page.public_id}",
        last_modified=max((work.updated_at for work in works), default=page.created_at),
        subcomponents=events,
    )
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    # Neither has a type of its own without its name (RFC 7986).
    for name, kind in (("REFRESH-INTERVAL", "DURATION"), ("SOURCE", "URI")):
        calendar[name].params["VALUE"] = kind
    return Artefact(path, CALENDAR, calendar.to_ical(), at)


def _event(slot: Slot) -> Event:
    told = slot.work.updated_at.astimezone(UTC)
    return Event.new(
        uid=slot.uid,
        sequence=slot.sequence,
        stamp=told,
        last_modified=told,
        created=slot.work.created_at.astimezone(UTC),
        start=slot.start.astimezone(UTC),
        end=slot.end.astimezone(UTC),
        summary=slot.work.title,
        description=slot.said(),
        status=STATUS.CANCELLED if slot.is_off else STATUS.CONFIRMED,
        transparency=TRANSP.TRANSPARENT,
        url=slot.work.public_url,
    )


def _chain(first: ScheduledWindow, windows: dict[int, ScheduledWindow]) -> list[ScheduledWindow]:
    chain = [first]
    while (after := windows.get(chain[-1].superseded_by_id or 0)) is not None:
        chain.append(after)
    return chain


def _titled(page: Page, name: str) -> str:
    with translation.override(page.language):
        return _("%(name)s: planned maintenance") % {"name": name}
