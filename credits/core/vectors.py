"""Worked examples in JSON: policy, period, account and intervals in, the expected credit beside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from credits.core.amounts import amount
from credits.core.assessment import Assessment, Exposure, Outage, assess
from credits.core.periods import Period, instant, time_zone
from credits.core.policies import Policy
from customers.core.exact import (
    NotSupportedYet,
    decimal,
    known,
    named,
    needed,
    refusal,
    rows,
    truncated,
)
from customers.core.money import exponent, show, to_minor
from incidents.core.intervals import Span

FIELDS: Final = "name note policy period timezone account intervals expected as_of".split()
BASES: Final = {"monthly": "month", "annual": "year"}
FOR_EVER: Final = Span(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Answer:
    """What the arithmetic says, in the words of the vectors."""

    assessment: Assessment
    period: Period
    credit: str
    currency: str

    def get(self, field: str) -> object:
        """Return one figure; one that is not worked out is refused by name."""
        figures = {
            "currency": self.currency,
            "credit": self.credit,
            "downtime_seconds": self.assessment.downtime,
            "period_seconds": Fraction(self.period.seconds),
            "uptime_pct_6dp_trunc": truncated(self.assessment.uptime, 6),
            "capped": self.assessment.capped,
            "provisional": self.assessment.provisional,
        }
        if field not in figures:
            raise NotSupportedYet(field)
        return figures[field]


def failures(vector: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a vector, one line each; nothing when every figure is met."""
    try:
        answer = work_out(vector)
        return [
            f"{field}: expected {expected}, got {answer.get(field)}"
            for field, expected in _expected(vector).items()
            if not _same(expected, answer.get(field), field)
        ]
    except NotSupportedYet as refused:
        return refused.messages
    except ValidationError as error:
        return [f"{field}: {', '.join(said)}" for field, said in error.message_dict.items()]


def work_out(vector: Mapping[str, Any]) -> Answer:
    """Return the answer to one vector; a field that is not known is refused by name."""
    policy = Policy.parse(needed(vector, "policy"))
    known(vector, "vector", *FIELDS)
    zone = time_zone(needed(vector, "timezone"))
    period = Period.parse(needed(vector, "period"), zone)
    account = _account(vector)
    assessment = assess(policy, _exposure(vector, account, period, zone))
    currency = str(needed(account, "currency"))
    owed = amount(
        to_minor(needed(account, "fee"), currency),
        assessment.share,
        _basis(account, policy, period),
    )
    return Answer(assessment, period, show(owed, currency), currency)


def _expected(vector: Mapping[str, Any]) -> Mapping[str, Any]:
    expected = named(needed(vector, "expected"), "expected")
    if not expected:
        raise refusal("expected", "Give at least one figure to compare.")
    return expected


def _account(vector: Mapping[str, Any]) -> Mapping[str, Any]:
    account = known(
        needed(vector, "account"),
        "account",
        *("id", "currency", "fee", "fee_basis", "active_from", "active_to"),
    )
    exponent(str(needed(account, "currency")))
    return account


def _exposure(
    vector: Mapping[str, Any], account: Mapping[str, Any], period: Period, zone: ZoneInfo
) -> Exposure:
    return Exposure(
        period=period,
        active=_active(account, zone),
        outages=[
            _outage(interval, zone)
            for interval in rows(needed(vector, "intervals"), "intervals")
            if _hits(interval, account)
        ],
        as_of=instant(vector, "as_of", zone) if "as_of" in vector else None,
    )


def _active(account: Mapping[str, Any], zone: ZoneInfo) -> Span:
    begins = instant(account, "active_from", zone) if "active_from" in account else FOR_EVER.start
    ends = instant(account, "active_to", zone) if "active_to" in account else FOR_EVER.end
    if begins > ends:
        raise refusal("active_to", "The account leaves before it joins.")
    return Span(begins, ends)


def _hits(interval: object, account: Mapping[str, Any]) -> bool:
    fields = known(
        interval, "intervals", *("start", "end", "status", "component", "accounts", "source")
    )
    if "accounts" not in fields:
        return True
    return needed(account, "id") in rows(fields["accounts"], "accounts")


def _outage(interval: Mapping[str, Any], zone: ZoneInfo) -> Outage:
    still_on = needed(interval, "end") is None
    return Outage(
        start=instant(interval, "start", zone),
        end=None if still_on else instant(interval, "end", zone),
        status=str(interval.get("status", "major_outage")),
    )


def _basis(account: Mapping[str, Any], policy: Policy, period: Period) -> str:
    """The fee is the period's own; a yearly one, or months of service, need a month to refer to."""
    stated = str(account.get("fee_basis", "monthly"))
    if stated not in BASES:
        raise NotSupportedYet(f"fee_basis {stated}")
    if period.months != 1 and "fee_basis" in account:
        raise NotSupportedYet("fee_basis")
    if period.months != 1 and policy.months:
        raise NotSupportedYet("period")
    return BASES[stated]


def _same(expected: object, got: object, field: str) -> bool:
    if isinstance(got, Fraction):
        return decimal(expected, field) == got
    return type(expected) is type(got) and expected == got
