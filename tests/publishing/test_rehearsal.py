"""A rehearsal goes the whole way, and nothing of it leaves: no door outside shows a word."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from incidents.models import (
    Cohort,
    Commitment,
    Component,
    Event,
    ImpactWindow,
    Incident,
    IncidentLink,
    Note,
    Page,
    Update,
)
from people.actors import Actor

HOUR = timedelta(hours=1)
PUBLIC_FILES = (
    "/ /history/ /history/2026-03/ /history.atom /history.rss /uptime/ /uptime/2026-03/ "
    "/uptime.csv /promises/ /promises/2026/ /search/?q=zebra+drill /api/v2/summary.json "
    "/api/v2/status.json /api/v2/components.json /api/v2/incidents.json "
    "/api/v2/incidents/unresolved.json /api/v3/pages/mail/incidents /api/v3/pages/mail/status "
    "/api/v3/pages/mail/search?q=zebra+drill /api/v3/pages/mail/components "
    "/api/v3/pages/mail/uptime"
).split()


@pytest.fixture
def drill(page: Page, mailstore: Component, by: Actor, at: datetime) -> Incident:
    """A rehearsal in full: posts, impact, promises, notes, a cohort, a link, an end."""
    doing: dict[str, Any] = {"by": by, "at": at}
    drill = Incident.open(
        page, title="Zebra drill", body="Zebra.", levels={mailstore: "major_outage"},
        started_at=at - HOUR, next_update_due=at + HOUR, rehearsal=True, **doing,
    )  # fmt: skip
    real = Incident.open(page, title="Something real", body="Real.", **doing)
    Commitment.promise(drill, "fix", text="Zebra fixed", due=at + HOUR, **doing)
    Note.add(drill, "symptom", "zebra drill denied", **doing)
    Cohort.name_one(drill, "Zebra accounts", **doing)
    IncidentLink.tie(drill, real, "recurrence_of", **doing)
    Update.post(drill, body="Zebra again.", by=by, at=at + HOUR / 2)
    return drill


@pytest.mark.parametrize("address", PUBLIC_FILES)
def test_no_public_address_knows_of_it(
    drill: Incident, reader: Client, at: datetime, address: str
) -> None:
    cache.clear()
    with time_machine.travel(at + 2 * HOUR, tick=False):
        answer = reader.get(address)
    assert answer.status_code == (404 if address == "/promises/2026/" else 200)
    body = answer.content.decode().lower()
    assert drill.public_id not in body
    # What was searched for stands in the field.
    assert "zebra" not in body.replace("zebra drill", "")


@pytest.mark.parametrize("rest", ["", "ask/", "as-of/20260302T123000Z/"])
def test_its_own_addresses_are_not_there(
    drill: Incident, reader: Client, at: datetime, rest: str
) -> None:
    with time_machine.travel(at + 2 * HOUR, tick=False):
        assert reader.get(f"/{drill.public_path}{rest}").status_code == 404
        assert reader.get(f"/series/{drill.public_id}/").status_code == 404
        assert reader.get(f"/api/v3/incidents/{drill.public_id}").status_code == 404


def test_the_real_one_beside_it_does_not_know_it(
    drill: Incident, reader: Client, at: datetime
) -> None:
    real = Incident.objects.get(rehearsal=False)
    with time_machine.travel(at + 2 * HOUR, tick=False):
        body = reader.get(f"/{real.public_path}").content.decode()
        roll_up = reader.get("/api/v2/summary.json").json()
    assert roll_up["status"]["indicator"] == "none"
    assert {each["status"] for each in roll_up["components"]} == {"operational"}
    assert "Something real" in body
    assert "ebra" not in body


def test_nothing_of_it_is_told_whatever_its_end(
    drill: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    drill.resolve(body="Zebra over.", by=by, at=at + HOUR)
    drill.reopen(body="Again.", levels={mailstore: "major_outage"}, by=by, at=at + 2 * HOUR)
    drill.call_false_alarm(body="A drill.", by=by, at=at + 3 * HOUR)
    assert not Event.objects.filter(incident=drill, tell=True).exists()
    assert not ImpactWindow.objects.counting().filter(incident=drill).exists()
