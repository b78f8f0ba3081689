"""A page as busy as speed is promised for: thirty components, five incidents, work ahead."""

from datetime import datetime, timedelta
from typing import Final

from incidents.derived import rebuild
from incidents.models import (
    Cohort,
    Commitment,
    Component,
    ComponentGroup,
    ImpactWindow,
    Incident,
    Maintenance,
    Note,
    Page,
    Update,
)
from people.actors import Actor

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
LEVELS: Final = ("degraded_performance", "partial_outage", "major_outage")
COMPONENTS: Final = 30


def busy_page(by: Actor, at: datetime) -> Page:
    """Two incidents go on at `at`, three ended in the last two weeks, one maintenance is ahead."""
    founded = at - 400 * DAY
    page = Page.found(name="Busy", slug="busy", time_zone="Europe/Berlin", by=by, at=founded)
    parts = [part for number in range(3) for part in _group(page, number, by, founded)]
    _ninety_days(page, parts, at)
    for number in range(3):
        _ended(page, parts[number], by, at - (3 * number + 2) * DAY)
    for number in range(2):
        _going_on(page, parts[10 * number : 10 * number + 4], by, at - (number + 2) * HOUR)
    Maintenance.schedule(
        page, title="New disks", body="Reads go on, writes **wait**.", components=parts[20:23],
        start=at + 30 * HOUR, end=at + 32 * HOUR, max_minutes=90, reminders=[60],
        by=by, at=at - DAY,
    )  # fmt: skip
    rebuild(page, by=by, at=at)
    page.refresh_from_db()
    return page


def _group(page: Page, number: int, by: Actor, at: datetime) -> list[Component]:
    group = ComponentGroup.add(page, f"Region {number}", by=by, at=at) if number else None
    return [
        Component.add(page, f"Part {number}-{place}", group=group, by=by, at=at)
        for place in range(COMPONENTS // 3)
    ]


def _ninety_days(page: Page, parts: list[Component], at: datetime) -> None:
    """Two troubles of each component, set by hand."""
    starts = [at - (16 + number % 70) * DAY for number in range(2 * len(parts))]
    ImpactWindow.objects.bulk_create(
        ImpactWindow(
            page=page, component=part, level=LEVELS[number % 3], kind="unavailable",
            source="baseline", start=start, end=start + (number % 20 + 1) * HOUR,
            recorded_at=start, closed_at=start + DAY,
        )
        for number, (start, part) in enumerate(zip(starts, parts * 2, strict=True))
    )  # fmt: skip


def _ended(page: Page, part: Component, by: Actor, at: datetime) -> None:
    incident = Incident.open(
        page, title=f"{part} was slow", body="We see it, too.", levels={part: "partial_outage"},
        by=by, at=at,
    )  # fmt: skip
    Update.post(incident, body="A disk was *full*.", status="identified", by=by, at=at + HOUR)
    incident.resolve(body="It has room again.", by=by, at=at + 2 * HOUR)


def _going_on(page: Page, parts: list[Component], by: Actor, at: datetime) -> None:
    minute = timedelta(minutes=1)
    incident = Incident.open(
        page, title=f"{parts[0]} does not answer", body="We look into it.",
        levels={part: LEVELS[place % 3] for place, part in enumerate(parts)},
        next_update_due=at + 30 * minute, by=by, at=at,
    )  # fmt: skip
    for number, status in enumerate(("identified", "identified", "monitoring"), 1):
        Update.post(
            incident, headline=f"Step {number}", body="A router was **reset**; others follow.",
            status=status, levels={parts[number]: "degraded_performance"},
            next_update_due=at + 30 * (number + 1) * minute, by=by, at=at + 25 * number * minute,
        )  # fmt: skip
    at += 80 * minute
    Commitment.promise(incident, "fix", due=at + 3 * HOUR, text="All is well", by=by, at=at)
    for kind, headline in (
        ("not_affected", "Mail that arrives"),
        ("advice", "Try again every minute"),
        ("question", "Is my data safe?"),
        ("milestone", "The first router is back"),
    ):
        Note.add(incident, kind, headline, body="As far as we know.", by=by, at=at)
    cohort = Cohort.name_one(incident, "Accounts on old disks", size=24, by=by, at=at)
    cohort.report(40, by=by, at=at)
    for part, start in ((parts[0], at - HOUR), (parts[1], at - 2 * HOUR)):
        ImpactWindow.record(
            part, level="partial_outage", kind="delayed", start=start, incident=incident,
            cohort=cohort, by=by, at=at,
        )  # fmt: skip
