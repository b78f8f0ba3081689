"""Notifications in browsers: readable by one alone, signed by us, to push services and nobody else."""

import base64
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext
from py_vapid import Vapid02

from incidents.core.levels import Level
from incidents.models import Component, Incident, Page, Update
from notifications import rounds
from notifications.channels import channel_named
from notifications.models import Chunk, Delivery, Subscription, VapidKey
from notifications.senders import sending
from people.actors import Actor
from tests.sinks.http import HttpSink, Reply

SECRET = b"0123456789abcdef"
Join = Callable[..., Subscription]
Read = Callable[[dict[str, Any]], dict[str, str]]


@pytest.fixture(scope="module")
def pair() -> ec.EllipticCurvePrivateKey:
    """The key that a browser keeps to itself."""
    return ec.generate_private_key(ec.SECP256R1())


def told(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@pytest.fixture
def read(endpoint: HttpSink, pair: ec.EllipticCurvePrivateKey) -> Read:
    """What a browser reads of what its service was given, which is taken."""
    bodies: dict[str, bytes] = {}

    def taken(entry: dict[str, Any]) -> Reply:
        bodies[entry["body"]] = entry["raw"]
        return Reply(201)

    endpoint.reply = taken
    return lambda entry: json.loads(
        http_ece.decrypt(bodies[entry["body"]], private_key=pair, auth_secret=SECRET)
    )


@pytest.fixture
def join(page: Page, endpoint: HttpSink, pair: ec.EllipticCurvePrivateKey, at: datetime) -> Join:
    """A browser subscribes."""
    point = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def joined(name: str = "b1", language: str = "") -> Subscription:
        return Subscription.join(
            page, channel="webpush", destination=f"{endpoint.url}/push/{name}",
            config={"p256dh": told(point), "auth": told(SECRET)}, language=language, at=at,
        )  # fmt: skip

    return joined


def test_a_browser_reads_what_was_pushed_and_its_service_knows_us(
    join: Join, incident: Incident, endpoint: HttpSink, read: Read, at: datetime
) -> None:
    join()
    rounds.run_all(at)
    (entry,) = endpoint.entries
    assert entry["headers"]["content-encoding"] == "aes128gcm"
    said = read(entry)
    assert said["title"] == "Example Mail: Mail cannot be read"
    assert said["url"].startswith(incident.public_url)
    assert said["tag"] == incident.public_id
    scheme, _space, rest = entry["headers"]["authorization"].partition(" ")
    token = rest.split(",")[0].removeprefix("t=")
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert scheme == "vapid"
    assert claims["aud"] == endpoint.url
    assert Vapid02.verify(entry["headers"]["authorization"])
    assert VapidKey.ours().public in rest


def test_a_browser_that_is_gone_is_not_called_again(
    join: Join, incident: Incident, endpoint: HttpSink, at: datetime
) -> None:
    mine = join()
    endpoint.reply = lambda _entry: Reply(410)
    rounds.run_all(at)
    mine.refresh_from_db()
    assert mine.state == Subscription.State.QUARANTINED
    assert Delivery.objects.get().state == Delivery.State.FAILED


def test_who_joins_in_an_outage_hears_of_it_at_once_and_joining_twice_is_once(
    join: Join, incident: Incident, at: datetime
) -> None:
    rounds.tell(at)
    assert join() == join()
    assert Delivery.objects.filter(channel="webpush").count() == 1


def test_browsers_that_joined_before_an_outage_are_told_in_chunks(
    page: Page, join: Join, by: Actor, endpoint: HttpSink, read: Read, at: datetime
) -> None:
    for number in range(3):
        join(f"b{number}")
    Incident.open(page, title="Down", body="Looking.", by=by, at=at)
    assert rounds.tell(at) == ["webhooks"]
    assert Chunk.objects.get().size == 3
    assert sending.drain("webhooks", at) == 3
    assert {read(entry)["title"] for entry in endpoint.entries} == {"Example Mail: Down"}
    assert len({entry["body"] for entry in endpoint.entries}) == 3, "each has its own secret"
    assert len({entry["headers"]["authorization"] for entry in endpoint.entries}) == 1
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_browsers_of_one_service_are_called_beside_one_another(
    page: Page, join: Join, by: Actor, endpoint: HttpSink, at: datetime
) -> None:
    all_there = threading.Barrier(8)

    def wait(_entry: dict[str, Any]) -> Reply:
        all_there.wait(5)
        return Reply(201)

    endpoint.reply = wait
    for number in range(8):
        join(f"b{number}")
    Incident.open(page, title="Down", body="Looking.", by=by, at=at)
    assert rounds.run_all(at) == 8
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_browser_whose_key_cannot_be_read_holds_up_no_other(
    page: Page, join: Join, by: Actor, endpoint: HttpSink, at: datetime
) -> None:
    lost, other = join("b1"), join("b2")
    Subscription.objects.filter(pk=lost.pk).update(config="{}")
    Incident.open(page, title="Down", body="Looking.", by=by, at=at)
    rounds.run_all(at)
    assert other.deliveries.get().state == Delivery.State.SENT
    failed = lost.deliveries.get()
    assert (failed.state, failed.last_error) == ("retry", "KeyError: 'p256dh'")


def test_only_a_new_incident_or_a_major_outage_presses(
    page: Page, mailstore: Component, join: Join, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    mine = join()
    opened = Incident.open(page, title="Slow", body="Looking.", by=by, at=at)
    rounds.run_all(at)
    Update.post(opened, body="Still slow.", by=by, at=at)
    rounds.run_all(at)
    worse = {mailstore: Level.MAJOR_OUTAGE}
    Update.post(opened, body="It is down.", levels=worse, by=by, at=at)
    rounds.run_all(at)
    mine.try_out(at)
    rounds.run_all(at)
    urgencies = [entry["headers"]["urgency"] for entry in endpoint.entries]
    assert urgencies == ["high", "normal", "high", "normal"]


def test_a_test_speaks_the_language_of_the_browser(
    page: Page, join: Join, endpoint: HttpSink, read: Read, by: Actor, at: datetime
) -> None:
    page.change(languages=["de"], by=by, at=at)
    join(language="de").try_out(at)
    rounds.run_all(at)
    with translation.override("de"):
        assert read(endpoint.entries[0])["body"] == gettext("Test message") != "Test message"


@pytest.mark.django_db(transaction=True)
def test_a_push_service_that_hangs_holds_up_no_webhook(
    page: Page, join: Join, endpoint: HttpSink, by: Actor, at: datetime
) -> None:
    called, free = threading.Event(), threading.Event()

    def hang(_entry: dict[str, Any]) -> Reply:
        called.set()
        free.wait(8)
        return Reply(201)

    endpoint.reply = hang
    join()
    first = Incident.open(page, title="Down", body="Looking.", by=by, at=at)
    rounds.tell(at)
    with HttpSink() as hooks, ThreadPoolExecutor(1) as pool:
        pushing = pool.submit(_drained, at)
        assert called.wait(6)
        Subscription.connect(page, channel="webhook", destination=f"{hooks.url}/hook", by=by, at=at)
        Incident.open(page, title="Another", body="Also.", by=by, at=at)
        rounds.tell(at)
        sending.drain("webhooks", at)
        assert len(hooks.entries) == 1
        assert first.broadcasts.get().deliveries.get().state == Delivery.State.PENDING
        free.set()
        assert pushing.result() >= 1


def _drained(at: datetime) -> int:
    try:
        return sending.drain("webhooks", at)
    finally:
        connection.close()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/push", "https://127.0.0.1/", "https://fcm.googleapis.com.example.com/",
        "https://xfcm.googleapis.com/", "https://push.services.mozilla.com/", "ftp://a.b/",
        "http://fcm.googleapis.com/x",
    ],
)  # fmt: skip
def test_only_push_services_are_called(db: None, url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        channel_named("webpush").validate_destination(url)
    assert "destination" in refused.value.message_dict


@pytest.mark.parametrize(
    ("name", "value"), [("p256dh", "AAAA"), ("auth", "AAAA"), ("p256dh", "é"), ("auth", "=")]
)
def test_what_is_no_key_of_a_browser_is_refused(name: str, value: str) -> None:
    channel = channel_named("webpush")
    good = dict(channel.example("https://fcm.googleapis.com").config)
    with pytest.raises(ValidationError) as refused:
        channel.validate_config(good | {name: value})
    assert name in refused.value.message_dict


def test_our_key_is_made_once_and_kept_encrypted(db: None) -> None:
    key = VapidKey.ours()
    assert VapidKey.ours().public == key.public
    assert "PRIVATE" in key.private
    assert "PRIVATE" not in str(VapidKey.objects.extra(select={"raw": "private"}).values("raw"))
    assert urlsplit(key.public).path == key.public
