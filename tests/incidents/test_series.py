"""Links between entries, and the series that they make."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.core.viewers import STAFF
from incidents.models import Component, Event, ImpactWindow, Incident, IncidentLink, Page
from incidents.series import Series
from people.actors import Actor

HOUR = timedelta(hours=1)
Opening = Callable[..., Incident]


@pytest.fixture
def opened(page: Page, by: Actor, at: datetime) -> Opening:
    """Open an incident so many hours after noon, for two hours."""

    def open_one(hours: float, component: Component, **given: Any) -> Incident:
        begun = at + hours * HOUR
        incident = Incident.open(
            page, title=f"Trouble {hours}", body="We look.", levels={component: "major_outage"},
            by=by, at=begun, **given,
        )  # fmt: skip
        incident.resolve(body="Over.", by=by, at=begun + 2 * HOUR)
        return incident

    return open_one


@pytest.mark.parametrize("kind", ["duplicate_of", "recurrence_of", "caused_by_fix_of", "follow_up"])
def test_links_never_run_in_a_circle(
    opened: Opening, component: Component, by: Actor, at: datetime, kind: str
) -> None:
    first, second, third = (opened(hours, component) for hours in (0, 3, 6))
    IncidentLink.tie(second, first, kind, by=by, at=at)
    IncidentLink.tie(third, second, kind, by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        IncidentLink.tie(first, third, kind, by=by, at=at)
    assert list(refused.value.message_dict) == ["target"]
    assert "if only through others" in str(refused.value)
    IncidentLink.tie(first, third, "same_series", by=by, at=at)


def test_belonging_to_the_same_series_is_said_once_whichever_way(
    opened: Opening, component: Component, by: Actor, at: datetime
) -> None:
    first, second = opened(0, component), opened(3, component)
    IncidentLink.tie(first, second, "same_series", by=by, at=at)
    with pytest.raises(ValidationError, match="in that way already"):
        IncidentLink.tie(second, first, "same_series", by=by, at=at)


def test_a_link_can_be_taken_away_and_the_journal_keeps_that_it_stood(
    opened: Opening, component: Component, by: Actor, at: datetime
) -> None:
    first, second = opened(0, component), opened(3, component)
    link = IncidentLink.tie(second, first, "recurrence_of", by=by, at=at)
    link.untie(by=by, at=at)
    assert not IncidentLink.objects.exists()
    event = Event.objects.get(kind="incident.unlinked")
    assert event.before == {"kind": "recurrence_of", "target": first.public_id}


def test_a_series_counts_what_overlaps_once(
    opened: Opening, component: Component, mailstore: Component, by: Actor, at: datetime
) -> None:
    first, second, third = opened(0, component), opened(1, mailstore), opened(10, component)
    IncidentLink.tie(second, first, "caused_by_fix_of", by=by, at=at)
    IncidentLink.tie(third, second, "recurrence_of", by=by, at=at)
    series = Series.of(second, at=at + 20 * HOUR)
    assert series is not None
    assert series.members == [first, second, third]
    assert (series.started_at, series.ended_at) == (at, at + 12 * HOUR)
    assert series.total == 5 * HOUR
    assert series.by_component == [(component, 4 * HOUR), (mailstore, 2 * HOUR)]
    assert (series.place_of(third), series.length_of(third)) == (3, 2 * HOUR)


def test_a_series_goes_on_while_one_of_it_does(
    opened: Opening, page: Page, component: Component, by: Actor, at: datetime
) -> None:
    first = opened(0, component)
    again = Incident.open(
        page, title="Again", body="x", levels={component: "major_outage"}, by=by, at=at + 5 * HOUR
    )
    IncidentLink.tie(again, first, "recurrence_of", by=by, at=at)
    series = Series.of(first, at=at + 8 * HOUR)
    assert series is not None
    assert (series.is_open, series.ended_at, series.total) == (True, None, 5 * HOUR)


def test_harm_that_began_before_its_incident_counts_from_then(
    opened: Opening, component: Component, mailstore: Component, by: Actor, at: datetime
) -> None:
    first, second = opened(0, component), opened(3, component)
    ImpactWindow.record(
        mailstore, incident=first, level="degraded_performance", kind="degraded",
        start=at - 4 * HOUR, end=at, by=by, at=at + 9 * HOUR,
    )  # fmt: skip
    IncidentLink.tie(second, first, "same_series", by=by, at=at)
    series = Series.of(first, at=at + 9 * HOUR)
    assert series is not None
    assert series.started_at == at - 4 * HOUR


def test_what_readers_may_not_see_is_in_no_series_of_theirs(
    opened: Opening, component: Component, by: Actor, at: datetime
) -> None:
    first, between, third = opened(0, component), opened(3, component), opened(6, component)
    practice = opened(9, component, rehearsal=True)
    for one, other in ((between, first), (third, between), (practice, third)):
        IncidentLink.tie(one, other, "recurrence_of", by=by, at=at)
    told = Series.of(first, at=at + 20 * HOUR)
    known = Series.of(first, at=at + 20 * HOUR, viewer=STAFF)
    assert told is not None
    assert known is not None
    assert (len(told.members), len(known.members)) == (3, 4)
    between.withdraw("It never was.", by=by, at=at + 20 * HOUR)
    assert Series.of(first, at=at + 20 * HOUR) is None


def test_a_series_is_read_in_three_queries_however_long_it_is(
    opened: Opening, component: Component, by: Actor, at: datetime,
    django_assert_num_queries: Callable[[int], object],
) -> None:  # fmt: skip
    last = opened(0, component)
    for hours in range(3, 15, 3):
        following = opened(hours, component)
        IncidentLink.tie(following, last, "recurrence_of", by=by, at=at)
        last = following
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        series = Series.of(last, at=at + 30 * HOUR)
        assert series is not None
        assert series.total == 10 * HOUR
        assert series.by_component
