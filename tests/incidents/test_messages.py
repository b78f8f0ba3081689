"""What readers write: taken once, alarmed of sparingly, settled once, forgotten in time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Announcement, Component, Incident, Note, Page, ReaderMessage
from people.actors import Actor

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def over(incident: Incident, by: Actor, at: datetime) -> Incident:
    """The outage, over an hour later."""
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    return incident


def asked(
    incident: Incident, at: datetime, text: str = "Is it lost?", **more: Any
) -> ReaderMessage:
    return ReaderMessage.receive(incident, kind="question", text=text, at=at, **more)


def affected(incident: Incident, at: datetime, text: str = "Password prompts.") -> ReaderMessage:
    return ReaderMessage.receive(incident, kind="still_affected", text=text, at=at)


def test_the_same_question_sent_twice_is_one(incident: Incident, at: datetime) -> None:
    assert asked(incident, at) == asked(incident, at + timedelta(seconds=3))
    assert asked(incident, at + 2 * HOUR) != asked(incident, at)


def test_a_crowd_of_the_still_affected_is_one_alarm_an_hour(over: Incident, at: datetime) -> None:
    for minute in range(0, 90, 10):
        affected(over, at + HOUR + timedelta(minutes=minute), text=f"{minute} prompts")
    events = over.events.filter(kind="message.received").order_by("at")
    assert [event.at for event in events] == [at + HOUR, at + 2 * HOUR]
    assert not any(event.tell for event in events)


def test_readers_hold_up_nobody_who_writes_the_record(incident: Incident, at: datetime) -> None:
    asked(incident, at)
    version = Page.objects.get(pk=incident.page_id).version
    asked(incident, at, text="Another?")
    assert Page.objects.get(pk=incident.page_id).version == version


def test_still_affected_belongs_after_the_end(incident: Incident, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="This still goes on"):
        affected(incident, at)
    incident.resolve(body="Over.", by=by, at=at)
    affected(incident, at + 14 * DAY - HOUR)
    with pytest.raises(ValidationError, match="takes no messages any more"):
        affected(incident, at + 14 * DAY)


def test_nobody_asks_an_announcement_or_what_is_not_public(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    hello = Announcement.publish(page, title="Hello", body="All well.", by=by, at=at)
    rehearsal = Incident.open(page, title="Drill", body="x", rehearsal=True, by=by, at=at)
    for entry in (hello, rehearsal):
        with pytest.raises(ValidationError):
            asked(entry, at)


def test_an_answer_becomes_a_question_on_the_page(
    incident: Incident, by: Actor, at: datetime
) -> None:
    message = asked(incident, at, text="Is it\nlost?", contact="ada@example.com")
    note = message.answer_as_note("No.", by=by, at=at + HOUR)
    assert (note.kind, note.headline, note.answer) == ("question", "Is it lost?", "No.")
    message.refresh_from_db()
    assert (message.state, message.note, message.answer) == ("answered", note, "")
    assert message.contact == "ada@example.com", "it waits there until it is mailed"
    with pytest.raises(ValidationError, match="answered already"):
        message.decline("Spam", by=by, at=at + HOUR)


def test_staff_may_put_it_in_other_words_or_point_to_an_answer(
    incident: Incident, by: Actor, at: datetime
) -> None:
    first = asked(incident, at).answer_as_note("No.", headline="Lost?", by=by, at=at)
    again = asked(incident, at, text="All gone?")
    assert again.answer_as_note(note=first, by=by, at=at) == first
    assert incident.notes.count() == 1


def test_an_answer_needs_words_and_a_question_of_this_incident(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    message = asked(incident, at)
    with pytest.raises(ValidationError) as refused:
        message.answer_as_note("  ", by=by, at=at)
    assert list(refused.value.message_dict) == ["answer"]
    other = Incident.open(page, title="Other", body="x", by=by, at=at)
    note = Note.add(other, "question", "What?", answer="That.", by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        message.answer_as_note(note=note, by=by, at=at)
    assert list(refused.value.message_dict) == ["note"]


def test_a_refused_answer_leaves_the_question_open(
    incident: Incident, by: Actor, at: datetime
) -> None:
    message = asked(incident, at)
    with pytest.raises(ValidationError):
        message.answer_as_note("<script>", by=by, at=at)
    assert ReaderMessage.objects.get().state == "new"
    assert incident.notes.count() == 0


def test_an_answer_in_an_update_is_one_word_for_all(
    incident: Incident, by: Actor, at: datetime
) -> None:
    message = asked(incident, at)
    update = message.answer_in_update("> Is it lost?\n\nNo.", by=by, at=at + HOUR)
    message.refresh_from_db()
    assert (message.state, message.update, update.number) == ("answered", update, 2)
    assert incident.events.get(kind="incident.updated").tell


def test_a_declined_one_keeps_no_address(incident: Incident, by: Actor, at: datetime) -> None:
    message = asked(incident, at, contact="ada@example.com")
    message.decline("Sent to support", by=by, at=at)
    message.refresh_from_db()
    assert (message.state, message.contact, message.answer) == ("declined", "", "Sent to support")


def test_what_nobody_answered_is_forgotten_after_30_days(
    incident: Incident, by: Actor, at: datetime
) -> None:
    asked(incident, at)
    asked(incident, at, text="And this?").answer_as_note("Yes.", by=by, at=at)
    assert ReaderMessage.forget_old(at=at + 30 * DAY) == 0
    assert ReaderMessage.forget_old(at=at + 30 * DAY + HOUR) == 1
    assert ReaderMessage.objects.get().state == "answered"


def test_a_component_of_another_page_is_refused(
    over: Incident, component: Component, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    stranger = Component.add(other, "Shop", by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        ReaderMessage.receive(
            over, kind="still_affected", text="x", component=stranger, at=at + HOUR
        )
    assert list(refused.value.message_dict) == ["component"]
