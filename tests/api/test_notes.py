"""Notes and readers' messages over the API; a pasted error text finds its incident."""

from datetime import datetime
from typing import Any

import pytest

from incidents.models import Incident, Note, ReaderMessage
from people.actors import Actor
from tests.api.conftest import Asking


@pytest.fixture
def asked(incident: Incident, at: datetime) -> ReaderMessage:
    """A question with an address."""
    return ReaderMessage.receive(
        incident, kind="question", text="Is it lost?", contact="ada@example.com", at=at
    )


def added(writer: Asking, incident: Incident, **fields: Any) -> Any:
    return writer.post(f"incidents/{incident.public_id}/notes", fields)


def test_a_note_lives_its_life(writer: Asking, reader: Asking, incident: Incident) -> None:
    answer = added(writer, incident, kind="advice", headline="Forward mail", body="To us.")
    assert answer.status_code == 201
    note = answer.json()["id"]
    changed = writer.post(f"notes/{note}/changes", {"body": "To anywhere."}).json()
    assert changed["state"] == "changed"
    assert changed["earlier"][0]["html"] == "<p>To us.</p>"
    gone = writer.put(f"notes/{note}/withdrawal", {"words": "Mail is back."}).json()
    assert gone["state"] == "withdrawn"
    shown = reader.get(f"incidents/{incident.public_id}").json()
    assert shown["notes"] == [gone]
    assert gone["told_in"] == shown["updates"][0]["id"]


def test_work_shows_its_progress(writer: Asking, incident: Incident) -> None:
    note = added(writer, incident, kind="work", headline="Restore").json()["id"]
    shown = writer.post(f"notes/{note}/progress", {"done_percent": 40, "text": "Slow"}).json()
    assert (shown["done_percent"], shown["progress"][0]["text"]) == (40, "Slow")
    refused = writer.post(f"notes/{note}/progress", {"done_percent": 101})
    assert refused.status_code == 422
    assert "by 0 to 100 percent" in refused.json()["errors"]["done_percent"][0]


def test_what_cannot_stand_is_refused_by_field(writer: Asking, incident: Incident) -> None:
    answer = added(writer, incident, kind="attempt", headline="Plan B", state="answered")
    assert list(answer.json()["errors"]) == ["state"]


def test_messages_are_for_staff(reader: Asking, writer: Asking, asked: ReaderMessage) -> None:
    assert reader.get("pages/mail/messages").status_code == 401
    (shown,) = writer.get("pages/mail/messages?state=new").json()["items"]
    assert (shown["text"], shown["wants_mail"]) == ("Is it lost?", True)
    assert "ada@example.com" not in str(shown)
    assert writer.get("pages/mail/messages?state=declined").json()["items"] == []


def test_a_message_is_settled_once(
    writer: Asking, incident: Incident, asked: ReaderMessage
) -> None:
    done = writer.put(f"messages/{asked.public_id}/answer", {"answer": "No."}).json()
    assert (done["state"], done["note_id"]) == ("answered", incident.notes.get().public_id)
    again = writer.put(f"messages/{asked.public_id}/decline", {"reason": "Spam"})
    assert again.json()["errors"]["state"] == ["This message was answered already."]


def test_a_message_is_answered_in_an_update_or_by_a_note(
    writer: Asking, incident: Incident, asked: ReaderMessage, by: Actor, at: datetime
) -> None:
    stranger = writer.put(f"messages/{asked.public_id}/answer", {"note": "ab12cd34ef56"})
    assert list(stranger.json()["errors"]) == ["note"]
    advice = Note.add(incident, "advice", "Wait", by=by, at=at)
    no_question = writer.put(f"messages/{asked.public_id}/answer", {"note": advice.public_id})
    assert "Pick a question" in no_question.json()["errors"]["note"][0]
    done = writer.put(f"messages/{asked.public_id}/update", {"body": "No."}).json()
    assert done["update_id"] == incident.updates.latest("number").public_id


def test_an_error_text_finds_its_incident(
    reader: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    Note.add(incident, "symptom", "Relay access denied", by=by, at=at)
    found = reader.get("pages/mail/search?q=relay%20ACCESS%20denied").json()["items"]
    assert [each["incident_id"] for each in found] == [incident.public_id]
    assert found[0]["text"] == "Relay access denied"
    assert reader.get("pages/mail/search?q=printer").json()["items"] == []
    assert reader.get("pages/mail/search").status_code == 422
    assert reader.get(f"pages/mail/search?q={'x' * 501}").status_code == 422
