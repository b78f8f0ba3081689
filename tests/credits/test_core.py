"""The arithmetic itself, held against what must be true of any input."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from credits.core.amounts import amount, in_words
from credits.core.assessment import NOT_LISTED, Exposure, LeftOut, Outage, Reason, assess, spell
from credits.core.evidence import evidence, reproduce, tz_data_version
from credits.core.periods import Period, add_months
from credits.core.policies import Policy, spell_months
from customers.core.exact import NotSupportedYet, decimal, half_even, truncated
from customers.core.money import exponent, show, to_minor
from incidents.core.intervals import Span
from incidents.core.levels import Level
from tests.credits.conftest import SIX_MONTHS, TIERS

EPOCH = datetime(2024, 3, 1, tzinfo=UTC)
EVER = Span(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
MARCH = Period.month("2024-03", ZoneInfo("UTC"))
APRIL = Period.month("2024-04", ZoneInfo("UTC"))
ONE = {"kind": "multiplier", "multiplier": "1"}
minutes = st.integers(0, 61 * 24 * 60)
spans = st.tuples(minutes, minutes).map(sorted)
outages = st.lists(
    st.builds(
        lambda ends, level: Outage(
            EPOCH + timedelta(minutes=ends[0]), EPOCH + timedelta(minutes=ends[1]), level
        ),
        spans,
        st.sampled_from(Level.values),
    ),
    max_size=12,
)


def hurt(period: Period, trouble: list[Outage], **more: Any) -> Exposure:
    return Exposure(period, more.pop("active", EVER), trouble, **more)


@given(outages)
def test_neighbouring_periods_partition_an_outage_exactly(trouble: list[Outage]) -> None:
    both = Period("both", Span(MARCH.span.start, APRIL.span.end), None)
    policy = Policy.parse(ONE)
    march, april, whole = (
        assess(policy, hurt(period, trouble)).downtime for period in (MARCH, APRIL, both)
    )
    assert march + april == whole


@given(outages, st.integers())
def test_the_order_of_outages_does_not_matter(trouble: list[Outage], seed: int) -> None:
    policy = Policy.parse({**TIERS, "weights": {"partial_outage": "0.3"}})
    shuffled = list(trouble)
    Random(seed).shuffle(shuffled)
    assert assess(policy, hurt(MARCH, trouble)) == assess(policy, hurt(MARCH, shuffled))


@given(outages, outages)
def test_more_trouble_is_never_worth_less(some: list[Outage], more: list[Outage]) -> None:
    policy = Policy.parse({**TIERS, "weights": {"partial_outage": "0.3"}})
    first = assess(policy, hurt(MARCH, some))
    second = assess(policy, hurt(MARCH, some + more))
    assert 0 <= first.downtime <= second.downtime <= MARCH.seconds
    assert first.share <= second.share


@given(outages)
def test_weighted_downtime_is_the_worst_weight_at_each_minute(trouble: list[Outage]) -> None:
    policy = Policy.parse({**ONE, "weights": {"partial_outage": "0.3"}})
    minutes_down = [Fraction(0)] * (31 * 24 * 60)
    for outage in trouble:
        assert outage.end is not None
        first = (outage.start - EPOCH) // timedelta(minutes=1)
        last = min((outage.end - EPOCH) // timedelta(minutes=1), len(minutes_down))
        for minute in range(first, last):
            minutes_down[minute] = max(minutes_down[minute], policy.weights[outage.status])
    assert assess(policy, hurt(MARCH, trouble)).downtime == 60 * sum(minutes_down)


@given(st.integers(0, 10**15), st.fractions(0, 10, max_denominator=10**7))
def test_rounding_is_half_even_and_happens_once(fee: int, share: Fraction) -> None:
    with localcontext(prec=80):
        exact = Decimal(fee * share.numerator) / Decimal(share.denominator)
        nearest = int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))
    assert amount(fee, share, "month") == nearest


@pytest.mark.parametrize(("number", "nearest"), [("0.5", 0), ("1.5", 2), ("2.5", 2), ("2.51", 3)])
def test_an_exact_half_goes_to_the_even_neighbour(number: str, nearest: int) -> None:
    assert half_even(decimal(number, "n")) == nearest


def test_uptime_is_truncated_for_display_and_never_rounded_up_to_the_commitment() -> None:
    assert truncated(Fraction("99.8999999"), 4) == "99.8999"


def test_a_yearly_fee_is_divided_once_at_the_end() -> None:
    share = assess(Policy.parse(SIX_MONTHS), hurt(MARCH, [])).share
    assert amount(4995, share, "year") == 2498


@pytest.mark.parametrize(
    ("zone", "month", "hours"),
    [
        ("America/New_York", "2024-03", 743),
        ("America/New_York", "2024-11", 721),
        ("UTC", "2024-02", 696),
        ("America/Asuncion", "2017-10", 743),
    ],
)
def test_a_month_has_the_hours_of_its_zone(zone: str, month: str, hours: int) -> None:
    assert Period.month(month, ZoneInfo(zone)).seconds == hours * 3600


@given(st.integers(1990, 2037), st.integers(1, 12), st.sampled_from(["UTC", "Europe/London"]))
def test_a_month_ends_where_the_next_one_begins(year: int, month: int, zone: str) -> None:
    following = (year + month // 12, month % 12 + 1)
    first = Period.month(f"{year}-{month:02d}", ZoneInfo(zone))
    second = Period.month("{}-{:02d}".format(*following), ZoneInfo(zone))
    assert first.span.end == second.span.start


@pytest.mark.parametrize(
    "tiers",
    [
        [],
        "tiers",
        [{"below": "99", "credit_pct": "10"}, {"below": "99.9", "credit_pct": "25"}],
        [{"below": "99", "credit_pct": "10"}, {"below": "99", "credit_pct": "25"}],
        [{"below": "99.9", "credit_pct": "25"}, {"below": "99", "credit_pct": "10"}],
        [{"below": "101", "credit_pct": "10"}],
        [{"below": "0", "credit_pct": "10"}],
        [{"below": "99.9", "credit_pct": "0"}],
        [{"below": "99.9", "credit_pct": "101"}],
        [{"below": 99.9, "credit_pct": "10"}],
        [{"below": "99.9", "credit_pct": True}],
        [{"below": "99.9", "credit_pct": "10", "above": "99"}, {"below": "99", "credit_pct": "25"}],
        [
            {"below": "99.9", "at_least": "99.5", "credit_pct": "10"},
            {"below": "99", "credit_pct": "25"},
        ],
    ],
)
def test_a_tier_table_with_a_hole_or_out_of_order_is_refused(tiers: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Policy.parse({"kind": "tiered", "tiers": tiers})
    assert list(refused.value.message_dict) == ["tiers"]


def test_a_table_that_states_its_lower_ends_without_a_hole_is_understood() -> None:
    stated = [
        {"below": "99.9", "at_least": "99.0", "credit_pct": "10"},
        {"below": "99", "at_least": "0", "credit_pct": "25"},
    ]
    award = Policy.parse({"kind": "tiered", "tiers": stated}).award(Fraction(99))
    assert award.share == Fraction(1, 10)


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("policy", []),
        ("kind", {}),
        ("kind", {"kind": "days"}),
        ("multiplier", {"kind": "multiplier", "multiplier": "0"}),
        ("multiplier", {"kind": "multiplier"}),
        ("trigger_below", {**ONE, "trigger_below": "100.1"}),
        ("cap_pct", {**ONE, "cap_pct": "-1"}),
        ("weights", {**ONE, "weights": {"partial_outage": "1.1"}}),
        ("weights", {**ONE, "weights": []}),
        ("on_fire", {**ONE, "weights": {"on_fire": "1"}}),
        ("months", {"kind": "flat_months", "months": "1.5"}),
        ("months", {"kind": "flat_months", "months": 0}),
        ("cap_pct", {**SIX_MONTHS, "cap_pct": "100"}),
        ("rounding", {**TIERS, "rounding": "half_up"}),
    ],
)
def test_a_policy_that_is_not_understood_names_its_field(field: str, body: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Policy.parse(body)
    assert list(refused.value.message_dict) == [field]


def test_what_is_not_supported_says_so() -> None:
    with pytest.raises(NotSupportedYet, match="not supported yet: rounding"):
        Policy.parse({**TIERS, "rounding": "half_up"})


DAY_OUT = Outage(EPOCH, EPOCH + timedelta(days=1), Level.MAJOR_OUTAGE)
UPKEEP = Outage(EPOCH, EPOCH + timedelta(days=1), Level.UNDER_MAINTENANCE)
BEFORE = Span(EPOCH - timedelta(days=9), EPOCH)


@pytest.mark.parametrize(
    ("reason", "policy", "exposure"),
    [
        (Reason.ABOVE_COMMITMENT, TIERS, hurt(MARCH, [])),
        (Reason.NOT_ACTIVE, TIERS, hurt(MARCH, [DAY_OUT], active=BEFORE)),
        (Reason.NOT_ACTIVE, SIX_MONTHS, hurt(MARCH, [DAY_OUT], active=BEFORE)),
        (Reason.CAP_REACHED, {**ONE, "cap_pct": "0"}, hurt(MARCH, [DAY_OUT])),
        (Reason.EXCLUDED_MAINTENANCE, TIERS, hurt(MARCH, [UPKEEP])),
        (Reason.NOT_COVERED, TIERS, hurt(MARCH, [], left_out=[LeftOut("w", "not covered")])),
        (Reason.NOT_AFFECTED, TIERS, hurt(MARCH, [], left_out=[LeftOut("w", NOT_LISTED)])),
        (None, TIERS, hurt(MARCH, [DAY_OUT])),
    ],
)
def test_every_zero_has_a_reason(
    reason: Reason | None, policy: dict[str, Any], exposure: Exposure
) -> None:
    assessment = assess(Policy.parse(policy), exposure)
    assert assessment.reason == reason
    assert bool(assessment.share) == (reason is None)


def test_an_outage_inside_a_maintenance_counts() -> None:
    inside = Outage(EPOCH, EPOCH + timedelta(hours=2), Level.PARTIAL_OUTAGE)
    assert assess(Policy.parse(ONE), hurt(MARCH, [UPKEEP, inside])).downtime == 7200


def test_what_is_still_going_on_counts_so_far_and_is_provisional() -> None:
    going_on = Outage(EPOCH, None, Level.MAJOR_OUTAGE)
    so_far = assess(Policy.parse(ONE), hurt(MARCH, [going_on], as_of=EPOCH + timedelta(hours=3)))
    assert (so_far.downtime, so_far.provisional) == (Fraction(3 * 3600), True)
    with pytest.raises(ValidationError, match="as of when"):
        assess(Policy.parse(ONE), hurt(MARCH, [going_on]))


def test_trouble_after_the_period_makes_nothing_provisional() -> None:
    later = Outage(APRIL.span.start, None, Level.MAJOR_OUTAGE)
    as_of = APRIL.span.end
    assert not assess(Policy.parse(ONE), hurt(MARCH, [later], as_of=as_of)).provisional


@given(outages, st.sampled_from([TIERS, ONE, SIX_MONTHS]))
def test_evidence_can_be_worked_out_again_byte_for_byte(
    trouble: list[Outage], body: dict[str, Any]
) -> None:
    exposure = hurt(MARCH, trouble, left_out=[LeftOut("w", "why")], as_of=EPOCH)
    text = evidence(body | {"id": "p", "version": 3}, exposure, tz_data_version())
    assert reproduce(text) == text


def test_the_formula_reads_as_people_would_say_it() -> None:
    outage = Outage(EPOCH, EPOCH + timedelta(hours=19, minutes=27), Level.MAJOR_OUTAGE)
    words = assess(Policy.parse(TIERS), hurt(MARCH, [outage])).words
    assert in_words(words, 1000, "month", 250, "USD") == (
        "19 h 27 min of 744 h = 97.3857 %; below 99 % -> 25 % of 10.00 = 2.50 USD"
    )
    assert in_words("x", 1200, "year", 100, "USD") == "x of 12.00 / 12 = 1.00 USD"
    assert in_words("y", 1200, "year", 0, "USD") == "y -> 0.00 USD"


@pytest.mark.parametrize(
    ("length", "text"),
    [("0", "0 s"), ("59", "59 s"), ("2592", "43 min 12 s"), ("3600", "1 h"), ("2.1", "2.1 s")],
)
def test_lengths_are_spelt_to_the_second(length: str, text: str) -> None:
    assert spell(Fraction(length)) == text


@pytest.mark.parametrize(
    ("currency", "decimals", "minor", "text"),
    [
        ("USD", 2, 5, "0.05"),
        ("JPY", 0, 261, "261"),
        ("KWD", 3, 1234, "1.234"),
        ("USD", 2, -5, "-0.05"),
    ],
)
def test_a_currency_has_its_own_decimals(
    currency: str, decimals: int, minor: int, text: str
) -> None:
    assert (exponent(currency), show(minor, currency)) == (decimals, text)


@given(st.integers(0, 10**15 - 1), st.sampled_from(["USD", "JPY", "KWD", "CLF"]))
def test_money_reads_back_as_it_was_shown(minor: int, currency: str) -> None:
    assert to_minor(show(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2012, 12, 31), 6, date(2013, 6, 30)),
        (date(2012, 8, 31), 6, date(2013, 2, 28)),
        (date(2013, 1, 15), 12, date(2014, 1, 15)),
    ],
)
def test_months_are_added_by_the_calendar(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("months", "text"), [(1, "one month"), (6, "six months"), (18, "18 months")]
)
def test_short_numbers_of_months_are_spelt(months: int, text: str) -> None:
    assert spell_months(months) == text
