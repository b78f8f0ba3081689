"""Updates of one incident arrive in order or not at all; crashed senders lose nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from incidents.models import Incident, Update
from notifications import rounds
from notifications.channels import channels
from notifications.clock import Stopwatch
from notifications.models import Broadcast, Delivery
from notifications.models.delivery import LEASE
from notifications.outcomes import Outcome
from notifications.senders import sending
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import DROP, SmtpSink

State = Delivery.State
MINUTE = timedelta(minutes=1)


def bodies(smtp: SmtpSink) -> list[str]:
    """What was said first in each mail, in the order of arrival."""
    parts = [mail.get_body(("plain",)) for mail in smtp.mails]
    return [part.get_content().splitlines()[3] for part in parts if part]


def post(incident: Incident, body: str, by: Actor, at: datetime) -> Update:
    return Update.post(incident, body=body, by=by, at=at)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_an_unsent_update_is_replaced_by_a_newer_one(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    post(incident, "Found it.", by, at + MINUTE)
    rounds.run_all(at + MINUTE)
    assert bodies(smtp) == ["Found it."]
    assert states() == [State.SUPERSEDED, State.SENT]


@pytest.mark.usefixtures("loose")
def test_an_update_in_flight_holds_the_newer_one_back(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    [older] = Delivery.claim("mail", "one", 10, at)
    post(incident, "Found it.", by, at + MINUTE / 2)
    rounds.tell(at + MINUTE / 2)
    assert Delivery.claim("mail", "two", 10, at + MINUTE / 2) == []
    older.settle(Outcome.sent(), at + MINUTE / 2)
    assert len(Delivery.claim("mail", "two", 10, at + MINUTE / 2)) == 1


def test_a_retry_gives_way_to_a_newer_update(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    smtp.at_rcpt = lambda address, count: "451 4.7.1 later"
    rounds.run_all(at)
    assert states() == [State.RETRY]
    post(incident, "Found it.", by, at + MINUTE / 2)
    smtp.at_rcpt = lambda address, count: "250 Ok"
    rounds.run_all(at + MINUTE / 2)
    rounds.run_all(at + 5 * MINUTE)
    assert bodies(smtp) == ["Found it."]


@pytest.mark.usefixtures("loose")
def test_a_failure_after_a_newer_update_was_written_is_superseded(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    [older] = Delivery.claim("mail", "one", 10, at)
    post(incident, "Found it.", by, at)
    rounds.tell(at)
    older.settle(Outcome.retry("451 later"), at, at + MINUTE)
    assert states() == [State.SUPERSEDED, State.PENDING]


def test_a_delay_cannot_turn_two_updates_around(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    incident.page.change(tell_delay_seconds=30, by=by, at=at)
    rounds.run_all(at)
    post(incident, "From the console, told late.", by, at + MINUTE)
    token = Actor("token", "robot", "api", person_id=by.person_id)
    incident.resolve(body="From the API, told at once.", by=token, at=at + MINUTE)
    rounds.run_all(at + MINUTE)
    rounds.run_all(at + 2 * MINUTE)
    assert bodies(smtp)[1:] == ["From the API, told at once."]
    assert states() == [State.SENT, State.SUPERSEDED, State.SENT]


def test_a_newer_broadcast_expands_the_older_ones_first(
    incident: Incident, subscriber: Subscriber, by: Actor, at: datetime
) -> None:
    subscriber()
    post(incident, "Found it.", by, at)
    Broadcast.open_due(at)
    newest = Broadcast.objects.order_by("-sequence")[0]
    assert newest.fan_out(at) == 2
    assert not Broadcast.objects.unexpanded().exists()


@pytest.mark.usefixtures("loose")
def test_other_incidents_do_not_wait_for_one_another(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    Incident.open(incident.page, title="Another", body="Also.", by=by, at=at)
    rounds.tell(at)
    assert len(Delivery.claim("mail", "one", 1, at)) == 1
    assert len(Delivery.claim("mail", "two", 1, at)) == 1


@pytest.mark.usefixtures("loose")
def test_two_senders_never_hold_the_same_delivery(
    incident: Incident, subscriber: Subscriber, at: datetime
) -> None:
    for number in range(10):
        subscriber(f"reader{number}@example.com")
    rounds.tell(at)
    first = {each.pk for each in Delivery.claim("mail", "one", 6, at)}
    second = {each.pk for each in Delivery.claim("mail", "two", 6, at)}
    assert (len(first), len(second), first & second) == (6, 4, set())


@pytest.mark.usefixtures("loose")
def test_what_a_dead_sender_held_is_sent_when_its_lease_is_over(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    [dead] = Delivery.claim("mail", "dead", 10, at)
    assert sending.drain("mail", at + LEASE - MINUTE / 6) == 0
    assert sending.drain("mail", at + LEASE) == 1
    assert smtp.mails[0]["Message-ID"] == dead.message_id


@pytest.mark.usefixtures("loose")
def test_a_sender_that_lost_its_lease_writes_nothing_down(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    [mine] = Delivery.claim("mail", "slow", 10, at)
    sending.drain("mail", at + LEASE)
    assert not mine.settle(Outcome.failed("too late"), at + LEASE)
    assert states() == [State.SENT]


@pytest.mark.usefixtures("loose")
def test_a_lease_that_is_renewed_is_not_taken(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    assert len(Delivery.claim("mail", "slow", 10, at)) == 1
    Delivery.renew("slow", at + MINUTE / 2)
    assert sending.drain("mail", at + LEASE) == 0


def test_a_lost_answer_is_asked_again_under_the_same_id(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    smtp.at_data = lambda address, count: DROP
    rounds.run_all(at)
    smtp.at_data = lambda address, count: "250 Ok"
    rounds.run_all(at + 2 * MINUTE)
    assert [mail["Message-ID"] for mail in smtp.mails] == [smtp.mails[0]["Message-ID"]] * 2
    assert states() == [State.SENT]


@pytest.mark.usefixtures("loose")
def test_a_channel_that_breaks_leaves_nothing_claimed(
    incident: Incident, subscriber: Subscriber, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(batch: object, at: datetime) -> object:
        raise RuntimeError("a bug")

    subscriber()
    monkeypatch.setattr(channels()["email"], "send", broken)
    rounds.run_all(at)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_error) == (State.RETRY, "RuntimeError: a bug")


def test_retries_follow_the_schedule_and_then_fail(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    subscriber()
    smtp.at_rcpt = lambda address, count: "451 4.7.1 later"
    waits, now = [], at
    rounds.run_all(now)
    while (delivery := Delivery.objects.get()).next_attempt_at is not None:
        waits.append(round((delivery.next_attempt_at - now).total_seconds() / 60))
        now = delivery.next_attempt_at
        rounds.run_all(now)
    assert waits == [1, 5, 15, *[60] * 23]
    assert delivery.state == State.FAILED
    assert delivery.tries.count() == 27
    assert delivery.replay(now)
    smtp.at_rcpt = lambda address, count: "250 Ok"
    rounds.run_all(now)
    assert states() == [State.SENT]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loose")
def test_senders_side_by_side_share_the_work(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    for number in range(40):
        subscriber(f"reader{number}@example.com")
    rounds.tell(at)
    claimed: list[int] = []

    def claim_and_send(owner: str) -> None:
        watch = Stopwatch(at)
        while batch := Delivery.claim("mail", owner, 5, watch.now()):
            claimed.extend(each.pk for each in batch)
            sending.send(batch, owner, watch)
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(claim_and_send, ["one", "two", "three"]))
    assert len(claimed) == len(set(claimed)) == 40
    assert len(smtp.entries) == 40
