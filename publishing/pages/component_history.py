"""Everything that ever touched one component, year by year, told by month."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from itertools import groupby
from operator import or_

from django.db.models import Q

from incidents.core.viewers import PUBLIC
from incidents.models import Component, ImpactWindow, Page, ScheduledWindow
from incidents.models.story.incident import IncidentQuerySet
from publishing.artefact import Artefact, Missing
from publishing.html import html
from publishing.pages.history import past
from publishing.story.story import Story

A_PART = 100

type Tally = defaultdict[int, Counter[int]]


@dataclass(frozen=True)
class Part:
    """Some of the entries of one year: a hundred, so that no page grows without bound."""

    year: int
    number: int
    stories: list[Story]
    older: int = 0

    @property
    def newer(self) -> int:
        """The number of the part before this one; 0 where it is the first."""
        return self.number - 1

    @property
    def months(self) -> list[tuple[date, list[Story]]]:
        """The entries by the month in which they began, in the page's zone."""
        return [(month, list(told)) for month, told in groupby(self.stories, key=_month)]


def component_history(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/components/<id>/history/`: the latest year, and a way to all of them."""
    component = _found(page, public_id)
    years = _years(page, component)
    path = f"{component.public_path}history/"
    return _render(page, at, path, component, years, years[0] if years else None, 1)


def component_year(
    page: Page, at: datetime, public_id: str, year: str, part: str | None = None
) -> Artefact:
    """Render `/components/<id>/history/2012/` and its further parts."""
    component, number = _found(page, public_id), int(part or 1)
    years = _years(page, component)
    if int(year) not in years:
        raise Missing
    path = f"{component.public_path}history/{year}/" + (f"{number}/" if number > 1 else "")
    return _render(page, at, path, component, years, int(year), number)


def counts(page: Page, keys: Collection[int], years: Collection[int] = ()) -> Tally:
    """How much began in which year, for each of these components; in all years, or in some."""
    begun = past(page)
    if years:
        begun = begun.filter(reduce(or_, (Q(started_at__range=_span(page, y)) for y in years)))
    hit = ImpactWindow.objects.current().filter(component__in=keys, incident__in=begun)
    planned = ScheduledWindow.objects.filter(components__in=keys, maintenance__in=begun)
    announced = begun.filter(announced_for__in=keys)
    pairs = {
        *hit.values_list("component", "incident"),
        *planned.values_list("components", "maintenance"),
        *announced.values_list("announced_for", "pk"),
    }
    entries = begun.filter(pk__in={entry for _component, entry in pairs})
    year_of = {
        pk: at.astimezone(page.zone).year for pk, at in entries.values_list("pk", "started_at")
    }
    found: Tally = defaultdict(Counter)
    for component, entry in pairs:
        if entry in year_of:
            found[component][year_of[entry]] += 1
    return found


def _render(
    page: Page, at: datetime, path: str, component: Component, years: list[int],
    year: int | None, number: int,
) -> Artefact:  # fmt: skip
    part = _part(page, component, year, number, at) if year else None
    return html(
        "component_history.html", page, path, at, component=component, years=years, part=part
    )


def _part(page: Page, component: Component, year: int, number: int, at: datetime) -> Part:
    begun = _touching(page, component).filter(started_at__range=_span(page, year))
    ordered = begun.with_news().order_by("-started_at", "-pk")
    first = (number - 1) * A_PART
    found = list(ordered[first : first + A_PART + 1])
    if not found:
        raise Missing
    stories = [Story(entry, at) for entry in found[:A_PART]]
    return Part(year, number, stories, older=number + 1 if len(found) > A_PART else 0)


def _span(page: Page, year: int) -> tuple[datetime, datetime]:
    """The first and the last instant of a year in the page's zone."""
    first, after = (datetime(each, 1, 1, tzinfo=page.zone) for each in (year, year + 1))
    return first, after.astimezone(UTC) - timedelta(microseconds=1)


def _years(page: Page, component: Component) -> list[int]:
    begun = _touching(page, component).datetimes(
        "started_at", "year", order="DESC", tzinfo=page.zone
    )
    return [first.year for first in begun]


def _touching(page: Page, component: Component) -> IncidentQuerySet:
    return past(page).touching(component)


def _found(page: Page, public_id: str) -> Component:
    visible = Page.objects.visible_to(PUBLIC).filter(pk=page.pk)
    found = page.components.filter(page__in=visible, public_id=public_id).first()
    if found is None:
        raise Missing
    return found


def _month(story: Story) -> date:
    began = story.incident.started_at.astimezone(story.incident.page.zone)
    return date(began.year, began.month, 1)
