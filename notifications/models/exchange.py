"""Calls of webhooks as they went: for whoever looks after the endpoint, not for ever."""

import re
from datetime import datetime, timedelta
from typing import Final

from django.db import models

from incidents.models import Update
from notifications.models.delivery import Delivery
from notifications.models.replay import replayed
from notifications.models.states import State

SHOWN: Final = 50
KEPT_FOR: Final = timedelta(days=30)
LATELY: Final = timedelta(days=1)
EXCERPT: Final = 2000
SECRETS: Final = re.compile(
    r"whsec_[\w+/=]+|v1,[\w+/=]{20,}|(?<=subscriptions/)(unsubscribe/)?\w{30,}"
)
MASK: Final = "…"


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    """Ways to pick calls."""

    def latest_of(self, subscription: int) -> "list[Exchange]":
        """The last ones to one endpoint, the newest first; of what arrived unanswered, too."""
        related = ("delivery__broadcast__event", "delivery__page")
        mine = self.filter(delivery__subscription=subscription).select_related(*related)
        kept = list(mine.order_by("-at", "-pk")[:SHOWN])
        told = {each.delivery_id for each in kept if each.went_well}
        arrived = Delivery.objects.filter(subscription=subscription, state=State.SENT)
        silent = arrived.select_related("broadcast__event", "page").order_by("-sent_at", "-pk")
        plain = [Exchange.unanswered(each) for each in silent[:SHOWN] if each.pk not in told]
        return sorted([*plain, *kept], key=lambda each: each.at, reverse=True)[:SHOWN]


class Exchange(models.Model):
    """One call: when, how long, and what was answered, with secrets masked."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="exchanges")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="exchange_by_age")]

    def __str__(self) -> str:
        return self.words or "arrived"

    @property
    def words(self) -> str:
        """What came of it; nothing for what arrived without a word."""
        return f"HTTP {self.status}, {self.milliseconds} ms" if self.status else self.problem

    @property
    def told(self) -> int:
        """The broadcast that was told, for the first time or again; 0 for a test."""
        return replayed(self.delivery) or 0

    @property
    def went_well(self) -> bool:
        """Whether the endpoint took it."""
        return not self.problem and (self.status is None or 200 <= self.status < 300)

    @classmethod
    def unanswered(cls, delivery: Delivery) -> "Exchange":
        """What stands in no row: it arrived, and not a word came back."""
        return Exchange(
            delivery=delivery, at=delivery.sent_at or delivery.created_at, milliseconds=0
        )

    @classmethod
    def forget_old(cls, at: datetime) -> int:
        """Drop what is older than a month; returns how many."""
        return cls.objects.filter(at__lt=at - KEPT_FOR).delete()[0]

    @classmethod
    def forget_redacted(cls, *, at: datetime) -> int:
        """Blank answers that may repeat redacted words; returns how many."""
        return sum(
            cls.objects.filter(
                delivery__broadcast__incident=update.incident_id, at__gte=update.posted_at
            )
            .exclude(answer="")
            .update(answer="")
            for update in Update.redacted_since(at - LATELY)
        )


def excerpt(body: bytes) -> str:
    """What is kept of an answer."""
    text = body[: 4 * EXCERPT].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return SECRETS.sub(MASK, text)[:EXCERPT]
