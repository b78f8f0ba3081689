"""What providers say over django-anymail's webhooks, in our words."""

from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.utils import timezone

from notifications.mail.bounces.fates import Fate, fate_of
from notifications.models import MailEvent

FAILED: Final = (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED)
# How providers spell that a bounce is for now only.
FOR_NOW: Final = ("soft", "transient", "temporary", "undetermined")
FATES: Final = {
    RejectReason.INVALID: Fate.HARD,
    RejectReason.BOUNCED: Fate.HARD,
    RejectReason.TIMED_OUT: Fate.SOFT,
    RejectReason.UNSUBSCRIBED: Fate.LEFT,
}


def on_tracking(event: AnymailTrackingEvent, esp_name: str, **_signal: Any) -> None:
    """Receives anymail's signal: writes down what concerns an address, and nothing else."""
    note(event, esp_name, timezone.now())


def note(event: AnymailTrackingEvent, provider: str, at: datetime) -> bool:
    """Writes an event down, once however often it is sent; False when there is nothing new."""
    fate = _fate(event)
    if fate is None:
        return False
    return MailEvent.note(
        source=provider.lower(),
        digest=_digest(event, provider),
        fate=fate,
        reason=_reason(event),
        provider_id=str(event.message_id or ""),
        address=str(event.recipient or ""),
        at=at,
    )


def _fate(event: AnymailTrackingEvent) -> Fate | None:
    """What came back; None for what only says how far a mail has got, or who opened it."""
    if event.event_type == EventType.COMPLAINED:
        return Fate.COMPLAINT
    if event.event_type == EventType.UNSUBSCRIBED:
        return Fate.LEFT
    return _failure(event) if event.event_type in FAILED else None


def _failure(event: AnymailTrackingEvent) -> Fate:
    """By the remote server's code where it says enough, else by the provider's word."""
    word = FATES.get(event.reject_reason, Fate.REFUSED)
    if word is Fate.HARD and any(spelt in _kind(event) for spelt in FOR_NOW):
        word = Fate.SOFT
    return fate_of(f"{event.mta_response or ''} {event.description or ''}", otherwise=word)


def _kind(event: AnymailTrackingEvent) -> str:
    """The provider's own name for the kind of bounce, wherever it writes it."""
    said: Any = event.esp_event
    names = ("Type", "type", "event", "bounce_type", "bounceType", "severity")
    values = [said.get(name, "") for name in names] if hasattr(said, "get") else []
    return " ".join(str(value) for value in values).lower()


def _reason(event: AnymailTrackingEvent) -> str:
    said = event.mta_response or event.description or event.reject_reason or event.event_type
    return " ".join(str(said).replace("\x00", "").split())


def _digest(event: AnymailTrackingEvent, provider: str) -> str:
    """The same for an event that is sent again."""
    named = event.event_id or f"{event.message_id} {event.recipient} {event.timestamp}"
    return sha256(f"{provider} {event.event_type} {named}".encode()).hexdigest()
