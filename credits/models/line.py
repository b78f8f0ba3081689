"""The result of a run: evidence once a class, an amount once a contract."""

import json
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credits.core import evidence
from credits.core.amounts import in_words
from credits.core.periods import add_months
from credits.core.policies import count_months
from customers.core.money import show
from customers.models import Account, Contract, Interval, Plan


class Unit(models.TextChoices):
    """What a credit is given in."""

    MONEY = "money", _("Money")
    MONTHS = "months", _("Months of service")


class CreditClass(models.Model):
    """Accounts hurt alike: same plan, same days under contract, same affected lists."""

    run = models.ForeignKey("credits.CreditRun", models.CASCADE, related_name="classes")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="credit_classes")
    number = models.PositiveIntegerField()
    evidence = models.TextField()
    sha256 = models.CharField(max_length=64)
    words = models.CharField(max_length=400)
    reason = models.CharField(max_length=24, blank=True)
    provisional = models.BooleanField()
    contracts = models.PositiveIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="class_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.words}"

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The evidence as data: policy, period, outages, left_out, result."""
        facts: dict[str, Any] = json.loads(self.evidence)
        return facts

    def reproduced(self) -> bool:
        """Work the evidence out again; return whether the same bytes come out."""
        again = evidence.reproduce(self.evidence)
        return again == self.evidence and evidence.sha256(again) == self.sha256


class CreditLineQuerySet(models.QuerySet["CreditLine"]):
    """Ways to pick lines."""

    def paying(self) -> Self:
        """Return the lines that give something."""
        return self.filter(Q(amount_minor__gt=0) | Q(months__gt=0))

    def left(self, at: datetime) -> Self:
        """Return the lines of contracts that have ended by `at`: they need another way to pay."""
        return self.filter(contract__valid_to__lte=at)


class CreditLine(models.Model):
    """What one contract gets. With unit `months`, the amount is what those months are worth."""

    run = models.ForeignKey("credits.CreditRun", models.CASCADE, related_name="lines")
    credit_class = models.ForeignKey(CreditClass, models.CASCADE, related_name="lines")
    account = models.ForeignKey(Account, models.PROTECT, related_name="credit_lines")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="credit_lines")
    fee_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=5, choices=Interval)
    amount_minor = models.PositiveBigIntegerField()
    unit = models.CharField(max_length=6, choices=Unit)
    months = models.PositiveSmallIntegerField(default=0)
    paid_until = models.DateField(null=True)
    reason = models.CharField(max_length=24, blank=True)

    objects = CreditLineQuerySet.as_manager()

    class Meta:
        ordering = ("run", "account", "contract")
        constraints = [
            models.UniqueConstraint(fields=["run", "contract"], name="line_once_per_contract"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) | Q(months__gt=0) | ~Q(reason=""),
                name="line_zero_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(unit=Unit.MONTHS) | Q(months=0), name="line_months_have_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.given}"

    @property
    def given(self) -> str:
        """What it gives, in words: "2.50 USD" or "6 months"."""
        if self.unit == Unit.MONTHS and self.months:
            return count_months(self.months)
        return f"{show(self.amount_minor, self.currency)} {self.currency}"

    @property
    def formula(self) -> str:
        """How it came about, from downtime to amount."""
        return in_words(
            self.credit_class.words, self.fee_minor, self.interval, self.amount_minor, self.currency
        )

    @property
    def paid_until_after(self) -> date | None:
        """Until when service is paid with the months given; None when nobody said until when."""
        return add_months(self.paid_until, self.months) if self.paid_until else None


# Columns that a line takes over from its contract as they are.
FROM_CONTRACT = {
    "account_id": F("account_id"),
    "contract_id": F("pk"),
    "fee_minor": F("fee_minor"),
    "currency": F("currency"),
    "interval": F("interval"),
    "paid_until": F("paid_until"),
}
