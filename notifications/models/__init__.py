"""Telling people: its entities, one file each."""

from notifications.models.attempt import Attempt
from notifications.models.broadcast import Broadcast
from notifications.models.chunk import Chunk
from notifications.models.delivery import Delivery
from notifications.models.endpoint import Endpoint
from notifications.models.exchange import Exchange
from notifications.models.heartbeat import Heartbeat
from notifications.models.intake import Intake
from notifications.models.kept_mail import KeptMail
from notifications.models.mail_event import Judgement, MailEvent
from notifications.models.mail_text import MailKind, MailText
from notifications.models.pause import Pause
from notifications.models.payload import Payload
from notifications.models.remnant import Erased, Remnant
from notifications.models.stall import Stall
from notifications.models.subscription import Subscription
from notifications.models.suppression import Bucket, Suppression
from notifications.models.vapid import VapidKey
from notifications.models.wish import Wish

__all__ = [
    "Attempt",
    "Broadcast",
    "Bucket",
    "Chunk",
    "Delivery",
    "Endpoint",
    "Erased",
    "Exchange",
    "Heartbeat",
    "Intake",
    "Judgement",
    "KeptMail",
    "MailEvent",
    "MailKind",
    "MailText",
    "Pause",
    "Payload",
    "Remnant",
    "Stall",
    "Subscription",
    "Suppression",
    "VapidKey",
    "Wish",
]
