"""Turns deliveries into pushes: the same words for all of a language, sealed for each browser."""

import json
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import cached_property
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import translation
from django.utils.translation import gettext as _

from incidents.models import Page
from notifications.bulletins import Bulletin
from notifications.kinds import Kind
from notifications.mail.mails import language_of, sender
from notifications.models import Broadcast, Delivery, VapidKey
from notifications.outbound.calling.calls import Call
from notifications.outbound.desk import CallDesk
from notifications.outcomes import Outcome
from notifications.parcels import Parcel
from people.fields import opened, unsealed

# What the browser holds back for so long while it is off; the next news is worth more.
KEPT_FOR: Final = timedelta(days=1)
SIGNED_FOR: Final = timedelta(hours=12)
# A push holds 4 kB: so many characters fit in any script.
LONGEST: Final = 500


class Note(NamedTuple):
    """What all browsers of a language are told, and whether it may wait until one is awake."""

    page: Page
    words: bytes
    urgency: str


class Desk(CallDesk):
    """Writes pushes: the note is one for a language, the seal each browser's own."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._until = int((at + SIGNED_FOR).timestamp())
        self._notes: dict[tuple[int, str], Note] = {}
        self._signed: dict[tuple[str, str], str] = {}

    def of_parcel(self, parcel: Parcel) -> Call:
        """The note of its broadcast, sealed for its browser."""
        keys = json.loads(opened(unsealed(parcel.config)))
        note = self._note(parcel.broadcast, parcel.language)
        return self._sealed(parcel.delivery, parcel.destination, note, keys)

    def of_delivery(self, delivery: Delivery) -> Call | Outcome:
        """The same for what is tried again, or a test message."""
        browser, language = delivery.subscription, language_of(delivery)
        if browser is None:
            return Outcome.failed("There is no browser to whom this could go.")
        told = delivery.broadcast_id
        note = self._note(told, language) if told else sample(delivery.page, language)
        return self._sealed(delivery.pk, delivery.destination, note, browser.settings)

    def _sealed(self, key: int, url: str, note: Note, keys: Mapping[str, str]) -> Call:
        headers = [
            f"Authorization: {self._authorization(url, note.page)}",
            "Content-Type: application/octet-stream",
            "Content-Encoding: aes128gcm",
            f"TTL: {int(KEPT_FOR.total_seconds())}",
            f"Urgency: {note.urgency}",
        ]
        return Call(key, url, headers, sealed(note.words, keys))

    def _authorization(self, url: str, page: Page) -> str:
        """Who calls, signed once for all browsers of a service."""
        place = urlsplit(url)
        audience, contact = f"{place.scheme}://{place.netloc}", parseaddr(sender(page))[1]
        signed = audience, contact
        if signed not in self._signed:
            said = self._key.authorization(audience, f"mailto:{contact}", self._until)
            self._signed[signed] = said["Authorization"]
        return self._signed[signed]

    @cached_property
    def _key(self) -> VapidKey:
        return VapidKey.ours()

    def _note(self, broadcast: int, language: str) -> Note:
        key = broadcast, language
        if key not in self._notes:
            related = Broadcast.objects.select_related("page", "incident", "event")
            self._notes[key] = news(related.get(pk=broadcast), language)
        return self._notes[key]


def news(broadcast: Broadcast, language: str) -> Note:
    """What a broadcast says, in that language, or in the page's own where none is given."""
    page, bulletin = broadcast.page, Bulletin.of(broadcast, language)
    title = f"{page.name}: {bulletin.title}"[:LONGEST]
    gist = f"{bulletin.label}: {bulletin.words}"[:LONGEST]
    about = bulletin.incident.public_id if bulletin.incident else bulletin.url
    # Only what is worth the battery: anything else waits until the device is awake.
    presses = broadcast.kind == Kind.INCIDENT or broadcast.about.is_major
    return Note(page, _words(title, gist, bulletin.url, about), "high" if presses else "normal")


def sample(page: Page, language: str) -> Note:
    """What a test says."""
    with translation.override(language):
        return Note(page, _words(page.name, _("Test message"), page.url(), "test"), "normal")


def sealed(words: bytes, keys: Mapping[str, str]) -> bytes:
    """The words as one browser alone can read them (aes128gcm)."""
    sealed_words: bytes = http_ece.encrypt(
        words,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=in_bytes(keys["p256dh"]),
        auth_secret=in_bytes(keys["auth"]),
        version="aes128gcm",
    )
    return sealed_words


def in_bytes(text: str) -> bytes:
    """A key as a browser states it, in base64url; ValueError for anything else."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except NotBase64 as wrong:
        raise ValueError("This is no base64.") from wrong


def _words(title: str, body: str, url: str, tag: str) -> bytes:
    """The object that the browser's worker reads; what has the same tag replaces what was shown."""
    said = {"title": title, "body": body, "url": url, "tag": tag}
    return json.dumps(said, ensure_ascii=False).encode()
