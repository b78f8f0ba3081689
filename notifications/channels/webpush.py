"""Web Push: a notification in the browser of somebody who gave no address (RFC 8030, 8291)."""

import json
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.exceptions import ValidationError

from notifications.bulletins import Bulletin
from notifications.channels import Attempts, Example
from notifications.details import Detail, read
from notifications.mail.mails import language_of, sender
from notifications.models import Delivery, VapidKey
from notifications.outbound.answers import is_good, wait_asked
from notifications.outbound.door import Answer, Door, OutboundError
from notifications.outbound.endpoints import validate_url
from notifications.outbound.networks import is_allowed, literal
from notifications.outcomes import WEBHOOK_SCHEDULE, Outcome

# Whoever makes a browser runs one of these; nobody else's address is ever called.
SERVICES: Final = (
    "fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com",
)  # fmt: skip
GONE: Final = (404, 410)
LATER: Final = (408, 425, 429)
# What the browser holds back for so long while it is off; the next news is worth more.
KEPT_FOR: Final = timedelta(days=1)
SIGNED_FOR: Final = timedelta(hours=12)
# A push holds 4 kB: so many characters fit in any script.
LONGEST: Final = 500

type Spoken = tuple[int, str]
"""A broadcast in a language."""


class WebPush:
    """The browsers of readers."""

    name = "webpush"
    label = "Web Push"
    lane = "webhooks"
    schedule = WEBHOOK_SCHEDULE
    jitter = 0.2
    public = True
    by_staff = False
    destination = "Address that a browser was given by its push service"
    details = (
        Detail("p256dh", "Key of the browser", secret=True),
        Detail("auth", "Secret of the browser", secret=True),
    )

    def validate_destination(self, text: str) -> str:
        """An address of a push service."""
        if not _is_service(text):
            raise ValidationError({"destination": ["This is no push service of a browser."]})
        return validate_url(text, "destination")

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The browser's key and secret, as it states them."""
        kept = read(self.details, config)
        for name, check in (("p256dh", _point), ("auth", _secret)):
            try:
                check(kept[name])
            except ValueError as wrong:
                raise ValidationError({name: ["This is no key of a browser."]}) from wrong
        return dict(kept)

    def example(self, base_url: str) -> Example:
        """A browser whose push service is at `base_url`."""
        return Example(f"{base_url}/push/browser", {"p256dh": EXAMPLE_KEY, "auth": EXAMPLE_AUTH})

    def send(self, batch: Sequence[Delivery], at: datetime) -> Attempts:
        """One browser after the other, each in its own secret."""
        news: dict[Spoken, Bulletin] = {}
        door = Door.of_settings()
        for delivery in batch:
            yield delivery, _push(delivery, news, door, at)


def _push(delivery: Delivery, news: dict[Spoken, Bulletin], door: Door, at: datetime) -> Outcome:
    subscription = delivery.subscription
    if subscription is None:
        return Outcome.failed("There is no browser to whom this could go.")
    try:
        body = sealed(_words(delivery, _told(delivery, news)), subscription.settings)
        answer = door.post(delivery.destination, body, _headers(delivery, at))
    except OutboundError as lost:
        return Outcome.retry(f"{type(lost).__name__}: {lost}")
    except Exception as broken:  # noqa: BLE001 -- one that cannot be written holds up no other
        return Outcome.retry(f"{type(broken).__name__} while writing it")
    return _judged(answer, at)


def _told(delivery: Delivery, news: dict[Spoken, Bulletin]) -> Bulletin | None:
    """The news in its reader's language, read once for all who share that."""
    broadcast, language = delivery.broadcast, language_of(delivery)
    if broadcast is None:
        return None
    key = broadcast.pk, language
    if key not in news:
        news[key] = Bulletin.of(broadcast, language)
    return news[key]


def sealed(words: bytes, keys: Mapping[str, str]) -> bytes:
    """The words as one browser alone can read them (aes128gcm)."""
    sealed_words: bytes = http_ece.encrypt(
        words,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(keys["p256dh"]),
        auth_secret=_bytes(keys["auth"]),
        version="aes128gcm",
    )
    return sealed_words


def _headers(delivery: Delivery, at: datetime) -> dict[str, str]:
    place = urlsplit(delivery.destination)
    contact = f"mailto:{parseaddr(sender(delivery.page))[1]}"
    until = int((at + SIGNED_FOR).timestamp())
    audience = f"{place.scheme}://{place.netloc}"
    signed = VapidKey.ours().authorization(audience, contact, until)
    return signed | {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(int(KEPT_FOR.total_seconds())),
        "Urgency": "high",
    }


def _words(delivery: Delivery, bulletin: Bulletin | None) -> bytes:
    page = delivery.page
    if bulletin is None:
        said = {"title": page.name, "body": "", "url": page.url(), "tag": "test"}
    else:
        about = bulletin.incident.public_id if bulletin.incident else bulletin.url
        gist = f"{bulletin.label}: {bulletin.text}"[:LONGEST]
        title = f"{page.name}: {bulletin.title}"[:LONGEST]
        said = {"title": title, "body": gist, "url": bulletin.url, "tag": about}
    return json.dumps(said, ensure_ascii=False).encode()


def _judged(answer: Answer, at: datetime) -> Outcome:
    words = f"HTTP {answer.status}"
    if is_good(answer):
        return Outcome.sent(words)
    if answer.status in GONE:
        return Outcome.gone(words)
    if answer.status in LATER or answer.status >= 500:
        return Outcome.retry(words, after=wait_asked(answer, at))
    return Outcome.failed(words)


def _is_service(url: str) -> bool:
    """Whether this may be called at all; names are not even looked up for others."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    ours = literal(host)
    if ours is not None and is_allowed(ours, tuple(settings.OUTBOUND_ALLOW)):
        return True
    return any(host.endswith(each) if each[0] == "." else host == each for each in SERVICES)


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except NotBase64 as wrong:
        raise ValueError("This is no base64.") from wrong


def _point(text: str) -> None:
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(text))


def _secret(text: str) -> None:
    if len(_bytes(text)) != 16:
        raise ValueError("A browser's secret has 16 bytes.")


# Those of RFC 8291, section 5.
EXAMPLE_KEY: Final = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
EXAMPLE_AUTH: Final = "BTBZMqHH6r4Tts7J_aSIgg"

CHANNEL = WebPush()
