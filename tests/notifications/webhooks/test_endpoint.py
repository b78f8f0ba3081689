"""What the owner of a webhook can do: change its secret, try it out, hear what was missed."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from standardwebhooks import Webhook as Receiver

from incidents.core.levels import Level
from incidents.models import Component, Incident, Page, Update
from notifications import rounds
from notifications.models import Delivery, Endpoint, Subscription
from notifications.senders.loads import LEFT
from people.actors import Actor
from tests.sinks.http import HttpSink, Reply

HOUR = timedelta(hours=1)


@pytest.fixture
def mine(hook: Subscription) -> Endpoint:
    """Staff's webhook, as its owner sees it."""
    return Endpoint.objects.get(pk=hook.pk)


def test_both_secrets_sign_until_the_old_one_ends(
    mine: Endpoint, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    (old,) = mine.kept.keys
    new = mine.change_secret(by=by, at=at)
    for hours, secrets in ((1, [new, old]), (25, [new])):
        instant = at + hours * HOUR
        mine.send_test(instant)
        rounds.run_all(instant)
        entry = endpoint.entries[-1]
        signed = [
            Receiver(secret).sign(entry["headers"]["webhook-id"], instant, entry["body"])
            for secret in secrets
        ]
        assert entry["headers"]["webhook-signature"].split() == signed
    assert mine.page.events.filter(kind="subscription.rotated").count() == 1


def test_a_third_secret_waits_until_the_first_one_ended(mine: Endpoint, at: datetime) -> None:
    second = mine.change_secret(at=at)
    with pytest.raises(ValidationError):
        mine.change_secret(at=at + HOUR)
    third = mine.change_secret(at=at + 25 * HOUR)
    assert mine.kept.keys == [third, second]


def test_what_was_said_is_said_again_under_the_same_id(
    mine: Endpoint, incident: Incident, endpoint: HttpSink, at: datetime
) -> None:
    rounds.run_all(at)
    (broadcast,) = incident.broadcasts.all()
    mine.replay(broadcast, at + HOUR)
    rounds.run_all(at + HOUR)
    first, again = endpoint.entries
    assert first["headers"]["webhook-id"] == again["headers"]["webhook-id"]
    assert first["body"] == again["body"]
    assert [call.delivery.broadcast_id for call in mine.calls] == [None, broadcast.pk]


def test_what_failed_is_said_again_once_the_newest_word_of_each_incident(
    mine: Endpoint, incident: Incident, page: Page, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    endpoint.reply = lambda entry: Reply(410)
    rounds.run_all(at)
    Update.post(incident, body="Found it.", status="identified", by=by, at=at + HOUR)
    Incident.open(page, title="Another", body="Words.", by=by, at=at + HOUR)
    rounds.run_all(at + HOUR)
    mine.refresh_from_db()
    assert mine.state == "quarantined"
    endpoint.reply = lambda entry: Reply()
    later = at + 2 * HOUR
    assert mine.resume(later) == 2
    rounds.run_all(later)
    told = [body["candor"]["event"] for body in endpoint.bodies[1:]]
    assert sorted(told) == ["incident.opened", "incident.updated"]
    assert mine.missed(at) == []
    assert mine.replay_missed(later, since=at) == 0


@pytest.mark.parametrize(("days", "missed"), [(6, 1), (8, 0)])
def test_where_nobody_says_since_when_a_week_is_looked_through(
    mine: Endpoint, incident: Incident, endpoint: HttpSink, at: datetime, days: int, missed: int
) -> None:
    endpoint.reply = lambda entry: Reply(410)
    rounds.run_all(at)
    mine.refresh_from_db()
    mine.put_back()
    mine.refresh_from_db()
    assert mine.replay_missed(at + timedelta(days=days)) == missed


def test_what_began_the_quarantine_was_missed_too(
    mine: Endpoint, incident: Incident, endpoint: HttpSink, at: datetime
) -> None:
    endpoint.reply = lambda entry: Reply(410)
    rounds.tell(at)
    rounds.run_all(at + HOUR)
    mine.refresh_from_db()
    assert mine.ended_at != at
    endpoint.reply = lambda entry: Reply()
    assert mine.resume(at + 2 * HOUR) == 1
    rounds.run_all(at + 2 * HOUR)
    assert mine.missed(at) == []
    assert len(endpoint.entries) == 2


def test_what_failed_before_a_success_is_not_brought_up_again(
    mine: Endpoint, incident: Incident, page: Page, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    endpoint.reply = lambda entry: Reply(400)
    rounds.run_all(at)
    endpoint.reply = lambda entry: Reply()
    Incident.open(page, title="Another", body="Words.", by=by, at=at + HOUR)
    rounds.run_all(at + HOUR)
    mine.quarantine(at + 2 * HOUR)
    mine.refresh_from_db()
    assert mine.resume(at + 3 * HOUR) == 0


def test_what_arrived_or_is_of_no_concern_was_not_missed(
    page: Page, component: Component, mailstore: Component, endpoint: HttpSink, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    Subscription.connect(
        page, channel="webhook", destination=endpoint.url, components=[component], by=by, at=at
    )
    only_webmail = Endpoint.objects.get()
    Incident.open(
        page, title="Elsewhere", body="Words.", levels={mailstore: Level.MAJOR_OUTAGE}, by=by, at=at
    )
    Incident.open(
        page, title="Here", body="Words.", levels={component: Level.MAJOR_OUTAGE}, by=by, at=at
    )
    rounds.run_all(at)
    assert only_webmail.missed(at) == []
    assert len(endpoint.entries) == 1


def test_what_was_taken_back_or_whose_owner_left_is_not_said_again(
    mine: Endpoint, incident: Incident, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    rounds.run_all(at)
    (broadcast,) = incident.broadcasts.all()
    mine.replay(broadcast, at)
    mine.end(at)
    rounds.run_all(at)
    assert Delivery.objects.latest("pk").last_error == LEFT
    Subscription.objects.update(state="confirmed")
    mine.replay(broadcast, at)
    incident.withdraw("Wrong page.", by=by, at=at)
    rounds.run_all(at)
    assert "withdrawn" in Delivery.objects.latest("pk").last_error
    assert len(endpoint.entries) == 1


def test_tests_and_replays_have_a_bound(mine: Endpoint, at: datetime) -> None:
    for _ in range(30):
        mine.send_test(at)
    with pytest.raises(ValidationError):
        mine.send_test(at)
    assert Delivery.objects.count() == 30


def test_a_mail_is_no_endpoint(subscriber: object, page: Page, at: datetime) -> None:
    Subscription.objects.create(
        page=page, channel="email", destination="ada@example.com", asked_at=at
    )
    assert not Endpoint.objects.exists()
