"""What a run comes to."""

from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Sum

from credits.models.line import CreditLineQuerySet, Unit
from customers.core.money import show


@dataclass(frozen=True)
class Totals:
    """Figures of one run; money by currency in minor units, never added across currencies.

    `worth` is what the months given would cost at each contract's fee.
    """

    contracts: int
    accounts: int
    paying: int
    money: dict[str, int]
    months: int
    worth: dict[str, int]
    zeros: dict[str, int]

    @classmethod
    def of(cls, lines: CreditLineQuerySet) -> Self:
        """Add up these lines."""
        zeros = lines.order_by().exclude(reason="").values_list("reason")
        return cls(
            contracts=lines.count(),
            accounts=lines.order_by().values("account").distinct().count(),
            paying=lines.paying().count(),
            money=_sums(lines.filter(unit=Unit.MONEY)),
            months=lines.aggregate(total=Sum("months"))["total"] or 0,
            worth=_sums(lines.filter(unit=Unit.MONTHS)),
            zeros=dict(zeros.annotate(count=Count("pk")).order_by("reason")),
        )

    @property
    def shown(self) -> dict[str, str]:
        """Money by currency as decimal text."""
        return {currency: show(minor, currency) for currency, minor in self.money.items()}

    @property
    def worth_shown(self) -> dict[str, str]:
        """The worth of the months by currency as decimal text."""
        return {currency: show(minor, currency) for currency, minor in self.worth.items()}


def _sums(lines: CreditLineQuerySet) -> dict[str, int]:
    sums = lines.order_by().values_list("currency").annotate(total=Sum("amount_minor"))
    return {currency: int(total) for currency, total in sums.order_by("currency") if total}
