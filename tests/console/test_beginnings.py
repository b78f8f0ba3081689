"""Staff are told the same beginning as readers are: that of the first harm, where it is earlier."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.models import Component, ImpactWindow, Incident, Page, Postmortem
from people.actors import Actor

DAY = timedelta(days=1)


@pytest.fixture
def noticed_late(
    page: Page, incident: Incident, component: Component, by: Actor, at: datetime
) -> Incident:
    """An incident that was opened a day after it had begun."""
    ImpactWindow.record(
        component, incident=incident, level="partial_outage", kind="delayed", start=at - DAY,
        by=by, at=at,
    )  # fmt: skip
    return incident


def test_a_postmortem_dates_its_incidents_by_their_first_harm(
    desk: Client, page: Page, noticed_late: Incident, by: Actor, at: datetime
) -> None:
    found = Postmortem.draft(page, title="Why", incidents=[noticed_late], by=by, at=at)
    html = desk.get(f"/console/{page.slug}/postmortems/{found.public_id}/").content.decode()
    row = html.split(noticed_late.title)[1].split("</li>")[0]
    assert (at - DAY).isoformat() in row
    assert at.isoformat() not in row


def test_incidents_to_pick_are_dated_by_their_first_harm(
    desk: Client, page: Page, noticed_late: Incident, at: datetime
) -> None:
    html = desk.get(f"/console/{page.slug}/postmortems/draft/").content.decode()
    day = f"{(at - DAY).astimezone(page.zone):%-d %b %Y}"
    assert f"{noticed_late.title}, {day}" in html
