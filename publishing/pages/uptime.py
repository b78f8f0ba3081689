"""How everything did, period by period: a table for people and a sheet for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from incidents.core.calendar import Period, day_of, months
from incidents.core.cells import harmless
from incidents.core.days import Tally
from incidents.core.uptime import percent
from incidents.core.uptime_words import figure, length
from incidents.core.viewers import PUBLIC
from incidents.models import Component, ComponentDay, ComponentGroup, ImpactWindow, Incident, Page
from incidents.uptime import Uptime, UptimeRecord, mean
from publishing.artefact import CSV, Artefact, Missing
from publishing.html import html
from publishing.story import beginnings
from publishing.story.corrections import Correction, corrections
from publishing.words import uptimes

LATEST: Final = 3
INCIDENTS: Final = 100


@dataclass(frozen=True)
class Cell:
    """One figure of the table."""

    period: Period
    figure: str
    aside: str = ""

    @cached_property
    def label(self) -> str:
        """Which period it is about, where the table's head is out of sight."""
        return uptimes.named(self.period)


@dataclass(frozen=True)
class Row:
    """A component, or a group whose figure is the mean of its components'."""

    name: str
    path: str
    cells: list[Cell]


@dataclass(frozen=True)
class Block:
    """Components under one heading, or under none."""

    group: ComponentGroup | None
    cells: list[Cell]
    rows: list[Row]


@dataclass(frozen=True)
class Detail:
    """One component in one period, by what it was."""

    component: Component
    uptime: Uptime

    @property
    def figure(self) -> str:
        return figure(self.uptime.share)

    @property
    def lengths(self) -> list[str]:
        """How long, for each column of the table."""
        return [length(held) for held in self.uptime.tally]


@dataclass(frozen=True)
class Figures:
    """The uptime of all components over some periods."""

    page: Page
    periods: list[Period]
    record: UptimeRecord
    components: list[Component]

    @classmethod
    def of(cls, page: Page, at: datetime, periods: list[Period]) -> "Figures":
        """Read them, in three queries."""
        components = list(page.components.select_related("group").order_by("position", "pk"))
        first = min(period.start for period in periods)
        return cls(page, periods, UptimeRecord.of(page, first, at), components)

    @cached_property
    def blocks(self) -> list[Block]:
        """Components without a group first, then group by group."""
        members: dict[ComponentGroup | None, list[Component]] = {None: []}
        for component in self.components:
            members.setdefault(component.group, []).append(component)
        found = sorted(
            members.items(), key=lambda row: (row[0].position, row[0].pk) if row[0] else (-1, 0)
        )
        return [
            Block(group, self.means(rows) if group else [], [self._row(each) for each in rows])
            for group, rows in found
            if rows
        ]

    @cached_property
    def whole(self) -> list[Cell]:
        """The page as a whole: the mean of all components."""
        return self.means(self.components)

    def means(self, components: Iterable[Component]) -> list[Cell]:
        """The mean of some components in each period, beside the sum of what it leaves out."""
        found = list(components)
        return [self._mean(period, found) for period in self.periods]

    def _mean(self, period: Period, components: list[Component]) -> Cell:
        members = [self.uptime(each, period) for each in components]
        tally = Tally.total(each.tally for each in members)
        together = Uptime(sum(each.seconds for each in members), tally, self.record.counting)
        return Cell(period, figure(mean(members)), ", ".join(uptimes.asides(together)))

    def uptime(self, component: Component, period: Period) -> Uptime:
        """How one component did in one period; worked out once for itself, its group and all."""
        key = component.pk, period.name
        if key not in self._known:
            self._known[key] = self.record.uptime(component, period.start, period.end)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[int, str], Uptime]:
        return {}

    def _row(self, component: Component) -> Row:
        cells = [self._cell(period, self.uptime(component, period)) for period in self.periods]
        return Row(component.name, component.public_path, cells)

    def _cell(self, period: Period, uptime: Uptime) -> Cell:
        """Most components do alike in most periods: they share a cell."""
        key = period.name, uptime.seconds, uptime.tally
        if key not in self._cells:
            aside = ", ".join(uptimes.asides(uptime))
            self._cells[key] = Cell(period, figure(uptime.share), aside)
        return self._cells[key]

    @cached_property
    def _cells(self) -> dict[tuple[str, int, Tally], Cell]:
        return {}


def uptime(page: Page, at: datetime) -> Artefact:
    """Render `/uptime/`: the newest months and quarters, and a way to all of them."""
    today = day_of(at, page.zone)
    begun_on = begun(page, today)
    newest = [Period.month(today), Period.month(today).before, Period.month(today).before.before]
    quarter = Period.quarter(today)
    periods = [each for each in (*newest[:LATEST], quarter, quarter.before) if each.end > begun_on]
    figures = Figures.of(page, at, periods)
    return html(
        "uptime.html",
        page,
        "uptime/",
        at,
        figures=figures,
        years=_years(begun_on, today),
        corrected=corrections(page, periods, at),
        left_out=uptimes.excluded(page),
        weights=uptimes.weights(page),
    )


def uptime_period(page: Page, at: datetime, name: str) -> Artefact:
    """Render `/uptime/2026-03/` or `/uptime/2026-Q1/`."""
    period = Period.named(name)
    today = day_of(at, page.zone)
    if period is None or period.start > today or period.end <= begun(page, today):
        raise Missing
    figures = Figures.of(page, at, [period])
    return html(
        "uptime_period.html",
        page,
        f"uptime/{name}/",
        at,
        period=period,
        figures=figures,
        details=[Detail(each, figures.uptime(each, period)) for each in figures.components],
        going_on=period.end > today,
        earlier=period.before if period.before.end > begun(page, today) else None,
        later=period.after if period.after.start <= today else None,
        incidents=beginnings.begun(page, at, _incidents(page, period, at)),
        corrected=corrections(page, [period], at),
        left_out=uptimes.excluded(page),
        weights=uptimes.weights(page),
    )


def uptime_csv(page: Page, at: datetime) -> Artefact:
    """Render `/uptime.csv`: one line a component, one column a month of the record, in percent."""
    today = day_of(at, page.zone)
    figures = Figures.of(page, at, months(begun(page, today), today))
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["group", "component", "id", *(each.name for each in figures.periods)])
    for component in figures.components:
        group = component.group.name if component.group else ""
        names = [harmless(group), harmless(component.name)]
        writer.writerow([*names, component.public_id, *_shares(figures, component)])
    return Artefact("uptime.csv", CSV, sheet.getvalue().encode(), at)


def _shares(figures: Figures, component: Component) -> list[str]:
    shares = [figures.uptime(component, period).share for period in figures.periods]
    return ["" if share is None else percent(share, 4) for share in shares]


def begun(page: Page, today: date) -> date:
    """The first day of which anything is known: the page's own, or an older one told of since."""
    days = ComponentDay.objects.filter(component__page=page).order_by("on").values_list("on")[:1]
    windows = ImpactWindow.objects.counting().filter(page=page).order_by("start")
    starts = windows.values_list("start")[:1]
    known = [row[0] for row in days] + [day_of(row[0], page.zone) for row in starts]
    return min([today, day_of(page.created_at, page.zone), *known])


def _years(begun_on: date, today: date) -> list[tuple[str, list[tuple[Period, list[Period]]]]]:
    """Every year with its quarters and their months, the newest first."""
    found: dict[str, dict[str, tuple[Period, list[Period]]]] = {}
    for month in reversed(months(begun_on, today)):
        quarter = Period.quarter(month.start)
        year = found.setdefault(f"{quarter.start:%Y}", {})
        year.setdefault(quarter.name, (quarter, []))[1].append(month)
    return [(year, list(quarters.values())) for year, quarters in found.items()]


def _incidents(page: Page, period: Period, at: datetime) -> list[Incident]:
    """What touched the period, in order."""
    start, end = Correction.span(period, page)
    touching = ImpactWindow.objects.counting().filter(page=page).touching(start, min(end, at))
    visible = page.incidents.visible_to(PUBLIC).filter(pk__in=touching.values("incident"))
    return list(visible.order_by("started_at", "pk")[:INCIDENTS])
