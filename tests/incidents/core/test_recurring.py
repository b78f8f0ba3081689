"""Recurrence rules, beside a second implementation, and what cannot be planned by one."""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule  # type: ignore[import-untyped]
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as some

from incidents.core.recurring import YEARS, Rule

UTC_ZONE = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def refused(text: str, first: datetime = TUESDAY) -> tuple[str, str]:
    """The field and the message that a rule is refused with."""
    with pytest.raises(ValidationError) as caught:
        Rule.parse(text).starts(first, UTC_ZONE)
    ((field, (message,)),) = caught.value.message_dict.items()
    return field, message


@some.composite
def rules(draw: some.DrawFn) -> str:
    """Rules of every frequency, with whatever narrows them."""
    frequency = draw(some.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(some.integers(1, 5))}"]
    if draw(some.booleans()):
        days = draw(some.lists(some.sampled_from(DAYS), min_size=1, max_size=3, unique=True))
        if frequency in {"MONTHLY", "YEARLY"} and draw(some.booleans()):
            days = [f"{draw(some.sampled_from([1, 2, 4, -1, -2]))}{day}" for day in days]
        parts.append(f"BYDAY={','.join(days)}")
    if frequency != "WEEKLY" and draw(some.booleans()):
        parts.append(f"BYMONTHDAY={draw(some.sampled_from([1, 13, 28, 31, -1, -3]))}")
    if draw(some.booleans()):
        parts.append(f"BYMONTH={draw(some.sampled_from(['2', '3,9', '1,2,3,4,5,6,7,8', '12']))}")
    if len(parts) > 2 and frequency in {"MONTHLY", "YEARLY"} and draw(some.booleans()):
        parts.append(f"BYSETPOS={draw(some.sampled_from([1, 2, -1]))}")
    parts.append(f"WKST={draw(some.sampled_from(['MO', 'SU']))}")
    return ";".join(parts)


@given(text=rules(), first=some.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)))
def test_it_gives_the_dates_that_another_implementation_gives(text: str, first: datetime) -> None:
    begins = next(Rule.parse(f"{text};COUNT=1").dates(first.date()), None)
    assume(begins)
    assert begins
    naive = datetime.combine(begins, first.time())
    ends = naive + timedelta(days=450)
    ours = Rule.parse(f"{text};UNTIL={ends:%Y%m%d}").starts(naive.replace(tzinfo=UTC), UTC_ZONE)
    whole = ends.replace(hour=23, minute=59, second=59)
    theirs = rrule.rrulestr(text, dtstart=naive).replace(until=whole)
    assert [each.replace(tzinfo=None, microsecond=0) for each in ours] == list(theirs)


def test_a_local_time_stays_as_it_is_when_the_clocks_change() -> None:
    first = datetime(2026, 3, 24, 21, 0, tzinfo=UTC)  # 22:00 in Berlin, winter time
    starts = Rule.parse("FREQ=WEEKLY;COUNT=2").starts(first, BERLIN)
    assert [f"{each.astimezone(BERLIN):%H:%M %Z}" for each in starts] == ["22:00 CET", "22:00 CEST"]


def test_an_hour_that_a_clock_change_skips_is_read_with_the_offset_before_it() -> None:
    first = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)  # 02:30 in Berlin; the 29th has no 02:30
    starts = Rule.parse("FREQ=DAILY;COUNT=3").starts(first, BERLIN)
    assert [f"{each.astimezone(BERLIN):%d %H:%M}" for each in starts] == [
        "28 02:30", "29 03:30", "30 02:30",
    ]  # fmt: skip


def test_an_hour_that_comes_twice_is_the_first_of_both() -> None:
    first = datetime(2026, 10, 24, 0, 30, tzinfo=UTC)  # 02:30 in Berlin; the 25th has two
    starts = Rule.parse("FREQ=DAILY;COUNT=2").starts(first, BERLIN)
    assert [f"{each.astimezone(BERLIN):%H:%M %Z}" for each in starts] == ["02:30 CEST"] * 2


def test_until_holds_the_day_or_the_instant_that_it_names() -> None:
    assert len(Rule.parse("FREQ=DAILY;UNTIL=20260305").starts(TUESDAY, UTC_ZONE)) == 3
    until = "FREQ=DAILY;UNTIL=20260305T022959Z"
    assert len(Rule.parse(until).starts(TUESDAY, UTC_ZONE)) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FREQ=WEEKLY", "Say when it ends"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20260401", "either COUNT"),
        ("FREQ=SECONDLY;COUNT=3", "FREQ must be one of DAILY"),
        ("FREQ=HOURLY;COUNT=3", "FREQ must be one of DAILY"),
        ("FREQ=DAILY;BYSECOND=1;COUNT=3", "the time of day is that of the start"),
        ("FREQ=DAILY;COUNT=501", "from 1 to 500"),
        ("FREQ=DAILY;COUNT=0", "from 1 to 500"),
        ("FREQ=DAILY;COUNT=٣", "from 1 to 500"),
        ("FREQ=DAILY;UNTIL=20280101", "At most 500 dates"),
        ("FREQ=YEARLY;COUNT=9", "Within 5 years only 6"),
        ("FREQ=WEEKLY;UNTIL=20360101", "over 5 years ahead"),
        ("FREQ=WEEKLY;UNTIL=20261341", "UNTIL must be a day"),
        ("FREQ=WEEKLY;UNTIL=soon", "UNTIL must be a day"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=2", "BYDAY lists days"),
        ("FREQ=WEEKLY;BYDAY=2TU;COUNT=2", "needs FREQ=MONTHLY"),
        ("FREQ=WEEKLY;BYMONTHDAY=2;COUNT=2", "does not go with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32;COUNT=2", "from -31 to 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=2", "counts from 1"),
        ("FREQ=DAILY;WKST=XX;COUNT=2", "WKST must be one of"),
        ("FREQ=DAILY;FREQ=DAILY;COUNT=2", "Say FREQ once"),
        ("EVERY=DAY", "“EVERY” is none of FREQ"),
        ("", "“” is none of FREQ"),
        ("FREQ=DAILY;COUNT=" + "9" * 300, "At most 255 characters"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_name(text: str, message: str) -> None:
    field, said = refused(text)
    assert (field, message in said) == ("rule", True), said


def test_the_first_date_must_be_one_of_the_rule() -> None:
    field, said = refused("FREQ=WEEKLY;BYDAY=WE;COUNT=2")
    assert field == "first_start"
    assert "Tuesday, 2026-03-03 02:30 is not a day of this rule" in said


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
        "FREQ=MONTHLY;BYSETPOS=366;BYDAY=MO;COUNT=2",
        "FREQ=DAILY;INTERVAL=999;BYDAY=MO;BYMONTH=2;COUNT=500",
    ],
)
def test_a_rule_without_dates_is_found_out_at_once(text: str) -> None:
    began = perf_counter()
    assert refused(text)[0] == "first_start"
    assert perf_counter() - began < 1


def test_no_date_lies_further_ahead_than_five_years() -> None:
    starts = Rule.parse("FREQ=YEARLY;COUNT=6").starts(TUESDAY, UTC_ZONE)
    assert starts[-1].year == TUESDAY.year + YEARS
