"""What an answer from outside asks for: how long to wait, and what it says went wrong."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from notifications.outbound.results import Answer

LONGEST: Final = timedelta(hours=24)
WAITS: Final = ("retry-after", "x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")
LONG_AGO: Final = 1_000_000_000


def is_good(answer: Answer) -> bool:
    """Whether the other side took what was sent."""
    return 200 <= answer.status < 300


def json_of(answer: Answer) -> dict[str, Any]:
    """The object that an answer holds; an empty one if it holds anything else."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def wait_asked(answer: Answer, at: datetime) -> timedelta | None:
    """How long the other side asks us to wait: `Retry-After`, or when its limit is reset."""
    named = {name.lower(): value for name, value in answer.headers.items()}
    for name in WAITS:
        if name in named and (wait := _read(named[name].strip(), at)) is not None:
            return min(max(wait, timedelta()), LONGEST)
    return None


def _read(value: str, at: datetime) -> timedelta | None:
    for form in _FORMS:
        with suppress(ValueError, OverflowError, TypeError, OSError):
            return form(value, at)
    return None


def _seconds(value: str, at: datetime) -> timedelta:
    """A number of seconds, or a moment on the clock of Unix."""
    number = float(value)
    if number > LONG_AGO:
        return datetime.fromtimestamp(number, UTC) - at
    return timedelta(seconds=number)


def _moment(value: str, at: datetime) -> timedelta:
    return _aware(datetime.fromisoformat(value)) - at


def _date(value: str, at: datetime) -> timedelta:
    return _aware(parsedate_to_datetime(value)) - at


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=moment.tzinfo or UTC)


_FORMS: Final[tuple[Callable[[str, datetime], timedelta], ...]] = (_seconds, _moment, _date)


def first_words(found: Mapping[str, Any], *names: str) -> str:
    """What of these names holds words, in one line."""
    said = [found[name] for name in names if isinstance(found.get(name), str) and found[name]]
    return " ".join(" ".join(said).split())[:200]
