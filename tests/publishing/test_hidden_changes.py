"""What changes on components that a group of readers does not see changes nothing for them."""

from datetime import timedelta

from incidents import derived
from incidents.models import (
    ComponentDay,
    Incident,
    IncidentLink,
    LinkKind,
    Metric,
    Update,
)
from publishing.hot import moment_of
from tests.publishing.part import DAY, MINUTE, NOW, Part

SECOND = timedelta(seconds=1)


def test_what_happens_out_of_sight_changes_nothing_that_they_read(part: Part) -> None:
    before = part.read(part.paths())
    happen_out_of_sight(part)
    paths = part.paths()
    after = part.read(before.keys() | paths)
    assert paths - before.keys()
    assert [path for path, body in after.items() if body != before.get(path)] == []


def test_not_even_the_time_tells_of_it(part: Part) -> None:
    def moment() -> timedelta:
        part.page.refresh_from_db()
        with part.looking():
            return moment_of(part.page, NOW + 7 * SECOND) - NOW

    assert moment() == timedelta()
    part.hit(part.hidden, ago=-5 * SECOND)
    assert moment() == timedelta()
    part.hit(part.seen, ago=-6 * SECOND)
    assert moment() == 6 * SECOND


def happen_out_of_sight(part: Part) -> None:
    """Whatever may be said of two components that the group does not see."""
    page, by, at = part.page, part.by, NOW - MINUTE
    old = (NOW - 800 * DAY).date()
    ComponentDay.objects.create(
        component=part.hidden, on=old, level="major_outage", major_seconds=60
    )
    long_ago = Incident.open(
        page, title="Long ago", body="It was down.", levels={part.hidden: "major_outage"},
        started_at=NOW - 700 * DAY, by=by, at=at,
    )  # fmt: skip
    long_ago.resolve(body="Over.", resolved_at=NOW - 699 * DAY, by=by, at=at)
    derived.rebuild(page, by=by, at=at)
    for number in range(5):
        part.explain(long_ago, title=f"Why it was down, part {number}")
    misplaced = part.hit(part.hidden, title="Misplaced")
    misplaced.windows.get().supersede(component=part.elsewhere, because="Not B.", by=by, at=at)
    twin = part.hit(part.elsewhere, title="The same once more")
    twin.merge_into(misplaced, body="The same.", by=by, at=at)
    IncidentLink.tie(long_ago, misplaced, LinkKind.SAME_SERIES, by=by, at=at)
    Update.post(misplaced, body="Worse.", levels={part.hidden: "major_outage"}, by=by, at=at)
    misplaced.state_credit({"text": "Six months."}, by=by, at=at)
    part.hit(part.hidden, title="Never was").withdraw("All was well.", by=by, at=at)
    part.plan(part.hidden, title="Moving the other", ago=MINUTE)
    Metric.add(page, "Delay", component=part.hidden, by=by, at=at)
