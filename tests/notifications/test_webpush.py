"""Notifications in browsers: readable by one alone, signed by us, to push services and nobody else."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ValidationError
from py_vapid import Vapid02

from incidents.models import Incident, Page
from notifications import rounds
from notifications.channels import channel_named
from notifications.models import Delivery, Subscription, VapidKey
from tests.sinks.http import HttpSink, Reply

SECRET = b"0123456789abcdef"


@pytest.fixture(scope="module")
def pair() -> ec.EllipticCurvePrivateKey:
    """The key that a browser keeps to itself."""
    return ec.generate_private_key(ec.SECP256R1())


def told(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@pytest.fixture
def join(
    page: Page, endpoint: HttpSink, pair: ec.EllipticCurvePrivateKey, at: datetime
) -> Callable[[], Subscription]:
    """A browser subscribes."""
    point = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def joined() -> Subscription:
        return Subscription.join(
            page, channel="webpush", destination=f"{endpoint.url}/push/b1",
            config={"p256dh": told(point), "auth": told(SECRET)}, at=at,
        )  # fmt: skip

    return joined


def test_a_browser_reads_what_was_pushed_and_its_service_knows_us(
    join: Callable[[], Subscription], incident: Incident, endpoint: HttpSink,
    pair: ec.EllipticCurvePrivateKey, at: datetime,
) -> None:  # fmt: skip
    join()
    bodies: list[bytes] = []

    def taken(entry: dict[str, Any]) -> Reply:
        bodies.append(entry["raw"])
        return Reply(201)

    endpoint.reply = taken
    rounds.run_all(at)
    (entry,) = endpoint.entries
    assert entry["headers"]["content-encoding"] == "aes128gcm"
    said = json.loads(http_ece.decrypt(bodies[0], private_key=pair, auth_secret=SECRET))
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
    join: Callable[[], Subscription], incident: Incident, endpoint: HttpSink, at: datetime
) -> None:
    mine = join()
    endpoint.reply = lambda _entry: Reply(410)
    rounds.run_all(at)
    mine.refresh_from_db()
    assert mine.state == Subscription.State.QUARANTINED
    assert Delivery.objects.get().state == Delivery.State.FAILED


def test_who_joins_in_an_outage_hears_of_it_at_once_and_joining_twice_is_once(
    join: Callable[[], Subscription], incident: Incident, at: datetime
) -> None:
    rounds.tell(at)
    assert join() == join()
    assert Delivery.objects.filter(channel="webpush").count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/push", "https://127.0.0.1/", "https://fcm.googleapis.com.example.com/",
        "https://xfcm.googleapis.com/", "https://push.services.mozilla.com/", "ftp://a.b/",
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
