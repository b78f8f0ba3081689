"""Senders are killed in the middle: everybody is told all the same, twice at most per kill."""

from collections import Counter
from datetime import datetime

import pytest

from incidents.models import Incident
from notifications import rounds
from notifications.models import Delivery, Subscription
from notifications.models.delivery import LEASE
from tests.notifications import sender
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink, Reply
from tests.sinks.server import Sink
from tests.sinks.smtp import SmtpSink

READERS, KILLS, IN_FLIGHT = 60, 3, 16

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def kill_and_finish(lane: str, sink: Sink, url: str, at: datetime) -> None:
    """Kills one sender after another as soon as it has sent some, then lets the last one end."""
    for number in range(KILLS):
        with sender.start(lane, at + 2 * number * LEASE, url) as process:
            assert sink.ledger.wait_for(len(sink.ledger) + 12, 30)
            process.kill()
    with sender.start(lane, at + 2 * KILLS * LEASE, url) as process:
        assert process.wait(60) == 0


def test_mail_survives_killed_senders(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, at: datetime
) -> None:
    for number in range(READERS):
        subscriber(f"reader{number}@example.com")
    rounds.tell(at)
    kill_and_finish("mail", smtp, f"smtp://127.0.0.1:{smtp.port}", at)
    told = Counter(entry["recipients"][0] for entry in smtp.entries)
    assert len(told) == READERS
    assert len(smtp.entries) - READERS <= KILLS * IN_FLIGHT
    assert len({mail["Message-ID"] for mail in smtp.mails}) == READERS
    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.SENT}


def test_webhooks_survive_killed_senders(
    incident: Incident, endpoint: HttpSink, at: datetime
) -> None:
    endpoint.reply = lambda entry: Reply(delay=0.02)
    Subscription.objects.bulk_create(
        Subscription(
            page=incident.page, channel="webhook", destination=f"{endpoint.url}/{number}",
            config='{"keys": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}', state="confirmed",
            owner="staff", asked_at=at, confirmed_at=at,
        )
        for number in range(READERS)
    )  # fmt: skip
    rounds.tell(at)
    kill_and_finish("webhooks", endpoint, "keep:", at)
    ids = {entry["headers"]["webhook-id"] for entry in endpoint.entries}
    assert len(ids) == READERS == len({entry["path"] for entry in endpoint.entries})
    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.SENT}
