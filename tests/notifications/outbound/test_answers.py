"""What an answer asks for is heeded where it can be read, and breaks nothing where it cannot."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.outbound.answers import LONGEST, wait_asked
from notifications.outbound.results import Answer

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)


def asked(value: str) -> timedelta | None:
    return wait_asked(Answer(429, {"Retry-After": value}, b""), AT)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("Mon, 30 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("2026-11-30T12:02:00Z", timedelta(minutes=2)),
        (str(int(AT.timestamp()) + 30), timedelta(seconds=30)),
        ("-5", timedelta()),
        ("999999", LONGEST),
    ],
)
def test_a_wait_is_a_number_a_moment_or_a_date(value: str, wait: timedelta) -> None:
    assert asked(value) == wait


@pytest.mark.parametrize(
    "value", ["", "soon", "nan", "1e17", "1e308", "1e400", "-1e17", "9" * 5000]
)
def test_what_cannot_be_read_asks_for_nothing_that_breaks(value: str) -> None:
    assert asked(value) in {None, LONGEST, timedelta()}
