"""Endpoints as they are: slow, gone, hostile; and nothing leaves for a private address."""

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from pytest_django import Settings

from incidents.models import Incident, Page
from notifications import rounds
from notifications.channels.webhook import judge
from notifications.models import Broadcast, Delivery, Subscription
from notifications.outbound.results import Answer
from notifications.outcomes import WEBHOOK_SCHEDULE, Verdict, wait_before
from notifications.webhooks import bodies, desk
from notifications.webhooks.signing import new_secret
from people.actors import Actor
from tests.sinks.http import DROP, HttpSink, Reply

State = Delivery.State


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/hook", "http://100.100.100.200/", "http://[::1]/", "http://2130706433/"],
)
def test_a_webhook_to_a_private_address_is_refused_and_nothing_is_stored(
    page: Page, by: Actor, at: datetime, url: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Subscription.connect(page, channel="webhook", destination=url, by=by, at=at)
    assert "destination" in refused.value.message_dict
    assert not Subscription.objects.exists()


def test_an_endpoint_whose_network_was_closed_again_is_not_connected_to(
    incident: Incident, hook: Subscription, endpoint: HttpSink, settings: Settings, at: datetime
) -> None:
    settings.OUTBOUND_ALLOW = []
    rounds.run_all(at)
    assert endpoint.connections == 0
    assert Delivery.objects.get().last_error.startswith(
        "Not called: 127.0.0.1 is 127.0.0.1: loopback"
    )


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503, DROP])
def test_anything_but_success_is_tried_again_under_the_same_id(
    incident: Incident, hook: Subscription, endpoint: HttpSink, at: datetime, status: int
) -> None:
    endpoint.reply = lambda entry: Reply(status, {"Location": "http://127.0.0.1:1/"})
    rounds.run_all(at)
    first = Delivery.objects.get()
    assert first.state == State.RETRY
    assert first.next_attempt_at is not None
    assert 4 <= (first.next_attempt_at - at).total_seconds() <= 6.5
    endpoint.reply = lambda entry: Reply()
    rounds.run_all(at + timedelta(seconds=7))
    assert Delivery.objects.get().state == State.SENT
    assert len({entry["headers"]["webhook-id"] for entry in endpoint.entries}) == 1


def test_an_endpoint_that_is_gone_is_not_called_again(
    incident: Incident, hook: Subscription, endpoint: HttpSink, at: datetime
) -> None:
    endpoint.reply = lambda entry: Reply(410)
    rounds.run_all(at)
    hook.refresh_from_db()
    assert (hook.state, Delivery.objects.get().state) == ("quarantined", State.FAILED)


def test_a_wait_that_was_asked_for_is_kept() -> None:
    at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    asked = judge(Answer(429, {"Retry-After": "120"}, b""), at)
    dated = judge(Answer(503, {"Retry-After": "Mon, 02 Mar 2026 12:05:00 GMT"}, b""), at)
    odd = judge(Answer(429, {"Retry-After": "soon"}, b""), at)
    waits = [wait_before(WEBHOOK_SCHEDULE, 1, after=each.after) for each in (asked, dated, odd)]
    assert waits == [timedelta(seconds=120), timedelta(minutes=5), timedelta(seconds=5)]


def test_the_schedule_is_the_documented_one_with_jitter() -> None:
    waits = [wait_before(WEBHOOK_SCHEDULE, number) for number in range(1, 9)]
    assert [each and each.total_seconds() for each in waits] == [
        5, 60, 300, 1800, 7200, 18000, 36000, None,
    ]  # fmt: skip
    spread = [wait_before(WEBHOOK_SCHEDULE, 2, jitter=0.2) for _ in range(200)]
    seconds = [each.total_seconds() for each in spread if each]
    assert 48 <= min(seconds) < 55
    assert 65 < max(seconds) <= 72


def test_ten_failures_over_an_hour_are_quarantine(
    incident: Incident, hook: Subscription, at: datetime
) -> None:
    for minute in range(10):
        hook.note_failure(at + timedelta(minutes=minute))
    hook.refresh_from_db()
    assert hook.state == "confirmed"
    hook.note_failure(at + timedelta(minutes=61))
    hook.refresh_from_db()
    assert (hook.state, hook.ended_at) == ("quarantined", at + timedelta(minutes=61))


def test_a_success_clears_the_count(
    incident: Incident, hook: Subscription, endpoint: HttpSink, at: datetime
) -> None:
    hook.note_failure(at)
    rounds.run_all(at)
    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since) == (0, None)


def test_a_success_clears_the_count_of_no_other_endpoint(
    page: Page, incident: Incident, hook: Subscription, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    with HttpSink() as broken:
        broken.reply = lambda entry: Reply(500)
        other = Subscription.connect(page, channel="webhook", destination=broken.url, by=by, at=at)
        for each in (hook, other):
            each.note_failure(at)
        rounds.run_all(at)
    hook.refresh_from_db()
    other.refresh_from_db()
    assert (hook.failures, other.failures) == (0, 2)


def test_staff_can_release_what_was_quarantined(
    hook: Subscription, by: Actor, at: datetime
) -> None:
    hook.quarantine(at)
    hook.release(by=by, at=at)
    hook.refresh_from_db()
    assert hook.state == "confirmed"


def test_a_hanging_endpoint_does_not_hold_up_another(
    page: Page, incident: Incident, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    with HttpSink() as slow:
        slow.reply = lambda entry: Reply(delay=1.5)
        for sink in (slow, endpoint):
            Subscription.connect(page, channel="webhook", destination=sink.url, by=by, at=at)
        began = monotonic()
        rounds.run_all(at)
    assert endpoint.entries[0]["seen_at"] < slow.entries[0]["seen_at"] + 1
    assert monotonic() - began < 5


def test_an_incident_that_cannot_be_written_holds_up_no_other(
    page: Page, incident: Incident, hook: Subscription, endpoint: HttpSink, by: Actor,
    at: datetime, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    whole = bodies.news
    other = Incident.open(page, title="Another", body="Words.", by=by, at=at)

    def only_the_other(broadcast: Broadcast, at: datetime, version: str) -> str:
        if broadcast.incident_id == incident.pk:
            raise LookupError("a row that is not there")
        return whole(broadcast, at, version)

    monkeypatch.setattr(desk, "news", only_the_other)
    rounds.run_all(at)
    assert Delivery.objects.get(broadcast__incident=other).state == State.SENT
    waiting = Delivery.objects.get(broadcast__incident=incident)
    assert waiting.state == State.RETRY
    assert "a row that is not there" in waiting.last_error
    assert len(endpoint.entries) == 1


def test_keys_are_kept_encrypted_and_two_are_allowed(
    page: Page, loopback_open: None, by: Actor, at: datetime
) -> None:
    keys = [new_secret(), new_secret()]
    hook = Subscription.connect(
        page, channel="webhook", destination="http://127.0.0.1:9/", config={"keys": keys},
        by=by, at=at,
    )  # fmt: skip
    hook.refresh_from_db()
    assert hook.settings == {"keys": keys, "version": "1"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT config FROM notifications_subscription")
        assert keys[0] not in str(cursor.fetchall())


@pytest.mark.parametrize("keys", [["short"], [1], [new_secret()] * 3, ["whsec_"]])
def test_odd_keys_are_refused(
    page: Page, loopback_open: None, by: Actor, at: datetime, keys: list[object]
) -> None:
    with pytest.raises(ValidationError) as refused:
        Subscription.connect(
            page, channel="webhook", destination="http://127.0.0.1:9/", config={"keys": keys},
            by=by, at=at,
        )  # fmt: skip
    assert "keys" in refused.value.message_dict


def test_only_failures_and_their_reasons_are_logged(
    incident: Incident, hook: Subscription, endpoint: HttpSink, at: datetime
) -> None:
    endpoint.reply = lambda entry: Reply(500, {}, b"stack trace with secrets")
    rounds.run_all(at)
    attempt = Delivery.objects.get().tries.get()
    assert (attempt.verdict, attempt.detail) == (
        Verdict.RETRY.value, "HTTP 500: the receiver failed.",
    )  # fmt: skip


def test_a_test_message_shows_the_page_that_it_is_about(
    incident: Incident, hook: Subscription, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    rounds.run_all(at)
    other = Page.found(name="Other", slug="other", by=by, at=at)
    for page in (incident.page, other):
        Delivery.test(page, channel="webhook", destination=hook.destination, lane="webhooks", at=at)
    rounds.run_all(at)
    shown = {(body["page"]["id"], body["page"]["status_indicator"]) for body in endpoint.bodies[1:]}
    assert shown == {(incident.page.public_id, "critical"), (other.public_id, "none")}


def test_a_key_that_cannot_be_read_holds_up_no_other_endpoint(
    incident: Incident, hook: Subscription, endpoint: HttpSink, settings: Settings, at: datetime
) -> None:
    settings.ENCRYPTION_KEY = "another"
    page, by = hook.page, Actor.system()
    Subscription.connect(
        page, channel="webhook", destination=f"{hook.destination}/two", by=by, at=at
    )
    rounds.run_all(at)
    sealed = Delivery.objects.get(subscription=hook)
    assert sealed.state == State.RETRY
    assert "another ENCRYPTION_KEY" in sealed.last_error
    assert Delivery.objects.exclude(pk=sealed.pk).get().state == State.SENT
    again = Subscription.connect(
        page, channel="webhook", destination=hook.destination, by=by, at=at
    )
    assert again.pk == hook.pk
    rounds.run_all(at + timedelta(seconds=7))
    sealed.refresh_from_db()
    assert sealed.state == State.SENT
