"""Impact windows, apart from posts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from incidents.core.levels import Level
from incidents.models import Cohort, Component, ImpactWindow, Incident
from people.actors import Actor

HOUR = timedelta(hours=1)


def test_a_window_may_begin_long_before_the_first_post(
    incident: Incident, component: Component, by: Actor, at: datetime
) -> None:
    ImpactWindow.record(
        component, incident=incident, level=Level.DEGRADED_PERFORMANCE, kind="degraded",
        start=at - 12 * HOUR, end=at, precision="about", by=by, at=at,
    )  # fmt: skip
    assert component.level_at(at - 6 * HOUR) == Level.DEGRADED_PERFORMANCE


def test_editing_supersedes_and_what_was_known_then_can_be_replayed(
    incident: Incident, by: Actor, at: datetime
) -> None:
    window = incident.windows.get()
    newer = window.supersede(start=at - HOUR, end=None, by=by, at=at + HOUR)
    assert list(ImpactWindow.objects.current()) == [newer]
    assert list(ImpactWindow.objects.as_known(at)) == [window]
    assert list(ImpactWindow.objects.as_known(at + HOUR)) == [newer]
    with pytest.raises(ValidationError, match="edit the newer one"):
        window.supersede(by=by, at=at + 2 * HOUR)


def test_the_outage_of_a_cohort_is_a_partial_outage_of_the_component(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    cohort = Cohort.name_one(incident, "Corrupted indexes", size=24, by=by, at=at)
    incident.resolve(body="Restored.", by=by, at=at + HOUR)
    window = ImpactWindow.record(
        mailstore, incident=incident, level=Level.MAJOR_OUTAGE, kind="unavailable",
        start=at + HOUR, end=at + 9 * HOUR, cohort=cohort, by=by, at=at + 10 * HOUR,
    )  # fmt: skip
    assert window.level == Level.MAJOR_OUTAGE
    assert mailstore.level_at(at + 2 * HOUR) == Level.PARTIAL_OUTAGE


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"end": -2}, "end"),
        ({"start": 9}, "start"),
        ({"level": "operational"}, "level"),
        ({"kind": "sad"}, "kind"),
        ({"precision": "roughly"}, "precision"),
        ({"share_percent": 101}, "share_percent"),
    ],
)
def test_a_window_that_cannot_be_is_refused_by_field(
    incident: Incident, component: Component, by: Actor, at: datetime,
    fields: dict[str, Any], at_fault: str,
) -> None:  # fmt: skip
    times = {name: at + value * HOUR for name, value in fields.items() if name in {"start", "end"}}
    given = {"level": "major_outage", "kind": "unavailable", "start": at - HOUR} | fields | times
    with pytest.raises(ValidationError) as refused:
        ImpactWindow.record(component, incident=incident, by=by, at=at, **given)
    assert list(refused.value.message_dict) == [at_fault]
    assert incident.windows.count() == 1


def test_windows_of_one_kind_do_not_overlap_within_an_incident(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="is open for Mailstore"):
        ImpactWindow.record(
            mailstore, incident=incident, level=Level.PARTIAL_OUTAGE, kind="unavailable",
            start=at, by=by, at=at + HOUR,
        )  # fmt: skip


def test_the_database_itself_refuses_a_window_that_ends_before_it_begins(
    incident: Incident, at: datetime
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        incident.windows.update(end=at - HOUR)
