"""Which public files a page has, in the order in which they matter.

What is new here needs a route in `publishing.rendering`; languages are added at the end, since
only what people read exists in several.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import Final

from incidents.core.calendar import Period, day_of, first_of_month, months, months_later
from incidents.core.lifecycles import Kind
from incidents.core.viewers import PUBLIC
from incidents.models import Component, Incident, Page, Postmortem, Update
from incidents.models.story.link import IN_SERIES
from publishing import assets
from publishing.brand import path_of
from publishing.core.paths import SUFFIX, has_twin, twin_of
from publishing.models import Purpose
from publishing.pages import component_history, missing
from publishing.pages.history import months_of
from publishing.pages.promises import A_PART, years_of
from publishing.pages.uptime import begun
from publishing.words.stamps import GRAIN, stamped
from publishing.words.tongues import further


class Stage(IntEnum):
    """How soon a file has to be right: the first stage is what the promise of a second is about."""

    STATE = 0
    NEWS = 1
    COMPONENTS = 2
    TONGUES = 3
    REST = 4
    PAST = 5


type Plan = dict[str, Stage]

# Earlier than anything.
BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)

# The state of things, for people and machines.
STATE: Final = (
    "",
    "api/v2/summary.json",
    "api/v2/status.json",
    "api/v2/components.json",
    "api/v2/incidents.json",
    "api/v2/incidents/unresolved.json",
    "api/v2/scheduled-maintenances.json",
    "api/v2/scheduled-maintenances/upcoming.json",
    "api/v2/scheduled-maintenances/active.json",
    "badge.svg",
    "embed/",
)
FEEDS: Final = ("history.atom", "history.rss", "feed.json", "updates.atom", "maintenance.ics")
# Of these, what says how a component is now.
LEVEL_OF_COMPONENT: Final = ("", "badge.svg")
OF_COMPONENT: Final = ("badge.svg", "history.atom", "history.rss", "feed.json", "maintenance.ics")
SEARCHED: Final = ("card.png", "robots.txt")
# All of the past in one file, which is read once a day: it waits until nobody writes.
WHOLE: Final = ("sitemap.xml", "uptime.csv")
# So many months of uptime are made before all that is older.
RECENT: Final = 12
# Where one looks next for what was just said.
NEWEST: Final = ("history/", "promises/")
LISTS: Final = (
    "uptime/",
    "subscribe/",
    "search.json",
    missing.PATH,
    *SEARCHED,
)


def soonest(*plans: Plan) -> Plan:
    """Put plans together; what stands in several is made as soon as the first of them asks."""
    found: Plan = {}
    for plan in plans:
        for path, stage in plan.items():
            found[path] = min(stage, found.get(path, stage))
    return found


def of_page() -> Plan:
    """What every change may touch: the state, the feeds, the lists."""
    return (
        dict.fromkeys(STATE, Stage.STATE)
        | dict.fromkeys((*FEEDS, *NEWEST), Stage.NEWS)
        | dict.fromkeys(LISTS, Stage.REST)
        | dict.fromkeys(WHOLE, Stage.PAST)
    )


def of_entries(entries: Iterable[Incident], changed: Collection[int] = ()) -> Plan:
    """The files of incidents, maintenances and announcements.

    Where the front page says something else of one, its own page must not contradict that.
    """
    plan: Plan = {}
    for each in entries:
        stem = each.public_path.rstrip("/")
        soon = Stage.STATE if each.pk in changed else Stage.NEWS
        plan[each.public_path] = plan[f"{stem}.txt"] = soon
        if each.is_maintenance:
            plan[f"{stem}.ics"] = Stage.NEWS
    return plan


def as_they_stood(page: Page, since: Mapping[int, datetime]) -> Plan:
    """Incidents as they stood at each of their updates, from an instant of each on.

    Planned work has no such pages.
    """
    updates = Update.objects.filter(incident__in=page.incidents.of_kind(Kind.INCIDENT))
    rows = updates.filter(incident__in=list(since)).values_list(
        "incident", "incident__public_id", "posted_at"
    )
    # The page of an update tells what is known at its stamp, a little later.
    stood = [(name, at) for key, name, at in rows if at + GRAIN > since[key]]
    return {f"incidents/{name}/as-of/{stamped(at)}/": Stage.REST for name, at in stood}


def of_components(components: Iterable[Component], changed: Collection[int] = ()) -> Plan:
    """The files of components; those that changed say soon how they are now."""
    plan: Plan = {}
    for each in components:
        soon = Stage.COMPONENTS if each.pk in changed else Stage.REST
        plan |= dict.fromkeys([f"{each.public_path}{name}" for name in OF_COMPONENT], Stage.REST)
        plan |= dict.fromkeys([f"{each.public_path}{name}" for name in LEVEL_OF_COMPONENT], soon)
    return plan


def of_component_histories(
    page: Page, components: Collection[Component], years: Collection[int] = ()
) -> Plan:
    """The whole history of components, or the years of it in which something changed."""
    plan: Plan = {}
    found = component_history.counts(page, [each.pk for each in components], years)
    for each in components:
        path = f"{each.public_path}history/"
        plan[path] = Stage.REST
        for year in {*years, *found[each.pk]}:
            plan[f"{path}{year}/"] = Stage.REST
            # One more than there are: the last part may have become empty.
            parts = -(-found[each.pk][year] // component_history.A_PART)
            for part in range(2, parts + 2):
                plan[f"{path}{year}/{part}/"] = Stage.REST
    return plan


def of_postmortems(postmortems: Iterable[Postmortem]) -> Plan:
    """The files of postmortems that are or were public, with all their revisions."""
    plan: Plan = {}
    for each in postmortems:
        if each.published_at is not None:
            plan[each.public_path] = Stage.NEWS
        for revision in each.revisions.all():
            plan[revision.public_path] = Stage.REST
    return plan


def of_months(on: Iterable[date]) -> Plan:
    """The pages of the history in which these days are told."""
    return {f"history/{day:%Y-%m}/": Stage.REST for day in on}


def of_uptime(page: Page, first: date, last: date) -> Plan:
    """The pages of uptime from one day to another, as far as the record goes back.

    What is older than a year is read rarely, and made last.
    """
    first = max(first, begun(page, last))
    found = months(first, last) if first <= last else []
    recent = months_later(first_of_month(last), 1 - RECENT)
    return {
        f"uptime/{name}/": Stage.REST if month.start >= recent else Stage.PAST
        for month in found
        for name in (Period.quarter(month.start).name, month.name)
    }


def of_promises(page: Page, years: Iterable[int], at: datetime) -> Plan:
    """The pages of what was promised in these years."""
    counts = {year.number: year.figures.total for year in years_of(page, at)}
    plan: Plan = {}
    for year in years:
        plan[f"promises/{year}/"] = Stage.REST
        # One more than there are: the last part may have become empty.
        for part in range(2, -(-counts.get(year, 0) // A_PART) + 2):
            plan[f"promises/{year}/{part}/"] = Stage.REST
    return plan


def of_series(entries: Iterable[Incident]) -> Plan:
    """The pages under which a series was or is told: its earliest incident may have changed."""
    return {f"series/{each.public_id}/": Stage.REST for each in entries if not each.is_maintenance}


def of_assets() -> Plan:
    """Style sheet, script and icon, under the names by which pages of this version ask for them."""
    names = [f"assets/{assets.named(name).file_name}" for name in assets.BY_CONTENT]
    return dict.fromkeys([*names, "favicon.svg", "embed/script.js"], Stage.STATE)


def of_look() -> Plan:
    """The page's own style sheet and pictures."""
    return dict.fromkeys(["theme.css", *map(path_of, Purpose)], Stage.STATE)


def everything(page: Page, at: datetime) -> Plan:
    """Every public file of a page, in its languages."""
    today = day_of(at, page.zone)
    told = page.incidents.visible_to(PUBLIC).select_related("page")
    tied = told.filter(pk__in=_tied(page))
    plan = (
        of_page()
        | of_months(months_of(page))
        | of_uptime(page, begun(page, today), today)
        | of_promises(page, {year.number for year in years_of(page, at)}, at)
        | of_components(page.components.all())
        | of_component_histories(page, page.components.all())
        | of_series(tied.iterator())
        | of_postmortems(page.postmortems.prefetch_related("revisions__postmortem"))
        | _withdrawn(page)
        | of_entries(told.iterator())
        | as_they_stood(page, dict.fromkeys(told.values_list("pk", flat=True), BEGINNING))
    )
    going_on = of_entries(told.unresolved())
    aside = going_on.keys() | set(STATE)
    later = {path: max(stage, Stage.REST) for path, stage in plan.items() if path not in aside}
    return of_assets() | of_look() | in_every_language(page, plan | later)


def in_every_language(page: Page, plan: Plan) -> Plan:
    """The same with what people read in Markdown too, and in the page's further languages.

    Both come as soon as news is told in the page's own language and for its own readers.
    """
    twins = {twin_of(path): stage for path, stage in plan.items() if has_twin(path)}
    plan = {path: max(stage, Stage.TONGUES) for path, stage in twins.items()} | plan
    translated = {
        f"{code}/{path}": max(stage, Stage.TONGUES)
        for path, stage in plan.items()
        if is_read_by_people(path)
        for code in further(page)
    }
    return plan | translated


def is_read_by_people(path: str) -> bool:
    """Whether a path is that of an HTML page or its twin, which exist in each language."""
    return path == "" or path.endswith(("/", SUFFIX))


def _tied(page: Page) -> set[int]:
    links = page.incidents.filter(links_out__kind__in=IN_SERIES)
    ends = links.values_list("pk", "links_out__target")
    return {end for pair in ends for end in pair if end is not None}


def _withdrawn(page: Page) -> Plan:
    """What was public once and leaves a tombstone."""
    return of_entries(page.incidents.all().taken_back())
