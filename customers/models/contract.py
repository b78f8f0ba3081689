"""An account on a plan, for a time, for a fee."""

from datetime import UTC, date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.core.money import show, to_minor
from customers.models.account import Account
from customers.models.plan import Plan
from incidents.core import checks
from incidents.models.fields import PublicIdField
from people.actors import Actor


class Interval(models.TextChoices):
    """What the fee pays for."""

    MONTH = "month", _("A month")
    YEAR = "year", _("A year")


class ContractQuerySet(models.QuerySet["Contract"]):
    """Ways to pick contracts."""

    def active_in(self, start: datetime, end: datetime) -> Self:
        """Return contracts that share some time with [start, end)."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=start), valid_from__lt=end)


class Contract(models.Model):
    """Valid over [valid_from, valid_to), from local midnight to local midnight of the page."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="contracts")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="contracts")
    public_id = PublicIdField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    fee_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    interval = models.CharField(max_length=5, choices=Interval, default=Interval.MONTH)
    paid_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ("account", "valid_from")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="contract_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(interval__in=Interval.values), name="contract_interval_known"
            ),
            models.UniqueConstraint(
                fields=["account", "plan"],
                condition=Q(valid_to=None),
                name="contract_one_open_per_plan",
            ),
            models.UniqueConstraint(
                fields=["account", "plan", "valid_from"], name="contract_start_unique"
            ),
        ]
        indexes = [models.Index(fields=["plan", "valid_from"], name="contract_by_plan")]

    def __str__(self) -> str:
        return f"{self.account} on {self.plan} from {self.valid_from:%Y-%m-%d}"

    @classmethod
    def sign(
        cls,
        account: Account,
        plan: Plan,
        *,
        valid_from: date,
        fee: str,
        currency: str,
        by: Actor,
        at: datetime,
        valid_to: date | None = None,
        interval: str = Interval.MONTH,
        paid_until: date | None = None,
    ) -> "Contract":
        """Put an account on a plan from the first day to the day before `valid_to`.

        `fee` is exact text ("10.00"). Raises ValidationError on "plan", "valid_from", "valid_to",
        "fee", "currency" or "interval".
        """
        terms = {
            "fee_minor": to_minor(fee, currency),
            "currency": currency,
            "interval": checks.choice(interval, Interval.values, field="interval"),
            "paid_until": paid_until,
        }
        page = account.page
        if plan.page_id != page.pk:
            raise checks.refusal("plan", f"{plan} belongs to another page.")
        start, end = _stretch(valid_from, valid_to, page.zone)
        with page.writing(by=by, at=at) as journal:
            _check_overlap(account, plan, start, end)
            contract = Contract.objects.create(
                account=account, plan=plan, valid_from=start, valid_to=end, created_at=at, **terms
            )
            journal.append("contract.signed", contract, after=contract.terms())
        return contract

    def end(self, valid_to: date, *, by: Actor, at: datetime) -> None:
        """Let the contract end before `valid_to`. Raises ValidationError on "valid_to"."""
        page = self.account.page
        moment = _midnight(valid_to, page.zone)
        checks.ordered(self.valid_from, moment, field="valid_to")
        with page.writing(by=by, at=at) as journal:
            self.refresh_from_db(fields=["valid_to"])
            if self.valid_to is not None and moment > self.valid_to:
                raise checks.refusal("valid_to", "It ends earlier already; sign a new contract.")
            before, self.valid_to = self.terms(), moment
            self.save(update_fields=["valid_to"])
            journal.append("contract.ended", self, before=before, after=self.terms())

    @property
    def fee(self) -> str:
        """The fee as decimal text."""
        return show(self.fee_minor, self.currency)

    def terms(self) -> dict[str, object]:
        """Return what the journal keeps of a contract."""
        names = ("valid_from", "valid_to", "fee_minor", "currency", "interval")
        return {name: getattr(self, name) for name in names}


def _stretch(
    valid_from: date, valid_to: date | None, zone: ZoneInfo
) -> tuple[datetime, datetime | None]:
    start = _midnight(valid_from, zone)
    end = _midnight(valid_to, zone) if valid_to else None
    if end is not None:
        checks.ordered(start, end, field="valid_to")
    return start, end


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _check_overlap(account: Account, plan: Plan, start: datetime, end: datetime | None) -> None:
    far = end or datetime.max.replace(tzinfo=UTC)
    clash = Contract.objects.filter(account=account, plan=plan).active_in(start, far).first()
    if clash is not None:
        raise checks.refusal(
            "valid_from",
            f"{account} is on {plan} from {clash.valid_from:%Y-%m-%d} on already; "
            "end that contract first, or choose other days.",
        )
