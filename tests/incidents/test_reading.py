"""What a page says at one instant."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.core.levels import Level
from incidents.models import Component, Incident, Maintenance, Page, Update
from incidents.reading import PageState
from people.actors import Actor

HOUR = timedelta(hours=1)


def story(state: PageState) -> list[object]:
    """Touch everything that a page shows."""
    levels = [component.level for component in state.components]
    entries = [
        [entry.impact, entry.public_url, list(entry.notes.all()), list(entry.commitments.all()),
         [(update.public_url, list(update.levels.all())) for update in entry.updates.all()],
         [window.component.name for window in entry.windows.all()]]
        for entry in state.entries
    ]  # fmt: skip
    return [levels, entries, state.status]


def queries(page: Page, at: datetime) -> int:
    with CaptureQueriesContext(connection) as captured:
        story(PageState.of(page, at=at))
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_record(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    few = queries(page, at + HOUR)
    for number in range(5):
        part = Component.add(page, f"Part {number}", by=by, at=at)
        more = Incident.open(
            page, title="x", body="x", levels={part: Level.PARTIAL_OUTAGE}, by=by, at=at
        )
        Update.post(more, body="y", next_update_due=at + HOUR, by=by, at=at)
    assert queries(page, at + HOUR) <= few + 1


def test_it_sorts_what_is_going_on_from_what_is_over(
    page: Page, incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    over = Incident.open(page, title="Old", body="x", started_at=at - 9 * HOUR, by=by, at=at)
    over.resolve(body="x", by=by, at=at)
    work = Maintenance.schedule(
        page, title="Work", body="x", start=at + 5 * HOUR, end=at + 6 * HOUR, by=by, at=at
    )
    state = PageState.of(page, at=at + HOUR)
    assert state.incidents == [incident]
    assert [each.pk for each in state.maintenances] == [work.pk]
    assert state.recent == [over]
    assert state.status.indicator == "critical"


def test_a_drill_and_a_withdrawn_incident_are_nowhere(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    Incident.open(page, title="Drill", body="x", rehearsal=True, by=by, at=at)
    incident.withdraw("False alarm.", by=by, at=at)
    state = PageState.of(page, at=at + HOUR)
    assert state.entries == []
    assert state.status.indicator == "none"


def test_what_is_not_known_to_hit_anything_yet_stands_no_lower_than_an_old_trifle(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    def opened(title: str, age: int, **words: Any) -> Incident:
        return Incident.open(page, title=title, body="x", by=by, at=at - age * HOUR, **words)

    old = opened("Slow", 3, levels={mailstore: Level.DEGRADED_PERFORMANCE})
    trifle = opened("Typo", 2, impact_override="none")
    unknown = opened("Logins fail", 1)
    grave = opened("Down", 4, levels={mailstore: Level.MAJOR_OUTAGE})
    state = PageState.of(page, at=at)
    assert state.worst_first == [grave, unknown, old, trifle]


def test_without_components_the_gravest_impact_speaks_wherever_it_stands(
    page: Page, by: Actor, at: datetime
) -> None:
    for age, stated in ((2, "minor"), (1, "")):
        Incident.open(page, title="x", body="x", impact_override=stated, by=by, at=at - age * HOUR)
    assert PageState.of(page, at=at).status.indicator == "minor"
