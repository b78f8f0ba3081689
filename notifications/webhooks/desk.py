"""Turns deliveries into calls: the same body for all but one link, signed for each endpoint."""

from datetime import datetime
from functools import lru_cache
from json import loads

from django.conf import settings

from notifications import tokens
from notifications.clock import Stopwatch
from notifications.models import Broadcast, Delivery, Payload, Subscription
from notifications.models.replay import replayed
from notifications.outbound.calling.calls import Call
from notifications.outbound.desk import CallDesk
from notifications.parcels import Parcel
from notifications.webhooks.bodies import Form, news, sample
from notifications.webhooks.settings import EndpointSettings
from notifications.webhooks.signing import signature
from people.fields import opened, unsealed

VERSION = "candor-version"


class Desk(CallDesk):
    """Writes webhooks; a body that fails is not tried anew for each of its deliveries."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._watch, self._epoch = Stopwatch(at), at.timestamp()
        self._name, self._token = tokens.namer("webhook"), tokens.maker("unsubscribe")
        self._key = settings.ENCRYPTION_KEY
        self._broadcasts: dict[int, Broadcast] = {}
        self._forms: dict[tuple[int, str], Form | Exception] = {}
        self._roots: dict[int, str] = {}

    @property
    def now(self) -> datetime:
        """The instant by the clock of whoever sends."""
        return self._watch.now()

    def of_parcel(self, parcel: Parcel) -> Call:
        """The body of its broadcast, signed for its endpoint."""
        kept = _read(parcel.config, self._key)
        name = self._name(parcel.broadcast, parcel.destination)
        link = self._link(parcel.broadcast, parcel.public_id, parcel.nonce)
        body = self._form(parcel.broadcast, kept.version).addressed(link)
        return self._signed(parcel.delivery, parcel.destination, name, body, kept)

    def of_delivery(self, delivery: Delivery) -> Call:
        """The same for a replay, or a test message."""
        mine, broadcast = delivery.subscription, replayed(delivery)
        kept = EndpointSettings.read(mine.settings if mine else {})
        link, name = _own_link(mine), delivery.key
        if broadcast is None:
            form = Form.of(sample(delivery.page, self.now, kept.version))
        else:
            form = self._form(broadcast, kept.version)
            name = self._name(broadcast, delivery.destination)
        return self._signed(delivery.pk, delivery.destination, name, form.addressed(link), kept)

    def _signed(self, key: int, url: str, name: str, body: bytes, kept: EndpointSettings) -> Call:
        message, timestamp = f"msg_{name}", int(self._epoch + self._watch.seconds())
        signed = signature(kept.signing(timestamp), message, timestamp, body)
        headers = [
            "Content-Type: application/json",
            f"webhook-id: {message}",
            f"webhook-timestamp: {timestamp}",
            f"webhook-signature: {signed}",
            f"{VERSION}: {kept.version}",
        ]
        return Call(key, url, headers, body)

    def _form(self, broadcast: int, version: str) -> Form:
        key = broadcast, version
        if key not in self._forms:
            self._forms[key] = self._written(broadcast, version)
        form = self._forms[key]
        if isinstance(form, Exception):
            # Without what it went through for the deliveries before: that would grow and grow.
            raise form.with_traceback(None)
        return form

    def _written(self, broadcast: int, version: str) -> Form | Exception:
        """The body that was written before, or a new one; its failure is not met anew each time."""
        try:
            told = self._broadcast(broadcast)
            return Form.of(Payload.of(told, version, self.now, write=news).body)
        except Exception as broken:  # noqa: BLE001 -- raised for each delivery that it stops
            return broken

    def _broadcast(self, key: int) -> Broadcast:
        if key not in self._broadcasts:
            told = Broadcast.objects.select_related("page", "event", "incident")
            self._broadcasts[key] = told.get(pk=key)
        return self._broadcasts[key]

    def _link(self, broadcast: int, public_id: str, nonce: str) -> str:
        if broadcast not in self._roots:
            page = self._broadcast(broadcast).page
            self._roots[broadcast] = page.url("subscriptions/unsubscribe/")
        return f"{self._roots[broadcast]}{self._token(public_id, nonce)}/"


def _own_link(subscription: Subscription | None) -> str:
    return subscription.page.url(subscription.unsubscribe_path) if subscription else ""


@lru_cache(maxsize=4096)
def _read(config: str, _encryption_key: str) -> EndpointSettings:
    return EndpointSettings.read(loads(opened(unsealed(config))) if config else {})
