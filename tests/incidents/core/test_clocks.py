"""Instants in words: each language in its own order, with its own months."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from incidents.core import clocks

THEN = datetime(2012, 12, 13, 17, 46, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "13 Dec 2012, 12:46 EST"),
        ("de", "13. Dez. 2012, 12:46 EST"),
        ("fr", "13 déc. 2012, 12:46 EST"),
        ("es", "13 dic 2012, 12:46 EST"),
        ("it", "13 dic 2012, 12:46 EST"),
        ("nl", "13 dec 2012, 12:46 EST"),
        ("pt-br", "13 dez 2012, 12:46 EST"),
        ("ja", "2012年12月13日 12:46 EST"),
        ("ar", "13 ديسمبر 2012، 12:46 EST"),
    ],
)
def test_a_moment_is_said_as_its_language_does(language: str, said: str) -> None:
    with translation.override(language):
        assert clocks.moment(THEN, NEW_YORK) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "2012-12-13 12:46 EST"),
        ("Asia/Dubai", "2012-12-13 21:46 UTC+04:00"),
        ("UTC", "2012-12-13 17:46 UTC"),
    ],
)
def test_a_minute_is_named_on_the_clock_of_whoever_acts(zone: str, said: str) -> None:
    with timezone.override(zone):
        assert clocks.minute(THEN) == said


def test_a_minute_is_named_in_utc_for_whoever_has_no_clock() -> None:
    assert clocks.minute(THEN.astimezone(NEW_YORK)) == "2012-12-13 17:46 UTC"


def test_the_last_minute_of_the_calendar_has_a_name_east_of_utc_too() -> None:
    with timezone.override("Asia/Tokyo"):
        last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
        assert clocks.minute(last) == "9999-12-31 23:59 UTC"


def test_the_year_is_left_out_where_it_goes_without_saying() -> None:
    with translation.override("de"):
        assert clocks.moment(THEN, NEW_YORK, seen_from=THEN) == "13. Dez., 12:46 EST"
    assert clocks.moment(THEN, NEW_YORK, seen_from=THEN) == "13 Dec, 12:46 EST"


@pytest.mark.parametrize(
    ("zone", "name"),
    [("America/New_York", "EST"), ("Asia/Riyadh", "UTC+03:00"), ("UTC", "UTC")],
)
def test_a_zone_without_an_abbreviation_is_named_by_its_offset(zone: str, name: str) -> None:
    assert clocks.zone_name(THEN.astimezone(ZoneInfo(zone))) == name
