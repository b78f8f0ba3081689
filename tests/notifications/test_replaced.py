"""What a cancelled update had replaced is told after all, to whom nothing newer was sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from incidents.models import Incident, Update
from notifications import rounds
from notifications.models import Broadcast, Delivery
from notifications.models.states import over
from notifications.outcomes import Outcome
from notifications.senders import sending
from people.actors import Actor
from tests.locks import UNTIL_SOMEBODY_WAITS
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

State = Delivery.State
MINUTE = timedelta(minutes=1)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def newer(incident: Incident, by: Actor, at: datetime) -> Broadcast:
    """A further update, written out and not sent yet."""
    Update.post(incident, body="Sent by mistake.", by=by, at=at)
    rounds.tell(at)
    return Broadcast.objects.latest("sequence")


@pytest.fixture(params=["loose", "in chunks"])
def told(
    request: pytest.FixtureRequest, incident: Incident, subscriber: Subscriber, at: datetime
) -> Incident:
    """An incident of which nobody has heard yet."""
    if request.param == "loose":
        request.getfixturevalue("loose")
    subscriber()
    rounds.tell(at)
    return incident


def test_the_newest_one_that_was_replaced_is_told_in_place_of_a_cancelled_one(
    told: Incident, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    newer(told, by, at)
    last = newer(told, by, at)
    Delivery.objects.exclude(broadcast=last).overtaken().supersede()
    last.cancel(by=by, at=at)
    for minutes in (1, 2):
        rounds.run_all(at + minutes * MINUTE)
    assert states() == [State.SUPERSEDED, State.SENT, State.CANCELLED]


def test_it_is_told_even_where_all_that_is_newer_was_cancelled_in_turn(
    told: Incident, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    middle, last = newer(told, by, at), newer(told, by, at)
    Delivery.objects.exclude(broadcast=last).overtaken().supersede()
    for each in (middle, last):
        each.cancel(by=by, at=at)
    for minutes in range(1, 5):
        rounds.run_all(at + minutes * MINUTE)
    assert states() == [State.SENT, State.CANCELLED, State.CANCELLED]


def test_who_got_the_newer_one_before_it_was_cancelled_gets_nothing_old(
    told: Incident, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    last = newer(told, by, at)
    sending.drain("mail", at)
    last.cancel(by=by, at=at)
    rounds.run_all(at)
    assert states() == [State.SUPERSEDED, State.SENT]


@pytest.mark.usefixtures("loose")
def test_what_was_in_flight_when_it_was_cancelled_ends_as_cancelled_too(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    subscriber()
    rounds.tell(at)
    last = newer(incident, by, at)
    [held] = Delivery.claim("mail", "me", 10, at)
    last.cancel(by=by, at=at)
    held.settle(Outcome.retry("451 later"), at, at + MINUTE)
    assert states() == [State.SUPERSEDED, State.RETRY]
    for minutes in (1, 2):
        rounds.run_all(at + minutes * MINUTE)
    assert states() == [State.SENT, State.CANCELLED]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loose")
@pytest.mark.parametrize("end", ["supersede", "cancel"])
def test_what_is_sent_at_the_same_instant_stays_sent(
    incident: Incident, subscriber: Subscriber, by: Actor, at: datetime, end: str
) -> None:
    subscriber()
    rounds.tell(at)
    Update.post(incident, body="Newer.", by=by, at=at)
    for each in Broadcast.open_due(at):
        Broadcast.objects.filter(pk=each.pk).update(expanded_at=at)
        subscription = Delivery.objects.get().subscription
        assert subscription
        each.delivery_to(subscription, lane="mail", at=at).save()
    older, changed = Delivery.objects.order_by("pk")[0], Event()

    def send() -> None:
        with transaction.atomic():
            Delivery.objects.filter(pk=older.pk).update(**over(State.SENT), sent_at=at)
            changed.set()
            with connection.cursor() as cursor:
                # Until the other one waits for this row.
                cursor.execute(UNTIL_SOMEBODY_WAITS)
        connection.close()

    with ThreadPoolExecutor(1) as thread:
        sent = thread.submit(send)
        assert changed.wait(10)
        getattr(Delivery.objects.filter(broadcast__incident=incident).overtaken(), end)()
        sent.result()
    assert states()[0] == State.SENT
