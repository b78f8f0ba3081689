"""Reading and spelling times."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from incidents.core.instants import between, parse_instant, relative_words, spell

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "text",
    [
        "2012-12-13T12:46-05:00",
        "2012-12-13 12:46 EST",
        "2012-12-13 12:46:00 EST -0500",
        "2012-12-13 12:46 EST (-0500 GMT)",
        "2012-12-13T17:46Z",
        "2012-12-13T17:46:00+00:00",
    ],
)
def test_an_explicit_zone_is_understood_however_it_is_written(text: str) -> None:
    assert parse_instant(text) == datetime(2012, 12, 13, 17, 46, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2012-12-13 12:46", "does not say its time zone"),
        ("2012-12-13 12:46 EST (-0400 GMT)", "contradicts itself: EST is -05:00"),
        ("2012-12-13 12:46 EST -0400", "contradicts itself"),
        ("2012-12-13 12:46 XYZ", "is not known"),
        ("2012-12-32T12:46Z", "is not on the calendar"),
        ("2012-12-13T12:46+99:00", "is on no clock"),
        ("noon", "is not a time that can be read"),
        ("", "is not a time that can be read"),
    ],
)
def test_a_time_that_is_naive_contradictory_or_nonsense_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_instant(text, field="happened_at")
    (message,) = refused.value.message_dict["happened_at"]
    assert why in message
    assert "2026-03-02T12:00-05:00" in message, "the way out is shown"


def test_a_form_may_give_the_zone_beside_the_time() -> None:
    instant = parse_instant("2026-03-02T07:00", zone=NEW_YORK)
    assert instant == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_a_local_time_that_the_clock_skips_is_refused() -> None:
    with pytest.raises(ValidationError, match="skips 2026-03-08 02:30"):
        parse_instant("2026-03-08T02:30", zone=NEW_YORK)


def test_a_local_time_that_the_clock_shows_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="shows 2026-11-01 01:30 twice"):
        parse_instant("2026-11-01T01:30", zone=NEW_YORK)


def test_words_that_mean_another_day_to_a_later_reader_are_found() -> None:
    assert relative_words("Fixed tonight, or tomorrow at the latest") == ["tonight", "tomorrow"]


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=19, minutes=27), "19 h 27 min"),
        (timedelta(minutes=10), "10 min"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(hours=45, minutes=14), "45 h 14 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(0), "0 s"),
    ],
)
def test_a_length_of_time_is_spelt_as_people_say_it(length: timedelta, words: str) -> None:
    assert spell(length) == words


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        ("15:08:50", "15:15:20", "7 min"),
        ("15:08:10", "15:15:50", "7 min"),
        ("15:08:50", "15:09:20", "30 s"),
        ("15:08:01", "15:09:59", "1 min"),
    ],
)
def test_a_length_agrees_with_clocks_that_show_no_seconds(
    start: str, end: str, length: str
) -> None:
    day = "2026-03-02T"
    begins, ends = (parse_instant(f"{day}{each}Z") for each in (start, end))
    assert spell(between(begins, ends)) == length
