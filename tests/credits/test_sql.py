"""The figures of the database are those of exact fractions, on every fee and every share."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from credits import computing
from credits.computing import minor_units
from credits.core.amounts import amount, per_fee
from credits.models import CreditRun, SlaPolicy
from customers.models import Contract
from incidents.models import Incident, Page
from people.actors import Actor
from tests.credits.conftest import LATER, Customers

FEES = 10**10
fees = st.integers(0, FEES)
shares = st.fractions(0, 10, max_denominator=10**7)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(fees, shares, st.sampled_from(["month", "year"]))
@example(5, Fraction(1, 10), "month")
@example(15, Fraction(1, 10), "month")
@example(25, Fraction(1, 10), "month")
def test_the_database_rounds_as_fractions_do(
    customers: Customers, fee: int, share: Fraction, interval: str
) -> None:
    contract = Contract.objects.first() or customers.join("a")
    row = Contract.objects.filter(pk=contract.pk)
    row.update(fee_minor=fee)
    owed = row.annotate(owed=minor_units(per_fee(share, interval))).values_list("owed", flat=True)
    assert owed.get() == amount(fee, share, interval)


@pytest.mark.parametrize("ceiling", [computing.LARGEST, 0])
def test_the_way_around_64_bits_writes_the_same_lines(
    customers: Customers, outage: Incident, page: Page, by: Actor,
    monkeypatch: pytest.MonkeyPatch, ceiling: int,
) -> None:  # fmt: skip
    body = {"kind": "multiplier", "multiplier": "1"}
    policy = SlaPolicy.write(page, "1x", body, by=by, at=LATER)
    for number, interval in enumerate(["month", "year", "month"]):
        customers.join(f"a{number}", fee=f"{number}33.33", interval=interval)
    customers.join("free", fee="0.00")
    monkeypatch.setattr(computing, "FITS", ceiling)
    run = CreditRun.draft(page, policy, "2012-12", by=by, at=LATER)
    run.compute(by=by, at=LATER)
    assert {
        line.account.external_id: (line.amount_minor, line.reason) for line in run.lines.all()
    } == {"a0": (87, ""), "a1": (29, ""), "a2": (610, ""), "free": (0, "below_minimum")}


def test_a_fee_near_the_limit_of_64_bits_is_exact(
    customers: Customers, outage: Incident, page: Page, by: Actor
) -> None:
    body = {"kind": "multiplier", "multiplier": "1"}
    policy = SlaPolicy.write(page, "1x", body, by=by, at=LATER)
    contract = customers.join("a", fee="999999999999999.99")
    run = CreditRun.draft(page, policy, "2012-12", by=by, at=LATER)
    run.compute(by=by, at=LATER)
    assert run.lines.get().amount_minor == amount(
        contract.fee_minor, Fraction(1167, 44640), "month"
    )


def test_a_thousand_accounts_cost_no_more_queries_than_one(
    customers: Customers, outage: Incident, tiers: SlaPolicy, page: Page, by: Actor,
) -> None:  # fmt: skip
    first = customers.join("a")
    run = CreditRun.draft(page, tiers, "2012-12", by=by, at=LATER)
    run.compute(by=by, at=LATER)
    few = _queries_of(run, by)
    _many(first, 1000)
    assert _queries_of(run, by) == few
    assert run.totals().shown == {"USD": "2502.50"}


def _queries_of(run: CreditRun, by: Actor) -> int:
    with connection.execute_wrapper(counter := _Counter()):
        run.compute(by=by, at=LATER)
    return counter.count


class _Counter:
    count = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        self.count += 1
        return execute(sql, params, many, context)


def _many(first: Contract, number: int) -> None:
    accounts = type(first.account).objects.bulk_create(
        type(first.account)(
            page=first.account.page, external_id=f"b{n}", name="B", created_at=LATER
        )
        for n in range(number)
    )
    Contract.objects.bulk_create(
        Contract(
            account=account,
            plan=first.plan,
            valid_from=datetime.combine(date(2012, 1, 1), datetime.min.time(), UTC),
            fee_minor=1000,
            currency="USD",
            created_at=LATER,
        )
        for account in accounts
    )
