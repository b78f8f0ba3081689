"""The lives of notes: what may follow what, what was said before, and how far the work has come."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from incidents.core import markup
from incidents.core.notes import LIVES, check_step, first_state, following
from incidents.models import Incident, Note, NoteKind, Update
from people.actors import Actor

HOUR = timedelta(hours=1)


@pytest.fixture
def advice(incident: Incident, by: Actor, at: datetime) -> Note:
    """What readers are told to do."""
    return Note.add(incident, "advice", "Forward *mail*", body="To anywhere.", by=by, at=at)


@pytest.fixture
def work(incident: Incident, by: Actor, at: datetime) -> Note:
    """A restore that runs."""
    return Note.add(incident, "work", "Restore", by=by, at=at)


@pytest.mark.parametrize("kind", list(NoteKind))
def test_every_state_of_every_kind_can_be_reached_and_stays_within_its_kind(kind: str) -> None:
    reached, waiting = set(), [first_state(kind)]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += [each for each in following(kind, state) if each not in reached]
    assert reached == set(LIVES[kind])


@pytest.mark.parametrize(
    ("kind", "current", "wanted", "said"),
    [
        ("advice", "withdrawn", "active", "is “withdrawn” and cannot become “active”. Add a new"),
        ("advice", "changed", "active", "It may become “withdrawn”."),
        ("attempt", "failed", "worked", "It may become “tried”."),
        ("work", "done", "abandoned", "It may become “running”."),
        ("symptom", "stated", "failed", "“failed” is none of stated, withdrawn."),
    ],
)
def test_a_state_that_may_not_follow_is_refused_by_name(
    kind: str, current: str, wanted: str, said: str
) -> None:
    with pytest.raises(ValidationError, match=said) as refused:
        check_step(kind, current, wanted)
    assert list(refused.value.message_dict) == ["state"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "rumour"}, "kind"),
        ({"headline": " "}, "headline"),
        ({"headline": "Two\nlines"}, "headline"),
        ({"body": "<script>"}, "body"),
        ({"state": "failed"}, "state"),
        ({"answer": "Yes."}, "answer"),
        ({"kind": "question", "state": "answered"}, "answer"),
        ({"precision": "roughly"}, "precision"),
        ({"happened_at": datetime(2026, 3, 2, 12)}, "happened_at"),
    ],
)
def test_a_note_that_cannot_stand_is_refused_at_its_field(
    incident: Incident, by: Actor, at: datetime, fields: dict[str, Any], named: str
) -> None:
    sent = {"kind": "advice", "headline": "Wait"} | fields
    with pytest.raises(ValidationError) as refused:
        Note.add(incident, sent.pop("kind"), sent.pop("headline"), by=by, at=at, **sent)
    assert list(refused.value.message_dict) == [named]


def test_a_note_tells_of_nothing_that_has_not_come(
    incident: Incident, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="has not come yet"):
        Note.add(incident, "milestone", "Back", happened_at=at + HOUR, by=by, at=at)


def test_a_change_keeps_what_it_replaces_with_its_time(
    advice: Note, by: Actor, at: datetime
) -> None:
    advice.change(headline="Forward mail now", body="To us.", by=by, at=at + HOUR)
    advice.change(state="withdrawn", by=by, at=at + 2 * HOUR)
    last, first = advice.earlier
    assert (first.state, first.headline, first.html, first.at) == (
        "active", "Forward *mail*", "<p>To anywhere.</p>", at + HOUR,
    )  # fmt: skip
    assert (last.state, last.headline, last.html) == ("changed", "", "")
    assert (advice.state, advice.changed_at) == ("withdrawn", at + 2 * HOUR)


def test_a_change_of_nothing_changes_nothing(advice: Note, by: Actor, at: datetime) -> None:
    advice.change(headline="Forward *mail*", body="To anywhere.", by=by, at=at + HOUR)
    assert (advice.earlier, advice.changed_at, advice.state) == ([], at, "active")


def test_what_it_said_before_can_be_removed_for_good(advice: Note, by: Actor, at: datetime) -> None:
    advice.change(body="To us.", by=by, at=at + HOUR)
    advice.forget_wordings(by=by, at=at + HOUR)
    (first,) = advice.earlier
    assert (first.headline, first.html, first.at) == ("", "", at + HOUR)


def test_a_question_is_answered_by_its_answer(incident: Incident, by: Actor, at: datetime) -> None:
    question = Note.add(incident, "question", "Is it over?", by=by, at=at)
    assert question.state == "asked"
    question.change(answer="No.", by=by, at=at + HOUR)
    question.change(answer="Yes.", by=by, at=at + 2 * HOUR)
    assert question.state == "answered"
    assert [change.html for change in question.earlier] == ["<p>No.</p>", ""]


def test_withdrawn_advice_is_told_by_an_update_that_names_it(
    advice: Note, by: Actor, at: datetime
) -> None:
    update = advice.withdraw("Mail is back.", by=by, at=at + HOUR)
    assert update.headline == "Advice withdrawn"
    assert "<strong>Forward *mail*</strong>" in update.html
    assert "Mail is back." in update.body
    event = advice.incident.events.get(kind="advice.withdrawn")
    assert (event.tell, event.object()) == (True, update)
    assert advice.told_in == update


def test_advice_is_withdrawn_after_the_end_too_but_once(
    advice: Note, by: Actor, at: datetime
) -> None:
    advice.incident.resolve(body="Over.", by=by, at=at + HOUR)
    advice.withdraw(by=by, at=at + 2 * HOUR)
    assert advice.incident.status == "resolved"
    with pytest.raises(ValidationError, match="withdrawn already"):
        advice.withdraw(by=by, at=at + 3 * HOUR)


def test_advice_may_have_been_taken_back_in_an_update_already(
    advice: Note, by: Actor, at: datetime
) -> None:
    said = Update.post(advice.incident, body="No need to forward any more.", by=by, at=at)
    assert advice.withdraw(told_in=said, by=by, at=at) == said
    assert advice.incident.updates.count() == 2


def test_only_advice_is_withdrawn_or_told_by_itself(work: Note, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="post an update instead"):
        work.withdraw(by=by, at=at)
    with pytest.raises(ValidationError, match="post an update instead"):
        work.change(state="done", tell=True, by=by, at=at)


def test_changed_advice_is_told_if_wished(advice: Note, by: Actor, at: datetime) -> None:
    advice.change(body="Not before noon.", tell=True, by=by, at=at + HOUR)
    update = advice.incident.updates.latest("number")
    assert update.headline == "Advice changed"
    assert "Not before noon." in update.body
    assert advice.incident.events.get(kind="advice.changed").tell


def test_progress_of_work_is_dated_and_kept_in_order(work: Note, by: Actor, at: datetime) -> None:
    work.progress(70, text="Nearly", by=by, at=at + 3 * HOUR)
    work.progress(40, happened_at=at + HOUR, by=by, at=at + 3 * HOUR)
    fresh = Note.objects.get(pk=work.pk)
    assert [(each.done_percent, each.at) for each in fresh.reports] == [
        (40, at + HOUR),
        (70, at + 3 * HOUR),
    ]
    assert fresh.done_percent == 70


@pytest.mark.parametrize(
    ("fields", "named", "said"),
    [
        ({"done_percent": 101}, "done_percent", "by 0 to 100 percent, not 101"),
        ({"done_percent": -1}, "done_percent", "by 0 to 100 percent, not -1"),
        ({"text": "Two\nlines"}, "text", "must be one line"),
        ({"happened_at": datetime(2027, 1, 1)}, "happened_at", "zone"),
    ],
)
def test_progress_that_cannot_be_is_refused(
    work: Note, by: Actor, at: datetime, fields: dict[str, Any], named: str, said: str
) -> None:
    with pytest.raises(ValidationError, match=said) as refused:
        work.progress(**{"done_percent": 50} | fields, by=by, at=at)
    assert list(refused.value.message_dict) == [named]


def test_progress_in_the_future_or_after_the_end_is_refused(
    work: Note, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="has not come yet"):
        work.progress(50, happened_at=at + HOUR, by=by, at=at)
    work.change(state="done", by=by, at=at)
    with pytest.raises(ValidationError, match="This work is “done”"):
        work.progress(50, by=by, at=at)


def test_advice_makes_no_progress(advice: Note, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="Only work has progress"):
        advice.progress(50, by=by, at=at)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=80))
def test_whatever_was_typed_is_quoted_as_it_stands_and_never_refused(text: str) -> None:
    markup.check(f"**{markup.literal(text)}**")


def test_the_text_twin_of_what_was_typed_is_what_was_typed() -> None:
    assert markup.plain(markup.literal("[a](b) & <d>")) == "a (b) & <d>"
    assert markup.plain(markup.literal("5 * 3 # and a_b")) == "5 * 3 # and a_b"
