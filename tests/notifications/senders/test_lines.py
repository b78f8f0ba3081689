"""Messages keep their order to each host, and a host that hangs is waited for by nobody else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from incidents.models import Incident, Page
from notifications import rounds
from notifications.channels import Attempts, SerialChannel, channels
from notifications.clock import Stopwatch
from notifications.models import Delivery, Subscription
from notifications.outcomes import Outcome
from notifications.senders import lines, sending, side
from people.actors import Actor
from proof.waiting import until
from tests.notifications.conftest import Subscriber
from tests.sinks.chats import ChatSink, MastodonSink
from tests.sinks.http import DROP, Reply
from tests.sinks.smtp import SmtpSink

State = Delivery.State
Connect = Callable[[str], tuple[Subscription, ChatSink]]
SOON = timedelta(seconds=10)


@pytest.fixture
def connect(page: Page, loopback_open: None, by: Actor, at: datetime) -> Iterator[Connect]:
    """Connects an account of Mastodon, each on an instance of its own."""
    with ExitStack() as stack:

        def connected(account: str) -> tuple[Subscription, ChatSink]:
            sink = stack.enter_context(MastodonSink())
            config = dict(channels()["mastodon"].example(sink.url).config)
            mine = Subscription.connect(
                page, channel="mastodon", destination=account, config=config, by=by, at=at
            )
            return mine, sink

        yield connected


def claimed(at: datetime) -> list[Delivery]:
    """Whatever is due in the lane of chats, held by one sender."""
    return Delivery.claim("chats", "one", 10, at)


def states(mine: Subscription) -> list[tuple[str, int]]:
    """Where its deliveries stand, and how often each was tried."""
    return list(mine.deliveries.order_by("pk").values_list("state", "attempts"))


@pytest.mark.django_db(transaction=True)
def test_a_chat_host_that_hangs_holds_up_no_other_chat_and_no_confirmation(
    incident: Incident, connect: Connect, smtp: SmtpSink, at: datetime
) -> None:
    (slow, hung), (quick, sink) = connect("@a@one.example.com"), connect("@b@two.example.com")
    free = threading.Event()

    def hang(entry: dict[str, Any]) -> Reply:
        free.wait(8)
        return hung.respond(entry)

    hung.reply = hang
    rounds.tell(at)
    quick.try_out(at)
    with ThreadPoolExecutor(1) as pool:
        draining = pool.submit(_drained, at)
        assert sink.ledger.wait_for(2, 6), "the other host hears of it, and of what comes after"
        Subscription.ask(incident.page, destination="ada@example.com", at=at)
        rounds.run_all(at)
        assert len(smtp.mails) == 1
        assert [state for state, _attempts in states(slow)] == [State.CLAIMED]
        free.set()
        assert draining.result() == 3
    assert states(slow) + states(quick) == [(State.SENT, 1)] * 3


def _drained(at: datetime) -> int:
    try:
        return sending.drain("chats", at)
    finally:
        connection.close()


def test_what_there_is_no_time_for_is_put_back_as_if_nobody_had_taken_it(
    incident: Incident, connect: Connect, at: datetime
) -> None:
    mine, sink = connect("@a@one.example.com")
    for _ in range(3):
        mine.try_out(at)
    time = iter([True, False])
    sending.send(claimed(at), "one", Stopwatch(at), lambda: next(time))
    assert len(sink.told) == 1
    assert states(mine) == [(State.SENT, 1), (State.PENDING, 0), (State.PENDING, 0)]
    assert set(mine.deliveries.values_list("owner", "lease_until")) == {("", None)}
    assert sending.drain("chats", at) == 2


def test_what_was_tried_before_is_put_back_to_be_tried_again(
    connect: Connect, at: datetime
) -> None:
    mine, sink = connect("@a@one.example.com")
    mine.try_out(at)
    sink.reply = lambda _entry: Reply(503)
    sending.drain("chats", at)
    later = at + timedelta(minutes=1)
    sending.send(claimed(later), "one", Stopwatch(later), lambda: False)
    assert states(mine) == [(State.RETRY, 1)]


def test_what_else_is_for_a_host_that_hangs_waits_until_it_may_have_come_back(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    monkeypatch.setattr(lines, "HANGS", 0.0)
    (mine, hung), (other, sink) = connect("@a@one.example.com"), connect("@b@two.example.com")
    hung.reply = lambda _entry: Reply(DROP)
    for each in (mine, mine, mine, other):
        each.try_out(at)
    assert sending.drain("chats", at) == 4
    assert len(hung.entries) == len(sink.told) == 1
    assert states(mine) == [(State.RETRY, 1), (State.PENDING, 0), (State.PENDING, 0)]
    due = mine.deliveries.filter(state=State.PENDING).values_list("next_attempt_at", flat=True)
    assert all(each and each >= at + SOON for each in due)
    hung.reply = hung.respond
    assert sending.drain("chats", at + 2 * SOON) == 3


def test_what_is_put_back_after_a_newer_update_was_written_is_replaced_by_it(
    incident: Incident, connect: Connect, by: Actor, at: datetime
) -> None:
    mine, _sink = connect("@a@one.example.com")
    rounds.tell(at)
    held = claimed(at)
    incident.resolve(body="Over.", by=by, at=at)
    rounds.tell(at)
    sending.send(held, "one", Stopwatch(at), lambda: False)
    assert states(mine) == [(State.SUPERSEDED, 0), (State.PENDING, 0)]


def test_messages_go_to_the_host_of_their_settings_or_of_their_provider(
    connect: Connect, page: Page, at: datetime
) -> None:
    mine, sink = connect("@a@one.example.com")
    channel = channels()["mastodon"]
    assert isinstance(channel, SerialChannel)
    assert channel.host(mine.try_out(at)) == sink.url.removeprefix("http://")
    nobody = Delivery.test(page, channel="mastodon", destination="@a@b.c", lane="chats", at=at)
    assert channel.host(nobody) == "mastodon"
    mine.config = "not what was sealed"
    assert channel.host(Delivery(subscription=mine)) == "mastodon"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loose")
def test_what_is_under_way_stays_with_its_sender_however_long_an_answer_takes(
    incident: Incident, subscriber: Subscriber, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(batch: list[Delivery], at: datetime) -> Attempts:
        [claimed] = batch
        renewed = Delivery.objects.filter(lease_until__gt=claimed.lease_until)
        until(renewed.exists, 10, "the lease is renewed")
        yield claimed, Outcome.sent()

    subscriber()
    rounds.tell(at)
    monkeypatch.setattr(side, "RENEW_EVERY", 0.01)
    monkeypatch.setattr(channels()["email"], "send", slow)
    assert sending.drain("mail", at) == 1
    assert Delivery.objects.get().state == State.SENT
