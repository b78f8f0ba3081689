"""Promises with a clock."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Commitment, CommitmentKind, CommitmentState, Event, Incident, Update
from people.actors import Actor

MINUTE = timedelta(minutes=1)


@pytest.fixture
def promise(incident: Incident, by: Actor, at: datetime) -> Commitment:
    Update.post(incident, body="More soon.", next_update_due=at + 30 * MINUTE, by=by, at=at)
    return Commitment.objects.get()


def test_a_promise_is_open_until_due_and_late_by_itself_afterwards(
    promise: Commitment, at: datetime
) -> None:
    assert promise.state_at(at + 30 * MINUTE) == CommitmentState.OPEN
    assert promise.state_at(at + 31 * MINUTE) == CommitmentState.LATE
    assert promise.lateness_at(at + 40 * MINUTE) == 10 * MINUTE


def test_the_next_update_keeps_it_and_the_record_says_how_late(
    promise: Commitment, incident: Incident, by: Actor, at: datetime
) -> None:
    update = Update.post(incident, body="Here.", by=by, at=at + 40 * MINUTE)
    promise.refresh_from_db()
    assert promise.met_in == update
    assert promise.state_at(at + 90 * MINUTE) == CommitmentState.KEPT_LATE
    assert promise.lateness_at(at + 90 * MINUTE) == 10 * MINUTE
    assert promise.state_at(at + 35 * MINUTE) == CommitmentState.LATE, "as it stood then"
    assert Event.objects.get(kind="commitment.met").after == {"seconds_late": 600}


def test_resolving_keeps_the_promise_of_an_update_too(
    promise: Commitment, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at + 10 * MINUTE)
    promise.refresh_from_db()
    assert promise.state_at(at + 60 * MINUTE) == CommitmentState.KEPT


def test_one_promise_of_a_next_update_replaces_the_other(
    promise: Commitment, incident: Incident, by: Actor, at: datetime
) -> None:
    again = at + 90 * MINUTE
    Update.post(incident, body="Here.", next_update_due=again, by=by, at=at + 5 * MINUTE)
    assert list(Commitment.objects.filter(met_at=None).values_list("due", flat=True)) == [again]


def test_an_update_can_say_that_the_time_of_the_next_is_unknown_and_why(
    incident: Incident, by: Actor, at: datetime
) -> None:
    words = {"body": "x", "next_update_unknown": "the restore shows no progress"}
    update = Update.post(incident, **words, by=by, at=at)  # type: ignore[arg-type]
    unknown = Commitment.objects.get()
    assert (unknown.due, unknown.made_in) == (None, update)
    assert unknown.unknown_because == "the restore shows no progress"
    assert unknown.state_at(at + 999 * MINUTE) == CommitmentState.OPEN
    assert not unknown.counts, "no time was promised, so none can be missed"


def test_a_later_promise_takes_the_place_of_an_unknown_time(
    incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="x", next_update_unknown="we are looking", by=by, at=at)
    due, later = at + 60 * MINUTE, at + 5 * MINUTE
    firm = Commitment.promise(incident, CommitmentKind.NEXT_UPDATE, due=due, by=by, at=later)
    unknown = Commitment.objects.get(due=None)
    assert unknown.state_at(at) == CommitmentState.OPEN, "as it stood then"
    assert unknown.state_at(later) == CommitmentState.REPLACED
    assert unknown.replaced_by == firm


def test_a_fix_without_a_time_is_replaced_where_that_is_said(
    incident: Incident, by: Actor, at: datetime
) -> None:
    access, disk = (
        Commitment.promise(incident, "fix", text=text, unknown_because="x", by=by, at=at)
        for text in ("Mail can be read", "A new disk")
    )
    firm = Commitment.promise(incident, "fix", due=at + MINUTE, replaces=access, by=by, at=at)
    access.refresh_from_db()
    disk.refresh_from_db()
    assert (access.replaced_by, disk.replaced_by) == (firm, None)


def test_a_promise_with_a_time_is_not_replaced_but_taken_back_with_a_reason(
    incident: Incident, by: Actor, at: datetime
) -> None:
    firm = Commitment.promise(incident, "fix", due=at + MINUTE, by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        Commitment.promise(incident, "fix", due=at + 9 * MINUTE, replaces=firm, by=by, at=at)
    assert list(refused.value.message_dict) == ["replaces"]
    with pytest.raises(ValidationError) as refused:
        firm.withdraw(" ", by=by, at=at)
    assert list(refused.value.message_dict) == ["reason"]
    firm.withdraw("The vendor has no spare part.", by=by, at=at)
    assert firm.state_at(at) == CommitmentState.WITHDRAWN
    assert firm.withdrawal_reason == "The vendor has no spare part."
    assert "spare" not in str(list(Event.objects.values("before", "after")))


@pytest.mark.parametrize(
    ("kind", "terms", "at_fault"),
    [
        ("next_update", {}, "next_update_due"),
        ("next_update", {"due": timedelta()}, "next_update_due"),
        ("next_update", {"unknown_because": "two\nlines"}, "next_update_unknown"),
        ("next_update", {"due": MINUTE, "unknown_because": "x"}, "next_update_unknown"),
        ("fix", {}, "due"),
        ("fix", {"due": -MINUTE}, "due"),
        ("fix", {"due": MINUTE, "unknown_because": "x"}, "unknown_because"),
        ("fix", {"due": MINUTE, "max_minutes": 60}, "max_minutes"),
        ("fix", {"due": MINUTE, "text": "x" * 256}, "text"),
        ("max_duration", {}, "max_minutes"),
        ("max_duration", {"max_minutes": 0}, "max_minutes"),
        ("max_duration", {"max_minutes": 60, "due": MINUTE}, "due"),
        ("cake", {"due": MINUTE}, "kind"),
    ],
)
def test_a_promise_that_cannot_be_is_refused_at_its_field(
    incident: Incident, by: Actor, at: datetime, kind: str, terms: dict[str, object], at_fault: str
) -> None:
    if isinstance(ahead := terms.get("due"), timedelta):
        terms = terms | {"due": at + ahead}
    with pytest.raises(ValidationError) as refused:
        Commitment.promise(incident, kind, by=by, at=at, **terms)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [at_fault]
    assert not Commitment.objects.exists()


def test_a_promise_for_the_past_is_refused_with_nothing_posted(
    incident: Incident, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        Update.post(incident, body="x", next_update_due=at, by=by, at=at)
    assert list(refused.value.message_dict) == ["next_update_due"]
    assert incident.updates.count() == 1


def test_nobody_is_promised_a_next_update_on_what_is_over(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at)
    for words in ({"next_update_due": at + MINUTE}, {"next_update_unknown": "x"}):
        with pytest.raises(ValidationError) as refused:
            Update.post(incident, body="x", by=by, at=at, **words)
        assert list(refused.value.message_dict) == list(words)


def test_staff_are_warned_once_before_it_is_due(
    promise: Commitment, incident: Incident, by: Actor, at: datetime
) -> None:
    assert promise.page.warn_minutes == 10
    assert Commitment.warn(at=at + 19 * MINUTE) == 0
    assert Commitment.warn(at=at + 20 * MINUTE) == 1
    assert Commitment.warn(at=at + 21 * MINUTE) == 0
    assert Event.objects.get(kind="commitment.due_soon").object() == promise


def test_what_is_promised_for_soon_is_warned_of_halfway(
    incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="x", next_update_due=at + 8 * MINUTE, by=by, at=at)
    assert Commitment.warn(at=at + 3 * MINUTE) == 0
    assert Commitment.warn(at=at + 4 * MINUTE) == 1


def test_lateness_is_written_down_once_by_the_clock(promise: Commitment, at: datetime) -> None:
    assert Commitment.notice_late(at=at + 30 * MINUTE) == 0
    assert Commitment.notice_late(at=at + 31 * MINUTE) == 1
    assert Commitment.notice_late(at=at + 32 * MINUTE) == 0
    assert Event.objects.filter(kind="commitment.late").count() == 1


def test_what_was_kept_while_the_clock_looked_is_neither_warned_of_nor_late(
    promise: Commitment, incident: Incident, by: Actor, at: datetime
) -> None:
    seen_before = Commitment.objects.get(pk=promise.pk)
    Update.post(incident, body="Here.", by=by, at=at + 25 * MINUTE)
    assert seen_before._note(at + 26 * MINUTE, "warned_at") == 0
    assert not Event.objects.filter(kind="commitment.due_soon").exists()


def test_an_unknown_time_needs_its_reason(incident: Incident, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="say why it is unknown"):
        Commitment.promise(incident, "fix", by=by, at=at)
    fix = Commitment.promise(
        incident, "fix", unknown_because="the restore shows no progress", by=by, at=at
    )
    assert fix.state_at(at + 999 * MINUTE) == CommitmentState.OPEN


def test_a_promise_is_kept_or_taken_back_only_once(
    incident: Incident, by: Actor, at: datetime
) -> None:
    fix = Commitment.promise(incident, "fix", due=at + MINUTE, by=by, at=at)
    fix.meet(by=by, at=at + MINUTE)
    with pytest.raises(ValidationError, match="kept or taken back already"):
        fix.withdraw("Too late.", by=by, at=at + 2 * MINUTE)


def test_only_one_next_update_is_promised_at_a_time(
    promise: Commitment, incident: Incident, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="promised already"):
        Commitment.promise(incident, "next_update", due=at + 90 * MINUTE, by=by, at=at)
    assert incident.commitments.get() == promise


def test_what_was_withdrawn_owes_no_words(
    promise: Commitment, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.withdraw("A false alarm.", by=by, at=at)
    assert Commitment.warn(at=at + 25 * MINUTE) == 0
    assert Commitment.notice_late(at=at + 990 * MINUTE) == 0
    with pytest.raises(ValidationError, match="withdrawn"):
        Commitment.promise(incident, "fix", due=at + 9 * MINUTE, by=by, at=at)
