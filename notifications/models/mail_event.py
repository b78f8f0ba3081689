"""What providers and mail servers said about our mails: written down first, judged afterwards.

A provider may report a bounce before the sender has committed that the mail was sent. So an event
is a row of its own at once, and is judged when its delivery has come to rest, whichever is first.
"""

import hmac
from datetime import datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from incidents.models import Page
from notifications.mail.bounces.fates import Fate
from notifications.mail.bounces.reports import Report
from notifications.models.delivery import Delivery
from notifications.models.states import UNFINISHED
from notifications.models.subscription import Subscription
from notifications.models.suppression import Suppression

# A sender that was killed never writes the provider's id down: then the address has to do.
PATIENCE: Final = timedelta(minutes=10)
LOOK_AGAIN: Final = timedelta(seconds=30)
SOFT_LIMIT: Final = 5
SOFT_WITHIN: Final = timedelta(days=10)
MOST_AT_ONCE: Final = 500


class MailEvent(models.Model):
    """One bounce or complaint as it came. Append-only by trigger; it holds no address."""

    source = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    fate = models.CharField(max_length=10, choices=Fate)
    reason = models.CharField(max_length=300)
    delivery_number = models.BigIntegerField(null=True)
    provider_id = models.CharField(max_length=200, blank=True)
    address_key = models.CharField(max_length=32, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["delivery_number"], name="mail_event_by_delivery"),
            models.Index(fields=["address_key", "received_at"], name="mail_event_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_fate_display()}"

    @classmethod
    def note_report(cls, report: Report, at: datetime) -> bool:
        """Writes down a bounce that came by mail; False when it came before."""
        destination = Delivery.objects.filter(pk=report.delivery).values_list("destination")
        (address,) = destination.first() or ("",)
        event = cls(
            source="mail",
            digest=report.digest,
            fate=report.fate,
            reason=report.reason,
            delivery_number=report.delivery,
            received_at=at,
        )
        return event._write_down(address)

    @classmethod
    def note(
        cls,
        *,
        source: str,
        digest: str,
        fate: Fate,
        reason: str,
        provider_id: str,
        address: str,
        at: datetime,
    ) -> bool:
        """Writes down what a provider's webhook said; False when it said so before."""
        event = cls(
            source=source[:20],
            digest=digest,
            fate=fate,
            reason=reason[:300],
            provider_id=provider_id[:200],
            received_at=at,
        )
        return event._write_down(address)

    def _write_down(self, address: str) -> bool:
        address = address.strip().lower()[:320]
        self.address_key = _key(address) if address else ""
        with transaction.atomic():
            MailEvent.objects.bulk_create([self], ignore_conflicts=True)
            written = MailEvent.objects.get(digest=self.digest)
            fresh = not Judgement.objects.filter(event=written).exists()
            waiting = Judgement(event=written, address=address, look_at=self.received_at)
            Judgement.objects.bulk_create([waiting], ignore_conflicts=True)
        return fresh


class JudgementQuerySet(models.QuerySet["Judgement"]):
    """Ways to pick judgements."""

    def waiting(self) -> Self:
        """Those that are still to be made."""
        return self.filter(verdict=Judgement.Verdict.WAITING)


class Judgement(models.Model):
    """What came of an event; until then it holds the address that the provider named."""

    class Verdict(models.TextChoices):
        """What was done."""

        WAITING = "waiting", "Waiting for its delivery"
        NOTED = "noted", "Noted at its delivery"
        SUPPRESSED = "suppressed", "The address is left alone"
        UNKNOWN = "unknown", "About no mail of ours"

    event = models.OneToOneField(MailEvent, models.PROTECT, related_name="judgement")
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=320, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.WAITING)
    judged_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField()

    objects = JudgementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="waiting") | Q(judged_at__isnull=False, address=""),
                name="judgement_keeps_no_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_at"], condition=Q(verdict="waiting"), name="judgement_to_make"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.get_verdict_display()}"

    @classmethod
    def judge_due(cls, at: datetime) -> int:
        """Judges what can be judged by now; returns how many were.

        What cannot be judged yet goes to the back: bounces of somebody else's mails hold up none.
        """
        due = cls.objects.waiting().filter(look_at__lte=at)
        keys = due.order_by("look_at", "event").values_list("pk", flat=True)
        return sum(cls._judge_one(key, at) for key in list(keys[:MOST_AT_ONCE]))

    @classmethod
    def _judge_one(cls, key: int, at: datetime) -> bool:
        with transaction.atomic():
            mine = cls.objects.waiting().select_related("event").filter(pk=key)
            found = mine.select_for_update(skip_locked=True, of=("self",)).first()
            return found is not None and found._judge(at)

    def _judge(self, at: datetime) -> bool:
        delivery = self._find()
        if delivery is None and at < self.event.received_at + PATIENCE:
            return self._put_off(at + LOOK_AGAIN)
        if delivery is not None and delivery.state in UNFINISHED:
            return self._put_off(at)
        fate = Fate(self.event.fate)
        if delivery is not None and fate in {Fate.HARD, Fate.SOFT, Fate.REFUSED}:
            delivery.come_back(self.event.reason, at)
        verdict = self._suppress(delivery, fate, at)
        changes = {"verdict": verdict, "delivery": delivery, "judged_at": at, "address": ""}
        Judgement.objects.filter(pk=self.pk).update(**changes)
        return True

    def _put_off(self, until: datetime) -> bool:
        Judgement.objects.filter(pk=self.pk).update(look_at=until)
        return False

    def _find(self) -> Delivery | None:
        """The delivery that this is about: by its return path, or by the provider's id."""
        event, deliveries = self.event, Delivery.objects.select_related("page")
        if event.delivery_number is not None:
            return deliveries.filter(pk=event.delivery_number).first()
        if not event.provider_id:
            return None
        mine = deliveries.filter(provider_id=event.provider_id).exclude(provider_id="")
        return mine.order_by("pk").last()

    def _suppress(self, delivery: Delivery | None, fate: Fate, at: datetime) -> str:
        address = (delivery.destination if delivery else "") or self.address
        if delivery is None and not _is_reader(address):
            return self.Verdict.UNKNOWN
        if not address or not _is_enough(fate, self.event.address_key, address, at):
            return self.Verdict.NOTED
        page = delivery.page if delivery else None
        reason = f"{fate.label}: {self.event.reason}"
        Suppression.add("email", address, reason, at, origin=Suppression.Origin.of(fate), page=page)
        return self.Verdict.SUPPRESSED


def _is_reader(address: str) -> bool:
    """Whether anybody subscribed with this address; by page, as the index has it."""
    pages = list(Page.objects.values_list("pk", flat=True))
    mine = Subscription.objects.filter(page__in=pages, channel="email", destination=address)
    return mine.exists()


def _is_enough(fate: Fate, key: str, address: str, at: datetime) -> bool:
    """Whether an address is left alone for this: soft bounces count only when they pile up."""
    if fate is Fate.REFUSED:
        return False
    if fate is not Fate.SOFT:
        return True
    since = max(at - SOFT_WITHIN, Suppression.lifted_last("email", address) or at - SOFT_WITHIN)
    soft = MailEvent.objects.filter(address_key=key, fate=Fate.SOFT, received_at__gt=since)
    return soft.count() >= SOFT_LIMIT


def _key(address: str) -> str:
    """A name for an address under which it can be counted, but not read."""
    secret = f"notifications.mail_event{settings.SECRET_KEY}".encode()
    return hmac.digest(secret, address.encode(), "sha256").hex()[:32]
