"""Links, series, false alarms and duplicates by the API."""

from datetime import datetime, timedelta

import pytest

from incidents.models import Component, Incident, IncidentLink, Page
from people.actors import Actor
from tests.api.conftest import Asking

HOUR = timedelta(hours=1)


@pytest.fixture
def other(page: Page, mailstore: Component, by: Actor, at: datetime) -> Incident:
    """The same trouble, an hour earlier."""
    return Incident.open(
        page, title="Mailstore is down", body="x", levels={mailstore: "major_outage"},
        by=by, at=at - HOUR,
    )  # fmt: skip


def test_incidents_are_linked_into_a_series_and_out_of_it(
    writer: Asking, reader: Asking, incident: Incident, other: Incident
) -> None:
    path, link = (
        f"incidents/{incident.public_id}",
        {
            "kind": "recurrence_of",
            "target": other.public_id,
        },
    )
    assert reader.get(f"{path}/series").status_code == 404
    assert writer.post(f"{path}/links", link).status_code == 201
    again = writer.post(f"{path}/links", link)
    assert (again.status_code, next(iter(again.json()["errors"]))) == (422, "target")
    series = reader.get(f"{path}/series").json()
    assert [each["id"] for each in series["incidents"]] == [other.public_id, incident.public_id]
    assert series["is_open"] is True
    assert 3600 <= series["seconds"] < 3700
    assert writer.put(f"{path}/links/removal", link).status_code == 200
    assert writer.put(f"{path}/links/removal", link).status_code == 404
    assert not IncidentLink.objects.exists()


def test_a_stranger_is_refused_at_its_field(writer: Asking, incident: Incident) -> None:
    path = f"incidents/{incident.public_id}"
    link = {"kind": "follow_up", "target": "aaaaaaaaaaaa"}
    assert "target" in writer.post(f"{path}/links", link).json()["errors"]
    merge = {"other": "aaaaaaaaaaaa", "body": "Same."}
    assert "other" in writer.put(f"{path}/merge", merge).json()["errors"]


def test_a_false_alarm_is_called_and_shown(
    writer: Asking, reader: Asking, incident: Incident
) -> None:
    path = f"incidents/{incident.public_id}"
    answer = writer.put(f"{path}/false-alarm", {"body": "Our probe was wrong."})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "false_alarm")
    shown = reader.get(path).json()
    assert (shown["status"], shown["impact"], shown["windows"]) == ("resolved", "none", [])
    again = writer.put(f"{path}/false-alarm", {"body": "Again."})
    assert (again.status_code, next(iter(again.json()["errors"]))) == (422, "status")


def test_a_duplicate_is_merged_once_per_key(
    writer: Asking, reader: Asking, incident: Incident, other: Incident
) -> None:
    path = f"incidents/{incident.public_id}/merge"
    sent = {"other": other.public_id, "body": "We opened this twice."}
    for _time in range(2):
        answer = writer.put(path, sent, **{"Idempotency-Key": "once"})
        assert (answer.status_code, answer.json()["outcome"]) == (200, "duplicate")
    kept = reader.get(f"incidents/{other.public_id}").json()
    assert len(kept["updates"]) == 2
    assert [each["kind"] for each in kept["links"]] == ["duplicate_of"]
    refused = writer.put(path, sent)
    assert (refused.status_code, next(iter(refused.json()["errors"]))) == (422, "status")
