"""Chunks: a thousand deliveries are taken, sent and finished as one, and lose nothing on the way."""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from incidents.models import Incident, Page, Update
from notifications import rounds
from notifications.channels import channels
from notifications.models import (
    Broadcast,
    Chunk,
    Delivery,
    Pause,
    Subscription,
    Suppression,
    broadcast,
)
from notifications.models import chunk as chunk_module
from notifications.models.chunk import LEASE
from notifications.outcomes import Outcome
from notifications.parcels import Parcel
from notifications.senders import journal, marks, posting, sending
from notifications.senders.marks import reconcile
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.notifications.pigeons import Pigeons

State = Delivery.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def pigeons(monkeypatch: pytest.MonkeyPatch) -> Pigeons:
    """Mail goes by pigeon."""
    pigeons = Pigeons()
    monkeypatch.setattr(channels()["email"], "post", pigeons.post, raising=False)
    return pigeons


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of four, slices of ten."""
    monkeypatch.setattr(chunk_module, "SIZE", 4)
    monkeypatch.setattr(broadcast, "SLICE", 10)


@pytest.fixture
def readers(subscriber: Subscriber) -> list[Subscription]:
    """A dozen and a half of them."""
    return [subscriber(f"reader{number}@example.com") for number in range(18)]


def counted() -> dict[str, int]:
    """How many deliveries are in which state."""
    states = list(Delivery.objects.values_list("state", flat=True))
    return {state: states.count(state) for state in states}


def post(incident: Incident, body: str, by: Actor, at: datetime) -> Update:
    return Update.post(incident, body=body, by=by, at=at)


def test_deliveries_of_a_bulk_channel_come_in_chunks(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, small: None, at: datetime
) -> None:
    rounds.tell(at)
    chunks = list(Chunk.objects.order_by("pk"))
    assert [chunk.size for chunk in chunks] == [4, 4, 2, 4, 4]
    assert all(chunk.open().count() == chunk.size for chunk in chunks)
    assert not Delivery.objects.loose().exists()
    assert Broadcast.objects.get().recipients == 18


def test_the_first_readers_need_not_wait_until_many_are_written_out(
    incident: Incident,
    readers: list[Subscription],
    pigeons: Pigeons,
    small: None,
    monkeypatch: pytest.MonkeyPatch,
    at: datetime,
) -> None:
    monkeypatch.setattr(broadcast, "FIRST_SLICE", 2)
    rounds.tell(at)
    sizes = list(Chunk.objects.order_by("pk").values_list("size", flat=True))
    assert sizes == [2, 2, 4, 4, 4, 2]


def test_a_chunk_is_found_by_its_keys_however_many_its_broadcast_has(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, small: None, at: datetime
) -> None:
    rounds.tell(at)
    chunk = Chunk.objects.order_by("pk")[1]
    assert [each.pk for each in chunk.open()] == list(range(chunk.first_id, chunk.last_id + 1))
    for rows in (chunk.deliveries(), chunk.open()):
        # As SQLite and as PostgreSQL say that they look a broadcast up.
        assert not re.search(r"\(broadcast_id=|Index Cond: .*\(broadcast_id =", rows.explain())


def test_nothing_loose_is_claimed_before_the_chunks_are_posted(
    page: Page, incident: Incident, readers: list[Subscription], pigeons: Pigeons, at: datetime
) -> None:
    Delivery.test(page, channel="email", destination="ada@example.com", lane="mail", at=at)
    held: list[int] = []

    def look(_parcel: Parcel) -> Outcome:
        held.append(Delivery.objects.filter(state=State.CLAIMED).count())
        return Outcome.sent()

    pigeons.judge = look
    rounds.run_all(at)
    assert held == [0] * len(readers)
    assert not Delivery.objects.unfinished().exists()


def test_every_reader_is_told_once_and_every_chunk_is_finished(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, small: None, at: datetime
) -> None:
    assert rounds.run_all(at) == 18
    assert len({who for who, _what in pigeons.told}) == len(pigeons.told) == 18
    assert counted() == {State.SENT: 18}
    assert not Chunk.objects.unfinished().exists()
    assert {each.attempts for each in Delivery.objects.all()} == {1}


def test_lanes_are_woken_before_all_is_written(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, small: None, at: datetime
) -> None:
    woken: list[tuple[list[str], int]] = []
    rounds.tell(at, lambda lanes: woken.append((lanes, Delivery.objects.count())))
    assert woken == [(["mail"], 10)]


def test_a_parcel_carries_what_its_links_are_made_of(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, at: datetime
) -> None:
    rounds.run_all(at)
    reader = readers[0]
    parcel = next(each for each in pigeons.arrived if each.destination == reader.destination)
    assert (parcel.public_id, parcel.nonce) == (reader.public_id, reader.nonce)
    assert (parcel.attempts, parcel.earlier) == (0, ())


def test_a_parcel_names_the_broadcasts_that_came_before(
    incident: Incident, subscriber: Subscriber, pigeons: Pigeons, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.run_all(at)
    post(incident, "Found it.", by, at + MINUTE)
    rounds.run_all(at + MINUTE)
    first, second = pigeons.arrived
    assert second.earlier == (first.broadcast,)


def test_what_was_not_taken_is_tried_again_by_itself(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, small: None, at: datetime
) -> None:
    pigeons.judge = lambda parcel: (
        Outcome.retry("451 later") if parcel.destination.startswith("reader3@") else Outcome.sent()
    )
    rounds.run_all(at)
    assert counted() == {State.SENT: 17, State.RETRY: 1}
    assert not Chunk.objects.unfinished().exists()
    late = Delivery.objects.get(state=State.RETRY)
    assert late.next_attempt_at is not None
    assert (late.next_attempt_at - at) // MINUTE == 1
    assert (late.attempts, late.last_error) == (1, "451 later")
    assert late.tries.get().detail == "451 later"


def test_an_address_that_does_not_exist_is_suppressed(
    incident: Incident, subscriber: Subscriber, pigeons: Pigeons, at: datetime
) -> None:
    subscriber()
    pigeons.judge = lambda parcel: Outcome.undeliverable("550 5.1.1 who?")
    rounds.run_all(at)
    failed = Delivery.objects.failed().get()
    assert (failed.state, failed.next_attempt_at) == (State.FAILED, None)
    assert Suppression.objects.in_force().get().destination == "ada@example.com"


def test_who_left_or_is_suppressed_is_not_told(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, at: datetime
) -> None:
    rounds.tell(at)
    readers[0].end(at)
    Suppression.add("email", readers[1].destination, "complaint", at)
    rounds.run_all(at)
    assert counted() == {State.SENT: 16, State.SUPPRESSED: 2}
    assert not Chunk.objects.unfinished().exists()


def test_a_withdrawn_incident_is_told_no_further(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, by: Actor, at: datetime
) -> None:
    rounds.tell(at)
    incident.withdraw("It never was.", by=by, at=at)
    rounds.run_all(at)
    assert pigeons.told == []
    assert counted() == {State.SUPPRESSED: 18}


def test_a_newer_update_replaces_what_its_chunk_still_holds(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, small: None, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    rounds.tell(at)
    post(incident, "Found it.", by, at)
    rounds.run_all(at)
    newest = Broadcast.objects.order_by("-sequence")[0]
    assert {what for _who, what in pigeons.told} == {newest.pk}
    assert counted() == {State.SUPERSEDED: 18, State.SENT: 18}


def test_an_update_waits_for_the_older_one_that_is_in_flight(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, small: None, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    rounds.tell(at)
    flying = Chunk.claim("email", "another", at)
    assert flying is not None
    post(incident, "Found it.", by, at)
    rounds.run_all(at)
    assert len(pigeons.told) == 14
    assert flying.open().count() == 4
    flying.release("another", at)
    rounds.run_all(at + MINUTE)
    newest = Broadcast.objects.order_by("-sequence")[0]
    assert {what for _who, what in pigeons.told} == {newest.pk}
    assert len(pigeons.told) == 18
    assert not Chunk.objects.unfinished().exists()


def test_a_retry_of_an_older_update_gives_way(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, by: Actor, at: datetime
) -> None:
    pigeons.judge = lambda parcel: Outcome.retry("451 later")
    rounds.run_all(at)
    post(incident, "Found it.", by, at + MINUTE / 2)
    pigeons.judge = lambda parcel: Outcome.sent()
    rounds.run_all(at + MINUTE / 2)
    assert counted() == {State.SUPERSEDED: 18, State.SENT: 18}


def test_other_incidents_do_not_wait(
    incident: Incident, page: Page, readers: list[Subscription], pigeons: Pigeons, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    rounds.tell(at)
    Chunk.claim("email", "another", at)
    Incident.open(page, title="Another", body="Also.", by=by, at=at)
    rounds.run_all(at)
    assert len(pigeons.told) == 18


def test_a_chunk_of_a_dead_sender_is_sent_when_its_lease_is_over(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, at: datetime
) -> None:
    rounds.tell(at)
    Chunk.claim("email", "dead", at)
    assert sending.drain("mail", at + LEASE - MINUTE / 6) == 0
    assert sending.drain("mail", at + LEASE) == 18


def test_a_journal_left_behind_marks_what_was_taken_and_frees_the_rest_at_once(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, settings: Settings,
    tmp_path: Path, at: datetime,
) -> None:  # fmt: skip
    settings.SENDER_JOURNAL = tmp_path
    rounds.tell(at)
    chunk = Chunk.claim("email", "dead", at)
    assert chunk is not None
    taken = list(chunk.open().values_list("pk", flat=True)[:7])
    left = journal.Journal.begin(tmp_path, "dead")
    left.accept(taken)
    assert reconcile(at) == 0, "its owner lives"
    left.leave()
    assert sending.drain("mail", at) == 11
    assert len(pigeons.told) == 11
    assert counted() == {State.SENT: 18}
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_marked_is_marked_before_anything_else_goes(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, small: None,
    settings: Settings, tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings.SENDER_JOURNAL = tmp_path
    mark = marks.mark
    failed: list[object] = []

    def failing(*given: Any, **how: Any) -> None:
        if len(failed) < 2:
            failed.append(given)
            raise OperationalError("it is away")
        mark(*given, **how)

    monkeypatch.setattr(posting, "mark", failing)
    for minutes in range(4):
        rounds.run_all(at + minutes * MINUTE)
    assert len(failed) == 2
    assert sorted({name for name, _news in pigeons.told}) == sorted(
        name for name, _news in pigeons.told
    )
    assert counted() == {State.SENT: 18}
    assert list(tmp_path.iterdir()) == []


def test_a_journal_takes_the_place_of_no_other(tmp_path: Path) -> None:
    left = journal.Journal.begin(tmp_path, "me")
    left.accept([7])
    left.leave()
    with pytest.raises(FileExistsError):
        journal.Journal.begin(tmp_path, "me")
    assert dict(journal.left_behind(tmp_path)) == {"me": [7]}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["open", "unlink"])
def test_a_journal_that_cannot_be_read_or_removed_keeps_nobody_from_being_told(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, settings: Settings,
    tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch, call: str,
) -> None:  # fmt: skip
    settings.SENDER_JOURNAL = tmp_path
    journal.Journal.begin(tmp_path, "dead").leave()
    place: Any = os if call == "open" else Path
    able = getattr(place, call)

    def unable(path: Path, *rest: Any, **more: Any) -> Any:
        if path.name == "dead.accepted":
            raise PermissionError("another user's")
        return able(path, *rest, **more)

    monkeypatch.setattr(place, call, unable)
    rounds.run_all(at)
    assert counted() == {State.SENT: 18}


def test_a_sender_that_lost_its_chunk_says_only_what_was_taken(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, at: datetime
) -> None:
    def lose(parcel: Parcel) -> Outcome:
        Chunk.objects.update(owner="another")
        return Outcome.failed("too late") if "reader3@" in parcel.destination else Outcome.sent()

    pigeons.judge = lose
    rounds.run_all(at)
    assert counted() == {State.SENT: 17, State.PENDING: 1}
    assert Chunk.objects.get().owner == "another"


def test_a_channel_that_breaks_loses_nothing_and_repeats_nothing(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, at: datetime
) -> None:
    def broken(parcel: Parcel) -> Outcome:
        if parcel.destination.startswith("reader16@"):
            raise RuntimeError("a bug")
        return Outcome.sent()

    pigeons.judge = broken
    rounds.run_all(at)
    assert counted() == {State.SENT: 16, State.RETRY: 2}
    assert not Chunk.objects.unfinished().exists()


def test_a_database_that_hangs_up_keeps_nothing_from_landing(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons,
    monkeypatch: pytest.MonkeyPatch, at: datetime,
) -> None:  # fmt: skip
    def away(_chunk: Chunk) -> bool:
        raise OperationalError("terminating connection due to administrator command")

    monkeypatch.setattr(posting, "LOOK_EVERY", -1.0)
    monkeypatch.setattr(Chunk, "may_go_on", away)
    rounds.run_all(at)
    assert len(pigeons.told) == 18
    assert counted() == {State.SENT: 18}


def test_a_stopping_sender_ends_in_the_middle_and_leaves_the_rest_open(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, at: datetime
) -> None:
    def stop(parcel: Parcel) -> Outcome:
        sending.stopping.set()
        return Outcome.sent()

    pigeons.judge = stop
    try:
        rounds.run_all(at)
    finally:
        sending.stopping.clear()
    assert counted() == {State.SENT: 16, State.PENDING: 2}
    assert Chunk.objects.get().owner == ""
    pigeons.judge = lambda parcel: Outcome.sent()
    rounds.run_all(at + MINUTE)
    assert len(pigeons.told) == 18


@pytest.mark.parametrize("journal_folder", [True, False])
def test_without_a_journal_marks_are_never_far_behind(
    incident: Incident, subscriber: Subscriber, pigeons: Pigeons, settings: Settings,
    tmp_path: Path, at: datetime, journal_folder: bool,
) -> None:  # fmt: skip
    settings.SENDER_JOURNAL = tmp_path if journal_folder else None
    for number in range(150):
        subscriber(f"reader{number}@example.com")
    unmarked: list[int] = []

    def judge(parcel: Parcel) -> Outcome:
        sent = Delivery.objects.filter(state=State.SENT).count()
        unmarked.append(len(pigeons.arrived) - sent)
        return Outcome.sent()

    pigeons.judge = judge
    rounds.run_all(at)
    assert (max(unmarked) <= 48) is not journal_folder
    assert counted() == {State.SENT: 150}


def test_a_full_disk_has_marks_written_at_once(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def full(self: journal.Journal, keys: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(journal.Journal, "accept", full)
    rounds.run_all(at)
    assert counted() == {State.SENT: 18}


def test_a_paused_channel_waits_and_is_told_when_it_is_resumed(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, by: Actor, at: datetime
) -> None:
    pause = Pause.begin(incident.page, "email", by=by, at=at)
    assert Pause.begin(incident.page, "email", by=by, at=at) == pause
    assert rounds.run_all(at) == 0
    assert counted() == {State.PENDING: 18}
    pause.end(by=by, at=at)
    assert rounds.run_all(at) == 18
    kinds = list(incident.page.events.filter(kind__startswith="channel").values_list("kind"))
    assert sorted(kinds) == [("channel.paused",), ("channel.resumed",)]


def test_a_pause_holds_what_is_claimed_by_itself_too(
    incident: Incident, subscriber: Subscriber, loose: None, by: Actor, at: datetime
) -> None:
    subscriber()
    Pause.begin(incident.page, "email", by=by, at=at)
    assert rounds.tell(at) == []
    assert Delivery.claim("mail", "me", 10, at) == []


def test_a_cancelled_broadcast_is_told_no_further_and_says_so(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, small: None, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    def put_off(parcel: Parcel) -> Outcome:
        return Outcome.retry("451 later") if "reader3@" in parcel.destination else Outcome.sent()

    rounds.tell(at)
    news = Broadcast.objects.get()
    Chunk.objects.order_by("pk").exclude(pk=news.chunks.order_by("pk")[0].pk).update(
        due_at=at + MINUTE
    )
    pigeons.judge = put_off
    rounds.run_all(at)
    news.cancel(by=by, at=at)
    rounds.run_all(at + 5 * MINUTE)
    assert counted() == {State.SENT: 3, State.CANCELLED: 15}
    assert not Chunk.objects.unfinished().exists()
    news.refresh_from_db()
    assert news.silent_because == "Staff cancelled it before this was sent."
    assert incident.page.events.filter(kind="broadcast.cancelled").count() == 1


def test_what_is_cancelled_in_flight_ends_in_the_middle(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def cancel(parcel: Parcel) -> Outcome:
        Broadcast.objects.get().cancel(by=by, at=at)
        return Outcome.sent()

    monkeypatch.setattr(posting, "LOOK_EVERY", -1)
    pigeons.judge, pigeons.width = cancel, 4
    rounds.run_all(at)
    rounds.run_all(at + MINUTE)
    assert counted() == {State.SENT: 4, State.CANCELLED: 14}


def test_dead_letters_are_replayed_all_at_once_but_never_after_what_is_newer(
    incident: Incident, readers: list[Subscription], pigeons: Pigeons, by: Actor, at: datetime
) -> None:
    pigeons.judge = lambda parcel: Outcome.failed("552 too large")
    rounds.run_all(at)
    readers[0].end(at)
    post(incident, "Found it.", by, at + MINUTE)
    pigeons.judge = lambda parcel: Outcome.sent()
    rounds.run_all(at + MINUTE)
    assert Delivery.objects.replay(at + MINUTE) == 18
    assert counted() == {State.SUPERSEDED: 17, State.RETRY: 1, State.SENT: 17}
