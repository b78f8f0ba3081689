"""Impact windows put right: what was believed before stays, with the reason, and is replayed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.core.levels import Level
from incidents.models import Component, Event, ImpactWindow, Incident
from people.actors import Actor

HOUR = timedelta(hours=1)


def test_an_end_that_was_written_down_later_was_not_known_before(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.windows.get().close(at + HOUR, by=by, at=at + 3 * HOUR)
    (before,) = ImpactWindow.objects.as_known(at + 2 * HOUR)
    (after,) = ImpactWindow.objects.as_known(at + 3 * HOUR)
    assert (before.end, after.end) == (None, at + HOUR)
    assert incident.windows.get().end == at + HOUR


def test_a_window_that_was_recorded_whole_is_known_whole(
    incident: Incident, component: Component, by: Actor, at: datetime
) -> None:
    ImpactWindow.record(
        component, incident=incident, level="partial_outage", kind="delayed", start=at - 2 * HOUR,
        end=at - HOUR, by=by, at=at + HOUR,
    )  # fmt: skip
    assert len(ImpactWindow.objects.as_known(at)) == 1
    (known,) = [w for w in ImpactWindow.objects.as_known(at + HOUR) if w.kind == "delayed"]
    assert known.end == at - HOUR


def test_a_correction_keeps_the_old_row_with_the_reason(
    incident: Incident, by: Actor, at: datetime
) -> None:
    window = incident.windows.get()
    newer = window.supersede(start=at - HOUR, because="The logs say so.", by=by, at=at + HOUR)
    (old,) = incident.windows.corrected()
    assert (old.pk, old.superseded_by, old.superseded_because) == (
        window.pk,
        newer,
        "The logs say so.",
    )
    event = Event.objects.get(kind="window.superseded")
    assert "The logs say so." not in str(event.before) + str(event.after)


def test_a_window_that_never_was_is_taken_back(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    window = incident.windows.get()
    window.retract("It was the monitoring.", by=by, at=at + HOUR)
    assert not incident.windows.current().exists()
    assert mailstore.level_at(at + HOUR) == Level.OPERATIONAL
    assert ImpactWindow.objects.as_known(at) == [window]
    assert list(incident.windows.corrected()) == [window]
    with pytest.raises(ValidationError, match="edit the newer one"):
        window.retract("Again.", by=by, at=at + HOUR)


@pytest.mark.parametrize("because", ["", "   ", "two\nlines", "x" * 256])
def test_taking_back_needs_a_reason_on_one_line(
    incident: Incident, by: Actor, at: datetime, because: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        incident.windows.get().retract(because, by=by, at=at)
    assert list(refused.value.message_dict) == ["because"]
    assert incident.windows.current().exists()


def test_what_was_replaced_in_the_moment_it_was_written_is_no_correction(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.windows.get().supersede(kind="wrong_data", by=by, at=at)
    assert not incident.windows.corrected().exists()


@pytest.mark.parametrize("changes", [{}, {"level": "major_outage", "kind": "unavailable"}])
def test_a_correction_that_changes_nothing_is_refused(
    incident: Incident, by: Actor, at: datetime, changes: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError, match="Nothing is different"):
        incident.windows.get().supersede(by=by, at=at + HOUR, **changes)


def test_an_overlap_names_the_window_that_is_in_the_way(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.windows.get().close(at + HOUR, by=by, at=at + HOUR)
    with pytest.raises(ValidationError) as refused:
        ImpactWindow.record(
            mailstore, incident=incident, level="partial_outage", kind="unavailable",
            start=at + HOUR / 2, end=at + 2 * HOUR, by=by, at=at + 3 * HOUR,
        )  # fmt: skip
    (said,) = refused.value.message_dict["start"]
    assert said == (
        "A window of this kind is recorded for Mailstore from 2026-03-02 12:00 UTC to "
        "2026-03-02 13:00 UTC (major outage); edit that one, or choose another kind."
    )


@pytest.mark.parametrize("count", [-1, 10**12 + 1, 10**30])
def test_amounts_that_cannot_be_are_refused(
    incident: Incident, by: Actor, at: datetime, count: int
) -> None:
    with pytest.raises(ValidationError) as refused:
        incident.windows.get().supersede(count_affected=count, by=by, at=at)
    assert list(refused.value.message_dict) == ["count_affected"]
