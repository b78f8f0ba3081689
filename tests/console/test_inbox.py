"""What readers wrote, at the desk: answered for all, answered in an update, or declined."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.models import Component, Incident, Note, ReaderMessage
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of


@pytest.fixture
def asked(incident: Incident, at: datetime) -> ReaderMessage:
    """A question with an address."""
    return ReaderMessage.receive(
        incident, kind="question", text="Is *it*\nlost?", contact="ada@example.com", at=at
    )


def inbox(message: ReaderMessage, rest: str = "") -> str:
    page = message.incident.page
    return f"/console/{page.slug}/inbox/{message.public_id}/{rest}"


def test_the_inbox_shows_what_waits_and_never_an_address(
    desk: Client, asked: ReaderMessage
) -> None:
    screen = text_of(desk.get("/console/mail/inbox/"))
    assert "Is *it*" in screen
    assert "wants the answer by mail" in screen
    assert "ada@example.com" not in screen


def test_a_question_is_answered_for_all(desk: Client, asked: ReaderMessage) -> None:
    assert 'value="Is *it* lost?"' in text_of(desk.get(inbox(asked)))
    stored(desk, inbox(asked), {"headline": "Is mail lost?", "answer": "No."})
    note = asked.incident.notes.get()
    assert (note.headline, note.answer) == ("Is mail lost?", "No.")
    assert "No reader" not in text_of(desk.get("/console/mail/inbox/?state=answered"))


def test_an_answer_without_words_is_refused(desk: Client, asked: ReaderMessage) -> None:
    refused(desk, inbox(asked), {"headline": "Is mail lost?", "answer": ""}, "answer")


def test_what_is_answered_already_is_pointed_to(
    desk: Client, asked: ReaderMessage, by: Actor, at: datetime
) -> None:
    note = Note.add(asked.incident, "question", "Lost?", answer="No.", by=by, at=at)
    stored(desk, inbox(asked), {"headline": "x", "note": note.public_id})
    asked.refresh_from_db()
    assert asked.note == note


def test_an_answer_in_an_update_begins_with_the_question(
    desk: Client, asked: ReaderMessage
) -> None:
    assert "> Is \\*it\\*\n> lost?" in text_of(desk.get(inbox(asked, "update/")))
    stored(desk, inbox(asked, "update/"), {"body": "> Lost?\n\nNo.", "notify": "on"})
    assert asked.incident.updates.latest("number").body == "> Lost?\n\nNo."


def test_a_question_is_declined_with_a_reason(desk: Client, asked: ReaderMessage) -> None:
    refused(desk, inbox(asked, "decline/"), {"reason": ""}, "reason")
    stored(desk, inbox(asked, "decline/"), {"reason": "Sent to support"})
    assert "Sent to support" in text_of(desk.get("/console/mail/inbox/?state=declined"))


def test_two_who_answer_at_once_are_told(desk: Client, asked: ReaderMessage, by: Actor) -> None:
    asked.decline("Spam", by=by, at=asked.received_at)
    answer: Any = desk.post(inbox(asked), {"headline": "x", "answer": "No."})
    assert answer.status_code == 422
    assert "This message was declined already." in text_of(answer)


def test_reports_since_the_end_are_counted_by_component_and_shown_when_reopening(
    desk: Client, resolved: Incident, mailstore: Component, at: datetime
) -> None:
    for number in range(4):
        ReaderMessage.receive(
            resolved, kind="still_affected", text=f"{number} prompts", at=at,
            component=mailstore if number else None,
        )  # fmt: skip
    for screen in (at_incident(resolved), at_incident(resolved, "reopen/")):
        shown = text_of(desk.get(screen))
        assert "4 reports since resolved" in shown
        assert "Mailstore: 3" in shown
        assert "3 prompts" in shown


def test_an_admin_closes_the_inbox_and_opens_it_again(desk: Client, incident: Incident) -> None:
    stored(desk, "/console/mail/inbox/switch/", {})
    assert "takes no messages" in text_of(desk.get("/console/mail/inbox/"))
    incident.page.refresh_from_db()
    assert not incident.page.takes_messages
    stored(desk, "/console/mail/inbox/switch/", {"take": "1"})
    incident.page.refresh_from_db()
    assert incident.page.takes_messages


def test_what_waits_on_one_incident_alone(
    desk: Client, asked: ReaderMessage, resolved: Incident, at: datetime
) -> None:
    ReaderMessage.receive(resolved, kind="question", text="Slow how?", at=at + timedelta(minutes=1))
    screen = text_of(desk.get(f"/console/mail/inbox/?incident={resolved.public_id}"))
    assert "Slow how?" in screen
    assert "Is *it*" not in screen
