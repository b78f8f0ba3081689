"""Promises and corrections in the console."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Commitment, CommitmentKind, Incident, Page, Update
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of

POST = {"body": "The restore runs.", "status": "investigating", "notify": "on"}
SAY_WHY = {"next_update_due": "unknown", "next_update_unknown": "it shows no progress"}


def test_an_update_says_why_the_time_of_the_next_is_unknown(
    desk: Client, incident: Incident
) -> None:
    stored(desk, at_incident(incident, "updates/"), POST | SAY_WHY)
    unknown = Commitment.objects.get()
    assert (unknown.due, unknown.unknown_because) == (None, "it shows no progress")
    assert "it shows no progress" in text_of(desk.get(at_incident(incident)))


def test_unknown_without_a_reason_is_refused_and_nothing_typed_is_lost(
    desk: Client, incident: Incident
) -> None:
    fields = POST | {"next_update_due": "unknown"}
    screen = refused(desk, at_incident(incident, "updates/"), fields, "next_update_due")
    assert "Say why it is unknown; readers see it." in screen
    assert "The restore runs." in screen
    assert '<option value="unknown" selected>' in screen
    assert incident.updates.count() == 1


def test_a_reason_left_over_from_another_choice_is_not_taken(
    desk: Client, incident: Incident
) -> None:
    stored(desk, at_incident(incident, "updates/"), POST | SAY_WHY | {"next_update_due": "30"})
    promise = Commitment.objects.get()
    assert promise.due is not None
    assert promise.unknown_because == ""


def test_an_incident_opens_without_a_time_for_the_next_update(desk: Client, page: Page) -> None:
    fields = {"title": "Down", "body": "x", "status": "investigating", "notify": "on"} | SAY_WHY
    stored(desk, "/console/mail/incidents/open/", fields)
    assert Commitment.objects.get().unknown_because == "it shows no progress"


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"kind": "fix"}, "due"),
        ({"kind": "fix", "due": "2020-01-01T10:00", "due_zone": "UTC"}, "due"),
        ({"kind": "max_duration"}, "max_minutes"),
        ({"kind": "next_update"}, "kind"),
        ({"kind": "fix", "unknown_because": "x", "replaces": "nosuch"}, "replaces"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(
    desk: Client, incident: Incident, fields: dict[str, str], at_fault: str
) -> None:
    refused(desk, at_incident(incident, "promises/add/"), fields, at_fault)
    assert not Commitment.objects.exists()


def test_a_promise_with_a_time_takes_the_place_of_one_without(
    desk: Client, incident: Incident, by: Actor, at: datetime
) -> None:
    vague = Commitment.promise(incident, "fix", unknown_because="no idea", by=by, at=at)
    due = f"{timezone.now() + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    fields = {"kind": "fix", "due": due, "due_zone": "UTC", "replaces": vague.public_id}
    stored(desk, at_incident(incident, "promises/add/"), fields)
    vague.refresh_from_db()
    assert vague.replaced_by is not None


def test_a_promise_is_kept_by_a_button(
    desk: Client, incident: Incident, by: Actor, at: datetime
) -> None:
    promise = Commitment.promise(incident, "personal_notice", unknown_because="x", by=by, at=at)
    stored(desk, at_incident(incident, f"promises/{promise.public_id}/keep/"), {})
    promise.refresh_from_db()
    assert promise.met_at is not None


def test_a_promise_is_taken_back_with_a_reason(
    desk: Client, incident: Incident, by: Actor, at: datetime
) -> None:
    promise = Commitment.promise(incident, "fix", unknown_because="x", by=by, at=at)
    address = at_incident(incident, f"promises/{promise.public_id}/take-back/")
    refused(desk, address, {"reason": ""}, "reason")
    stored(desk, address, {"reason": "The vendor went home."})
    promise.refresh_from_db()
    assert promise.withdrawal_reason == "The vendor went home."
    assert "The vendor went home." in text_of(desk.get(at_incident(incident)))


def test_what_ran_when_its_incident_was_withdrawn_is_neither_late_nor_asked_for(
    desk: Client, incident: Incident, by: Actor, at: datetime
) -> None:
    due = at + timedelta(minutes=5)
    Commitment.promise(incident, CommitmentKind.NEXT_UPDATE, due=due, by=by, at=at)
    Commitment.notice_late(at=due + timedelta(minutes=1))
    assert "needs you now" in text_of(desk.get(at_incident(incident)))
    incident.withdraw("A monitor lied.", by=by, at=at + timedelta(minutes=7))
    body = text_of(desk.get(at_incident(incident)))
    promises = body.partition('id="promises"')[2].partition("</section>")[0]
    assert "ended with the withdrawal of the incident" in promises
    assert "late" not in promises
    assert "Take back" not in promises
    assert "needs you now" not in body


def test_resolving_says_what_is_still_owed(
    desk: Client, incident: Incident, by: Actor, at: datetime
) -> None:
    access, disk = (
        Commitment.promise(incident, "fix", text=text, unknown_because="x", by=by, at=at)
        for text in ("Mail can be read", "A new disk")
    )
    fields = {"body": "Over.", "notify": "on", "still_owed": [disk.public_id]}
    stored(desk, at_incident(incident, "resolve/"), fields)
    access.refresh_from_db()
    disk.refresh_from_db()
    assert (access.met_at is None, disk.met_at is None) == (False, True)


def test_an_update_past_its_grace_is_corrected_by_one_that_names_it(
    desk: Client, incident: Incident
) -> None:
    wrong = incident.updates.get()
    address = at_incident(incident, f"updates/{wrong.public_id}/correct/")
    assert address in text_of(desk.get(at_incident(incident)))
    screen = text_of(desk.get(address))
    assert "We are looking into it." in screen
    stored(desk, address, {"body": "We were not.", "status": "investigating"})
    right = incident.updates.get(number=2)
    assert right.corrects == wrong
    shown = text_of(desk.get(at_incident(incident)))
    assert "Corrects update 1" in shown
    assert "Corrected by update 2" in shown


def test_within_the_grace_a_slip_is_mended_instead(desk: Client, page: Page, by: Actor) -> None:
    fresh = Incident.open(page, title="Now", body="x", by=by, at=timezone.now())
    screen = text_of(desk.get(at_incident(fresh)))
    update = fresh.updates.get()
    assert f"updates/{update.public_id}/edit/" in screen
    assert f"updates/{update.public_id}/correct/" not in screen


def test_what_was_redacted_cannot_be_corrected(
    desk: Client, incident: Incident, by: Actor, at: datetime
) -> None:
    wrong = incident.updates.get()
    wrong.redact("It named somebody.", by=by, at=at)
    address = at_incident(incident, f"updates/{wrong.public_id}/correct/")
    answer = desk.post(address, {"body": "x", "status": "investigating"})
    assert answer.status_code == 422
    assert "That update was redacted" in text_of(answer)
    assert Update.objects.count() == 1


def test_what_stands_is_on_now_and_named_on_every_other_screen(
    desk: Client, incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    due = timezone.now() + timedelta(minutes=5)
    Update.post(incident, body="x", next_update_due=due, by=by, at=at)
    Incident.notice_silence(at=at + timedelta(hours=3))
    Commitment.warn(at=timezone.now())
    now, elsewhere = (text_of(desk.get(f"/console/mail/{path}")) for path in ("", "incidents/"))
    assert "<b>Next update due" in now
    assert "needs you now" not in now
    assert "need you now" in elsewhere or "needs you now" in elsewhere
    Update.post(incident, body="Here.", by=by, at=timezone.now())
    assert "<b>Next update due" not in text_of(desk.get("/console/mail/"))


SETTINGS = {
    "name": "Example Mail",
    "time_zone": "UTC",
    "visibility": "public",
    "language": "en",
    "on_call_email": "oncall@example.com",
    "warn_minutes": "15",
    "silence_limit_minutes": "60",
    "tell_delay_seconds": "0",
}


def test_the_page_says_who_is_on_call_and_when_to_warn(desk: Client, page: Page) -> None:
    stored(desk, "/console/mail/settings/", SETTINGS)
    page.refresh_from_db()
    assert (page.on_call_email, page.warn_minutes) == ("oncall@example.com", 15)
    assert page.silence_limit_minutes == 60


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("on_call_email", "nobody"),
        ("warn_minutes", "0"),
        ("warn_minutes", "1441"),
        ("silence_limit_minutes", "0"),
        ("silence_limit_minutes", "10081"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    desk: Client, page: Page, field: str, value: str
) -> None:
    refused(desk, "/console/mail/settings/", SETTINGS | {field: value}, field)
