"""Impact windows, apart from posts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from incidents.core.levels import Level
from incidents.models import Cohort, Component, ImpactWindow, Incident, Page
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
    assert ImpactWindow.objects.as_known(at) == [window]
    assert ImpactWindow.objects.as_known(at + HOUR) == [newer]
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
        ({"start": -24 * 366 * 31}, "start"),
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
    given: dict[str, Any] = {"level": "major_outage", "kind": "unavailable", "start": at - HOUR}
    with pytest.raises(ValidationError) as refused:
        ImpactWindow.record(component, incident=incident, by=by, at=at, **given | fields | times)
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


def test_what_another_has_replaced_or_closed_meanwhile_is_not_replaced_twice(
    incident: Incident, by: Actor, at: datetime
) -> None:
    mine, theirs = incident.windows.get(), incident.windows.get()
    theirs.supersede(level=Level.PARTIAL_OUTAGE, by=by, at=at + HOUR)
    with pytest.raises(ValidationError, match="edit the newer one"):
        mine.supersede(level=Level.DEGRADED_PERFORMANCE, by=by, at=at + HOUR)
    with pytest.raises(ValidationError, match="edit the newer one"):
        mine.close(at + HOUR, by=by, at=at + HOUR)
    assert incident.windows.current().get().level == Level.PARTIAL_OUTAGE


def test_a_correction_is_checked_like_a_new_window(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    window = incident.windows.get()
    ImpactWindow.record(
        mailstore, incident=incident, level=Level.PARTIAL_OUTAGE, kind="delayed", start=at,
        by=by, at=at,
    )  # fmt: skip
    for field, wrong in (("level", "sad"), ("kind", "sad"), ("share_percent", 101),
                         ("count_affected", -1), ("note", "x" * 256)):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            window.supersede(by=by, at=at + HOUR, **dict[str, Any]({field: wrong}))
        assert list(refused.value.message_dict) == [field]
    with pytest.raises(ValidationError, match="is open for Mailstore"):
        window.supersede(kind="delayed", by=by, at=at + HOUR)
    assert window.superseded_at is None


def test_no_window_stays_open_in_what_is_over(
    incident: Incident, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    stale = Incident.objects.get(pk=incident.pk)
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    window = incident.windows.get()
    with pytest.raises(ValidationError, match="say until when it was so"):
        ImpactWindow.record(
            component, incident=stale, level=Level.PARTIAL_OUTAGE, kind="unavailable", start=at,
            by=by, at=at + 2 * HOUR,
        )  # fmt: skip
    with pytest.raises(ValidationError, match="say until when it was so"):
        window.supersede(end=None, by=by, at=at + 2 * HOUR)
    assert mailstore.level_at(at + 2 * HOUR) == Level.OPERATIONAL


def test_a_window_joins_only_what_belongs_together(
    page: Page, incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    foreign = Component.add(other, "Calendar", by=by, at=at)
    elsewhere = Incident.open(page, title="Else", body="x", by=by, at=at)
    cohort = Cohort.name_one(elsewhere, "Some", by=by, at=at)
    given: dict[str, Any] = {
        "incident": incident,
        "level": "major_outage",
        "kind": "delayed",
        "start": at,
    }
    with pytest.raises(ValidationError, match="component of another page"):
        ImpactWindow.record(foreign, by=by, at=at, **given)
    with pytest.raises(ValidationError, match="cohort of another incident"):
        ImpactWindow.record(mailstore, by=by, at=at, cohort=cohort, **given)
