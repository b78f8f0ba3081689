"""What webhooks say: Statuspage's body for incidents, maintenance and components, by version."""

import json
from datetime import datetime, timedelta

from incidents.core.levels import Level
from incidents.models import Component, Incident, Maintenance, Page, Update
from notifications import rounds
from notifications.models import Delivery, Exchange, Payload, Subscription
from notifications.models.exchange import excerpt
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.http import HttpSink, Reply


def test_each_update_is_told_with_its_event(
    incident: Incident, hook: Subscription, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    rounds.run_all(at)
    later = at + timedelta(minutes=5)
    Update.post(incident, body="Found it.", status="identified", by=by, at=later)
    rounds.run_all(later + timedelta(minutes=1))
    assert [body["candor"]["event"] for body in endpoint.bodies] == [
        "incident.opened", "incident.updated",
    ]  # fmt: skip
    assert endpoint.bodies[1]["incident"]["incident_updates"][0]["body"] == "Found it."
    assert {entry["headers"]["candor-version"] for entry in endpoint.entries} == {"1"}
    assert {body["candor"]["version"] for body in endpoint.bodies} == {"1"}


def test_a_component_changed_by_hand_is_told_in_statuspages_shape(
    component: Component, hook: Subscription, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    component.set_level(Level.PARTIAL_OUTAGE, by=by, at=at)
    rounds.run_all(at)
    (body,) = endpoint.bodies
    change = body["component_update"]
    assert (change["old_status"], change["new_status"]) == ("operational", "partial_outage")
    assert change["component_id"] == body["component"]["id"] == component.public_id
    assert body["component"]["status"] == "partial_outage"
    assert body["candor"] == {"version": "1", "event": "component.level_set"}


def test_people_hear_of_a_part_set_by_hand_only_when_they_asked(
    component: Component, subscriber: Subscriber, hook: Subscription, by: Actor, at: datetime
) -> None:
    everything, asked = subscriber("ada@example.com"), subscriber("bob@example.com")
    asked.rescope(kinds=["component"])
    component.set_level(Level.PARTIAL_OUTAGE, by=by, at=at)
    component.set_level(Level.PARTIAL_OUTAGE, by=by, at=at)
    rounds.tell(at)
    told = list(Delivery.objects.values_list("destination", flat=True))
    assert sorted(told) == sorted([hook.destination, asked.destination])
    assert everything.destination not in told


def test_maintenance_is_told_with_its_dates(
    page: Page, component: Component, hook: Subscription, endpoint: HttpSink, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    Maintenance.schedule(
        page, title="New disks", body="We change disks.", components=[component],
        start=at + timedelta(days=1), end=at + timedelta(days=1, hours=2), by=by, at=at,
    )  # fmt: skip
    rounds.run_all(at)
    (body,) = endpoint.bodies
    assert body["candor"]["event"] == "maintenance.scheduled"
    assert body["incident"]["scheduled_for"]
    assert body["incident"]["impact"] == "maintenance"


def test_bytes_are_the_same_in_every_attempt_but_for_ones_own_link(
    page: Page, incident: Incident, hook: Subscription, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    other = Subscription.connect(
        page, channel="webhook", destination=f"{endpoint.url}/other", by=by, at=at
    )
    endpoint.reply = lambda entry: Reply(500)
    rounds.run_all(at)
    endpoint.reply = lambda entry: Reply(204)
    rounds.run_all(at + timedelta(seconds=30))
    by_path: dict[str, set[str]] = {}
    for entry in endpoint.entries:
        by_path.setdefault(entry["path"], set()).add(entry["body"])
    assert [len(bodies) for bodies in by_path.values()] == [1, 1]
    (mine,), (others,) = by_path["/hook"], by_path["/other"]
    link = page.url(hook.unsubscribe_path)
    assert json.loads(mine)["meta"]["unsubscribe"] == link
    assert mine.replace(hook.token("unsubscribe"), other.token("unsubscribe")) == others
    assert hook.token("manage") not in mine
    assert Payload.objects.count() == 1


def test_redacted_words_are_gone_from_what_is_kept_and_sent_again(
    incident: Incident, hook: Subscription, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    endpoint.reply = lambda entry: Reply(500, {}, entry["body"].encode())
    rounds.run_all(at)
    assert "looking into it" in Payload.objects.get().body
    assert "looking into it" in Exchange.objects.get().answer
    update = incident.updates.get()
    update.redact("It named a customer.", by=by, at=at + timedelta(seconds=2))
    later = at + timedelta(minutes=1)
    assert Payload.forget_redacted(at=later) == 1
    assert Exchange.forget_redacted(at=later) == 1
    assert Payload.forget_redacted(at=later) == Exchange.forget_redacted(at=later) == 0
    rounds.run_all(later)
    assert "looking into it" not in endpoint.entries[-1]["body"]


def test_every_call_is_kept_for_a_month_with_its_answer(
    incident: Incident, hook: Subscription, endpoint: HttpSink, at: datetime
) -> None:
    endpoint.reply = lambda entry: Reply(503, {}, b"try\0later")
    rounds.run_all(at)
    endpoint.reply = lambda entry: Reply(200, {}, b"thanks")
    rounds.run_all(at + timedelta(seconds=30))
    newest, first = Exchange.objects.latest_of(hook.pk)
    assert (newest.status, newest.answer, newest.went_well) == (200, "thanks", True)
    assert (first.status, first.answer, first.went_well) == (
        503,
        "try\N{REPLACEMENT CHARACTER}later",
        False,
    )
    assert Exchange.forget_old(at + timedelta(days=29)) == 0
    assert Exchange.forget_old(at + timedelta(days=31)) == 2


def test_what_is_kept_of_an_answer_holds_no_secret_of_ours() -> None:
    echo = (
        b"signature v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= secret whsec_MfKQ9r8GKYqrTwjUPD8I "
        b'"https://status.example.com/subscriptions/abcdefghijkl0123456789abcdef0123456789abcdef/"'
    )
    kept = excerpt(echo)
    assert kept == 'signature … secret … "https://status.example.com/subscriptions/…/"'
    assert len(excerpt(b"x" * 16_000)) == 2000


def test_a_test_message_says_that_it_is_one(
    page: Page, hook: Subscription, endpoint: HttpSink, at: datetime
) -> None:
    Delivery.test(
        page, channel="webhook", destination=hook.destination, lane="webhooks", at=at,
        subscription=hook,
    )  # fmt: skip
    rounds.run_all(at)
    (body,) = endpoint.bodies
    assert body["candor"]["event"] == "test"
    assert body["meta"]["unsubscribe"] == page.url(hook.unsubscribe_path)
