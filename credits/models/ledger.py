"""The ledger: what was given, to whom, on what evidence. It only grows."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from credits.core.policies import count_months
from credits.insert_select import insert_select
from credits.models.line import CreditLine, Unit
from customers.core.money import show
from customers.models import Account, Contract
from incidents.models import Page

if TYPE_CHECKING:
    from credits.models.run import CreditRun


class EntryKind(models.TextChoices):
    """What an entry does."""

    CREDIT = "credit", _("Credit")
    REVERSAL = "reversal", _("Reversal")


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    """Ways to pick and add up entries."""

    def of(self, account: Account) -> Self:
        """Return the entries of an account, newest first, with what a statement prints."""
        entries = self.filter(account=account).select_related("run__policy_version__policy")
        return entries.order_by("-issued_at", "-pk")

    def money(self) -> dict[str, int]:
        """Return what was given in money, in minor units by currency; never across them."""
        sums = self.filter(unit=Unit.MONEY).order_by().values_list("currency")
        return dict(sums.annotate(total=Sum("amount_minor")).order_by("currency"))

    def months(self) -> int:
        """Return the months of service given."""
        return self.filter(unit=Unit.MONTHS).aggregate(total=Sum("months"))["total"] or 0


class LedgerEntry(models.Model):
    """One credit, or its reversal. Append-only by trigger on both databases.

    With unit `months`, the amount is what those months are worth; it is no money owed.
    """

    page = models.ForeignKey(Page, models.PROTECT, related_name="ledger")
    run = models.ForeignKey("credits.CreditRun", models.PROTECT, related_name="entries")
    line = models.OneToOneField(CreditLine, models.PROTECT, null=True, related_name="entry")
    account = models.ForeignKey(Account, models.PROTECT, related_name="ledger")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="ledger")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    key = models.CharField(max_length=60, unique=True, help_text=_("The idempotency key."))
    kind = models.CharField(max_length=8, choices=EntryKind)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    unit = models.CharField(max_length=6, choices=Unit)
    months = models.SmallIntegerField(default=0)
    description = models.CharField(max_length=400)
    evidence_sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["run", "account", "contract"],
                condition=Q(kind=EntryKind.CREDIT),
                name="entry_once_per_run",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.CREDIT, amount_minor__gte=0, reverses=None)
                | Q(kind=EntryKind.REVERSAL, amount_minor__lte=0, reverses__isnull=False),
                name="entry_sign_matches",
            ),
        ]
        indexes = [models.Index(fields=["account", "issued_at"], name="entry_by_account")]

    def __str__(self) -> str:
        return f"{self.key}: {self.given}"

    @classmethod
    def enter(cls, run: "CreditRun") -> int:
        """Write the paying lines of a run in one statement; returns how many entries there are."""
        columns: dict[str, Any] = {
            "page_id": Value(run.page_id),
            "run_id": F("run_id"),
            "line_id": F("pk"),
            "account_id": F("account_id"),
            "contract_id": F("contract_id"),
            "key": Concat(
                Value(f"cr_{run.public_id}_"),
                F("contract__public_id"),
                output_field=models.CharField(),
            ),
            "kind": Value(str(EntryKind.CREDIT)),
            "amount_minor": F("amount_minor"),
            "currency": F("currency"),
            "unit": F("unit"),
            "months": F("months"),
            "description": F("credit_class__words"),
            "evidence_sha256": F("credit_class__sha256"),
            "issued_at": Value(run.issued_at, output_field=models.DateTimeField()),
        }
        return insert_select(cls, run.lines.paying().order_by("pk"), columns)

    @property
    def given(self) -> str:
        """What it gives, in words: "2.50 USD" or "6 months"."""
        if self.unit == Unit.MONTHS:
            return count_months(self.months)
        return f"{show(self.amount_minor, self.currency)} {self.currency}"
