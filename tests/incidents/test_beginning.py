"""Since when an incident goes on: what was said of it, and what is on record."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.as_known import as_known
from incidents.core.viewers import PUBLIC
from incidents.models import Component, ImpactWindow, Incident, Page
from people.actors import Actor

HOUR = timedelta(hours=1)


@pytest.fixture
def earlier(incident: Incident, mailstore: Component, by: Actor, at: datetime) -> ImpactWindow:
    """Harm that began an hour before anybody said a word, recorded when that came out."""
    incident.windows.get().retract("It was another part.", by=by, at=at)
    return ImpactWindow.record(
        mailstore, incident=incident, level="partial_outage", kind="unavailable",
        start=at - HOUR, by=by, at=at + HOUR,
    )  # fmt: skip


def known(incident: Incident, at: datetime) -> Incident:
    found = as_known(incident.page, incident.public_id, at, PUBLIC)
    assert found is not None
    return found


def test_what_began_earlier_than_was_said_may_have_ended_before_it_was_said(
    incident: Incident, earlier: ImpactWindow, by: Actor, at: datetime
) -> None:
    over = at - HOUR / 2
    incident.resolve(body="Over.", resolved_at=over, by=by, at=at + 2 * HOUR)
    row = Incident.objects.get(pk=incident.pk)
    assert (row.started_at, row.began, row.resolved_at) == (at - HOUR, at - HOUR, over)
    assert ImpactWindow.objects.get(pk=earlier.pk).end == over


def test_how_it_stood_before_keeps_the_start_that_was_said_then(
    incident: Incident, earlier: ImpactWindow, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", resolved_at=at - HOUR / 2, by=by, at=at + 2 * HOUR)
    assert known(incident, at + HOUR / 2).began == at
    assert known(incident, at + HOUR).began == at - HOUR


def test_an_end_before_all_harm_is_refused_with_the_time_at_which_that_began(
    incident: Incident, earlier: ImpactWindow, by: Actor, at: datetime
) -> None:
    for end in (at - 2 * HOUR, at - HOUR):
        with pytest.raises(ValidationError, match="It began at 2026-03-02 11:00 UTC, after that"):
            incident.resolve(body="Over.", resolved_at=end, by=by, at=at + 2 * HOUR)


def test_a_start_that_was_said_of_harm_moves_with_its_correction(
    incident: Incident, by: Actor, at: datetime
) -> None:
    window = incident.windows.get()
    window.supersede(start=at + HOUR, because="The logs say so.", by=by, at=at + 2 * HOUR)
    assert Incident.objects.get(pk=incident.pk).began == at + HOUR
    assert known(incident, at + HOUR).began == at
    event = incident.events.latest("pk")
    assert "started_at" in event.before


def test_other_harm_of_that_start_holds_it(
    incident: Incident, page: Page, component: Component, by: Actor, at: datetime
) -> None:
    ImpactWindow.record(
        component, incident=incident, level="degraded_performance", kind="delayed",
        start=at, by=by, at=at,
    )  # fmt: skip
    window = incident.windows.earliest("pk")
    window.supersede(start=at + HOUR, because="The logs say so.", by=by, at=at + 2 * HOUR)
    assert Incident.objects.get(pk=incident.pk).began == at
