"""Promises and corrections over the API."""

from datetime import datetime, timedelta

import pytest

from incidents.core.roles import Role
from incidents.models import Commitment, Event, Incident, Membership, Update
from people.actors import Actor
from people.models import User
from tests.api.conftest import Asking

HOUR = timedelta(hours=1)


def test_a_promise_is_made_kept_and_listed(
    writer: Asking, reader: Asking, incident: Incident, at: datetime
) -> None:
    body = {"kind": "personal_notice", "text": "A mail to each", "due": "2026-03-02T18:00:00Z"}
    made = writer.post(f"incidents/{incident.public_id}/promises", body)
    assert made.status_code == 201, made.content
    name = made.json()["id"]
    assert made.json()["state"] == "open"
    kept = writer.put(f"promises/{name}/keeping", {})
    assert (kept.status_code, kept.json()["state"]) == (200, "kept")
    listed = reader.get("pages/mail/promises").json()["items"]
    assert [(each["id"], each["incident_id"]) for each in listed] == [(name, incident.public_id)]


@pytest.mark.parametrize(
    ("body", "at_fault"),
    [
        ({"kind": "fix"}, "due"),
        ({"kind": "fix", "due": "2020-01-01T00:00:00Z"}, "due"),
        ({"kind": "fix", "due": "2030-01-01T00:00:00Z", "unknown_because": "x"}, "unknown_because"),
        ({"kind": "max_duration"}, "max_minutes"),
        ({"kind": "next_update"}, "next_update_due"),
        ({"kind": "fix", "unknown_because": "x", "replaces": "nosuchid0000"}, "replaces"),
    ],
)
def test_a_promise_that_cannot_be_is_refused_by_field(
    writer: Asking, incident: Incident, body: dict[str, str], at_fault: str
) -> None:
    answer = writer.post(f"incidents/{incident.public_id}/promises", body)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [at_fault]


def test_a_refusal_names_times_in_utc_whatever_the_pages_zone(
    writer: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.page.change(time_zone="America/New_York", by=by, at=at)
    body = {"kind": "fix", "due": "2020-01-15T08:00:00-05:00"}
    answer = writer.post(f"incidents/{incident.public_id}/promises", body)
    (said,) = answer.json()["errors"]["due"]
    assert said == "2020-01-15 13:00 UTC has passed; promise a later time."


def test_one_is_taken_back_with_a_reason_and_another_replaced(
    writer: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    vague = Commitment.promise(incident, "fix", unknown_because="x", by=by, at=at)
    body = {"kind": "fix", "due": "2030-01-01T00:00:00Z", "replaces": vague.public_id}
    firm = writer.post(f"incidents/{incident.public_id}/promises", body).json()
    back = writer.put(f"promises/{firm['id']}/withdrawal", {"reason": "No spare part."})
    assert (back.json()["state"], back.json()["withdrawal_reason"]) == (
        "withdrawn",
        "No spare part.",
    )
    shown = writer.get(f"incidents/{incident.public_id}").json()
    assert shown["commitments"][0]["state"] == "replaced"
    assert shown["commitments"][0]["replaced_by"] == firm["id"]
    assert shown["promise_figures"]["withdrawn"] == 1


def test_an_update_says_why_the_time_of_the_next_is_unknown(
    writer: Asking, incident: Incident
) -> None:
    path = f"incidents/{incident.public_id}/updates"
    assert writer.post(path, {"body": "x", "next_update_unknown": "no progress"}).status_code == 201
    assert Commitment.objects.get().unknown_because == "no progress"
    both = {"next_update_unknown": "x", "next_update_due": "2030-01-01T00:00:00Z"}
    refused = writer.post(path, {"body": "x"} | both)
    assert list(refused.json()["errors"]) == ["next_update_unknown"]


def test_resolving_names_what_is_still_owed(
    writer: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    disk = Commitment.promise(incident, "fix", unknown_because="x", by=by, at=at)
    path = f"incidents/{incident.public_id}/resolution"
    refused = writer.put(path, {"body": "Over.", "still_owed": ["nosuchid0000"]})
    assert list(refused.json()["errors"]) == ["still_owed"]
    shown = writer.put(path, {"body": "Over.", "still_owed": [disk.public_id]}).json()
    assert [each["state"] for each in shown["commitments"]] == ["open"]


def test_corrections_and_what_was_taken_back_are_linked_both_ways(
    writer: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    wrong = incident.updates.get()
    body = {"body": "It was not so.", "corrects": wrong.public_id}
    right = writer.post(f"incidents/{incident.public_id}/updates", body).json()
    assert right["corrects"] == wrong.public_id
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    incident.reopen(body="Not over.", by=by, at=at + 2 * HOUR)
    for path in (f"incidents/{incident.public_id}", f"incidents/{incident.public_id}/updates"):
        shown = writer.get(path).json()
        again, resolved, _right, first = shown.get("updates") or shown["items"]
        assert first["corrected_by"] == [right["id"]]
        assert resolved["taken_back_by"] == again["id"]


def test_an_update_is_redacted_by_those_who_may(
    writer: Asking, responder: User, incident: Incident, by: Actor, at: datetime
) -> None:
    update = incident.updates.get()
    path = f"updates/{update.public_id}/redaction"
    assert writer.put(path, {"reason": "It named Ada."}).status_code == 403
    Membership.grant(page=incident.page, user=responder, role=Role.COMMUNICATOR, by=by, at=at)
    shown = writer.put(path, {"reason": "It named Ada."}).json()
    assert (shown["body"], shown["redaction_reason"]) == ("", "It named Ada.")
    again = writer.put(path, {"reason": "Again."})
    assert list(again.json()["errors"]) == ["reason"]
    correction = {"body": "x", "corrects": update.public_id}
    refused = writer.post(f"incidents/{incident.public_id}/updates", correction)
    assert list(refused.json()["errors"]) == ["corrects"]
    assert Update.objects.count() == 1


def test_the_cause_keeps_what_was_thought_before(writer: Asking, incident: Incident) -> None:
    path = f"incidents/{incident.public_id}/cause"
    for state in ("suspected", "ruled_out"):
        body = {"state": state, "cause": "A backplane", "category": "hardware"}
        shown = writer.put(path, body).json()
    assert [each["state"] for each in shown["cause_history"]] == ["suspected", "ruled_out"]
    assert (shown["cause_state"], shown["cause_category"]) == ("ruled_out", "hardware")
    assert list(writer.put(path, {"state": "confirmed"}).json()["errors"]) == ["cause"]
    assert Event.objects.filter(kind="incident.cause").count() == 2
