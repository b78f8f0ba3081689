"""Named shares of the accounts: what they are, how far the work has come, when it is done."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Cohort, Component, Event, ImpactWindow, Incident
from people.actors import Actor

HOUR = timedelta(hours=1)


@pytest.fixture
def cohort(incident: Incident, by: Actor, at: datetime) -> Cohort:
    """The accounts with a corrupted index."""
    return Cohort.name_one(incident, "Corrupted indexes", size=30, by=by, at=at)


def test_more_becomes_known_of_a_cohort(cohort: Cohort, by: Actor, at: datetime) -> None:
    cohort.change(name="Accounts with a corrupted index", size=24, by=by, at=at + HOUR)
    kept = Cohort.objects.get()
    assert (kept.name, kept.size) == ("Accounts with a corrupted index", 24)
    event = Event.objects.get(kind="cohort.changed")
    assert (event.before["size"], event.after["size"]) == (30, 24)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "others"}, "name"),
        ({"size": -1}, "size"),
        ({"size": 2**31}, "size"),
        ({"share_percent": 101}, "share_percent"),
    ],
)
def test_what_no_cohort_can_be_is_refused(
    cohort: Cohort, by: Actor, at: datetime, changes: dict[str, Any], field: str
) -> None:
    Cohort.name_one(cohort.incident, "Others", by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        cohort.change(by=by, at=at, **changes)
    assert list(refused.value.message_dict) == [field]
    given = {"name": "New"} | changes
    with pytest.raises(ValidationError) as refused:
        Cohort.name_one(cohort.incident, by=by, at=at, **given)
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(("percent", "hours", "field"), [(101, 0, "done_percent"), (-1, 0, "done_percent"), (50, 1, "happened_at")])  # fmt: skip
def test_progress_beyond_everything_or_of_the_future_is_refused(
    cohort: Cohort, by: Actor, at: datetime, percent: int, hours: int, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        cohort.report(percent, happened_at=at + hours * HOUR, by=by, at=at)
    assert list(refused.value.message_dict) == [field]


def test_progress_may_fall_back_and_both_reports_stay(
    cohort: Cohort, by: Actor, at: datetime
) -> None:
    cohort.report(80, by=by, at=at + HOUR)
    cohort.report(60, by=by, at=at + 2 * HOUR)
    assert [report.done_percent for report in cohort.reports] == [80, 60]
    assert cohort.done_percent == 60


def test_the_last_ones_being_done_ends_their_windows(
    cohort: Cohort, mailstore: Component, by: Actor, at: datetime
) -> None:
    window = ImpactWindow.record(
        mailstore, incident=cohort.incident, level="major_outage", kind="unavailable", start=at,
        cohort=cohort, by=by, at=at,
    )  # fmt: skip
    cohort.close(ended_at=at + HOUR, by=by, at=at + 2 * HOUR)
    window.refresh_from_db()
    assert (window.end, window.closed_at) == (at + HOUR, at + 2 * HOUR)
    assert Cohort.objects.get().done_percent == 100
    assert cohort.incident.windows.filter(cohort=None, end=None).exists()
    with pytest.raises(ValidationError, match="done already"):
        cohort.close(by=by, at=at + 3 * HOUR)


def test_a_cohort_is_not_done_before_it_was_hurt(
    cohort: Cohort, mailstore: Component, by: Actor, at: datetime
) -> None:
    ImpactWindow.record(
        mailstore, incident=cohort.incident, level="major_outage", kind="unavailable", start=at,
        cohort=cohort, by=by, at=at,
    )  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        cohort.close(ended_at=at - HOUR, by=by, at=at + HOUR)
    assert list(refused.value.message_dict) == ["ended_at"]
    assert cohort.done_percent is None
