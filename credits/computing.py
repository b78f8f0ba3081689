"""The two steps of a run: each class exactly and once, then each contract in one INSERT..SELECT."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.lookups import Exact, GreaterThan

from credits.core.amounts import MONTHS_IN, amount, per_fee
from credits.core.assessment import Exposure, Reason, assess
from credits.core.evidence import canonical, evidence, sha256, tz_data_version
from credits.core.policies import WEIGHTS
from credits.exposures import COUNTED_KINDS, Group, Trouble
from credits.insert_select import insert_select
from credits.models.line import FROM_CONTRACT, CreditClass, CreditLine
from customers.models import Contract, Plan
from incidents.models import Incident

if TYPE_CHECKING:
    from credits.models.run import CreditRun

LARGEST: Final = 2**63 - 1
FITS: Final = LARGEST


@dataclass
class Computation:
    """Fills a run with classes and lines, from what is known at `at`."""

    run: "CreditRun"
    at: datetime
    trouble: Trouble = field(init=False)
    tz_data: str = field(init=False)

    def __post_init__(self) -> None:
        self.trouble = Trouble.of(self.run.page, self.run.period)
        self.tz_data = tz_data_version()

    def fill(self) -> str:
        """Replace the run's lines; returns the digest of everything that they rest on."""
        # One statement: the usual way would load every line first. Foreign keys still protect.
        lines = self.run.lines.all()
        lines._raw_delete(using=lines.db)
        self.run.classes.all().delete()
        scope = self.run.scope()
        replaced, changed = self._renewals(scope)
        for group in self.trouble.groups(scope.exclude(pk__in=[*replaced, *changed])):
            self._settle(group)
        held = scope.filter(pk__in=changed)
        for plan_id in held.order_by("plan_id").values_list("plan_id", flat=True).distinct():
            self._hold(plan_id, held.filter(plan_id=plan_id))
        return self._digest()

    def incidents(self) -> list[Incident]:
        """Return the incidents whose windows count as downtime for a plan in this run."""
        plans = Plan.objects.filter(credit_classes__run=self.run)
        covered = set(plans.values_list("components", flat=True))
        counted = {
            window.incident_id
            for window in self.trouble.windows
            if window.component_id in covered and self._counts(window.level, window.kind)
        }
        return list(Incident.objects.filter(pk__in=[pk for pk in counted if pk]))

    def _counts(self, level: str, kind: str) -> bool:
        weights = self.run.policy_version.parsed.weights
        return kind in COUNTED_KINDS and weights.get(level, WEIGHTS[level]) > 0

    def _renewals(self, scope: QuerySet[Contract]) -> tuple[list[int], list[int]]:
        """Return the contracts to skip (goodwill goes to the newest), and those to hold."""
        others = scope.filter(account=OuterRef("account"))
        replaced = scope.filter(Exists(others.filter(valid_from__gte=OuterRef("valid_to"))))
        ended = list(replaced.values_list("pk", flat=True))
        if self.run.is_goodwill:
            return ended, []
        following = scope.filter(Exists(others.filter(valid_to__lte=OuterRef("valid_from"))))
        return [], [*ended, *following.values_list("pk", flat=True)]

    def _settle(self, group: Group) -> None:
        count = group.contracts.count()
        if not count:
            return
        exposure = self.trouble.exposure(group, self.at)
        credit_class, share = self._classify(group.plan, exposure, count)
        for interval in MONTHS_IN:
            self._write(credit_class, share, interval, group.contracts.filter(interval=interval))

    def _classify(self, plan: Plan, exposure: Exposure, count: int) -> tuple[CreditClass, Fraction]:
        version = self.run.policy_version
        assessment = assess(version.parsed, exposure)
        text = evidence(version.document, exposure, self.tz_data)
        credit_class = CreditClass.objects.create(
            run=self.run,
            plan=plan,
            number=self.run.classes.count() + 1,
            evidence=text,
            sha256=sha256(text),
            words=assessment.words,
            reason=assessment.reason or "",
            provisional=assessment.provisional,
            contracts=count,
        )
        return credit_class, assessment.share

    def _hold(self, plan_id: int, contracts: QuerySet[Contract]) -> None:
        """Give nothing yet where the fee changed within the period, and say so."""
        text = canonical(
            {
                "format": 1,
                "policy": self.run.policy_version.document,
                "period": self.run.period_label,
                "held": "not supported yet: fee_segments",
            }
        )
        credit_class = CreditClass.objects.create(
            run=self.run,
            plan_id=plan_id,
            number=self.run.classes.count() + 1,
            evidence=text,
            sha256=sha256(text),
            words="The contract changed within the period; work this one out by hand",
            reason=Reason.FEE_CHANGED,
            provisional=False,
            contracts=contracts.count(),
        )
        self._write(credit_class, Fraction(0), "month", contracts)

    def _write(
        self,
        credit_class: CreditClass,
        share: Fraction,
        interval: str,
        contracts: QuerySet[Contract],
    ) -> None:
        largest = contracts.aggregate(fee=Max("fee_minor"))["fee"]
        if largest is None:
            return
        ratio = per_fee(share, interval)
        if amount(largest, share, interval) > LARGEST:
            raise ValidationError({"policy": ["An amount is too large to be kept; set cap_pct."]})
        if max(largest * ratio.numerator, 2 * ratio.denominator) <= FITS:
            self._insert(credit_class, contracts, minor_units(ratio))
        else:
            self._insert_slowly(credit_class, contracts, share, interval)

    def _insert(self, credit_class: CreditClass, contracts: QuerySet[Contract], minor: Any) -> None:
        """Write the lines of a class in one statement, whatever their number."""
        columns = FROM_CONTRACT | self._columns(credit_class) | {"amount_minor": minor}
        columns["reason"] = Case(
            When(Q(owed=0), then=Value(self._why_nothing(credit_class))), default=Value("")
        )
        insert_select(CreditLine, contracts.order_by().annotate(owed=minor), columns)

    def _insert_slowly(
        self,
        credit_class: CreditClass,
        contracts: QuerySet[Contract],
        share: Fraction,
        interval: str,
    ) -> None:
        """Write lines whose products exceed 64 bits: the same figures, worked out here."""
        fixed = {name: value.value for name, value in self._columns(credit_class).items()}
        rows = contracts.order_by().values(*FROM_CONTRACT.keys() - {"contract_id"}, "pk")
        CreditLine.objects.bulk_create(
            [
                self._line(row, fixed, amount(row["fee_minor"], share, interval), credit_class)
                for row in rows.iterator()
            ],
            batch_size=500,
        )

    def _line(
        self, row: dict[str, Any], fixed: dict[str, Any], owed: int, credit_class: CreditClass
    ) -> CreditLine:
        reason = "" if owed else self._why_nothing(credit_class)
        return CreditLine(
            contract_id=row.pop("pk"), amount_minor=owed, reason=reason, **row, **fixed
        )

    def _why_nothing(self, credit_class: CreditClass) -> str:
        return "" if self.run.months else credit_class.reason or Reason.BELOW_MINIMUM

    def _columns(self, credit_class: CreditClass) -> dict[str, Any]:
        return {
            "run_id": Value(self.run.pk),
            "credit_class_id": Value(credit_class.pk),
            "unit": Value(str(self.run.unit)),
            "months": Value(self.run.months),
        }

    def _digest(self) -> str:
        """Hash what the lines rest on: the evidence, each contract's terms, and the result."""
        digest = hashlib.sha256()
        lines = self.run.lines.order_by("contract__public_id").values_list(
            "contract__public_id", "credit_class__sha256", "fee_minor", "currency",
            "interval", "amount_minor", "unit", "months", "reason",
        )  # fmt: skip
        for line in lines.iterator(chunk_size=5000):
            digest.update(canonical(line).encode())
        return digest.hexdigest()


def minor_units(ratio: Fraction) -> Any:
    """Return the SQL for fee times ratio in integers, a half going to the even neighbour."""
    product = F("fee_minor") * Value(ratio.numerator)
    whole, rest = product / Value(ratio.denominator), product % Value(ratio.denominator)
    half = Value(ratio.denominator)
    return whole + Case(
        When(GreaterThan(rest * Value(2), half), then=Value(1)),
        When(Exact(rest * Value(2), half) & Exact(whole % Value(2), Value(1)), then=Value(1)),
        default=Value(0),
    )
