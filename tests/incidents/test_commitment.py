"""Promises with a clock."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Commitment, Event, Incident, Page, Update
from incidents.models.story.commitment import CommitmentState
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


def test_a_promise_for_the_past_is_refused_with_nothing_posted(
    incident: Incident, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        Update.post(incident, body="x", next_update_due=at, by=by, at=at)
    assert list(refused.value.message_dict) == ["next_update_due"]
    assert incident.updates.count() == 1


def test_lateness_is_written_down_once_by_the_clock(promise: Commitment, at: datetime) -> None:
    assert Commitment.notice_late(at=at + 30 * MINUTE) == 0
    assert Commitment.notice_late(at=at + 31 * MINUTE) == 1
    assert Commitment.notice_late(at=at + 32 * MINUTE) == 0
    assert Event.objects.filter(kind="commitment.late").count() == 1


def test_an_unknown_time_needs_its_reason(incident: Incident, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="say why it is unknown"):
        Commitment.promise(incident, "fix", by=by, at=at)
    fix = Commitment.promise(
        incident, "fix", unknown_because="the restore shows no progress", by=by, at=at
    )
    assert fix.state_at(at + 999 * MINUTE) == CommitmentState.OPEN


def test_a_promise_is_kept_or_taken_back_only_once(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    fix = Commitment.promise(incident, "fix", due=at + MINUTE, by=by, at=at)
    fix.meet(by=by, at=at + MINUTE)
    with pytest.raises(ValidationError, match="kept or taken back already"):
        fix.withdraw(by=by, at=at + 2 * MINUTE)


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
    assert Commitment.notice_late(at=at + 990 * MINUTE) == 0
