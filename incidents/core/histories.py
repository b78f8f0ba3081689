"""Whole histories as people paste them: updates and impact in plain lines, each with its time."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from incidents.core import checks
from incidents.core.instants import parse_instant

_HEAD: Final = re.compile(r"\[(?P<time>[^\[\]]+)\]\s*(?P<status>\w+)\s*(?:\|\s*(?P<headline>.*))?")
_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class SaidThen:
    """One update of a history: what was said, and when."""

    said_at: datetime
    status: str
    body: str
    headline: str = ""


@dataclass(frozen=True, slots=True)
class DownThen:
    """One stretch of a history in which a component, by its name, was at a level."""

    component: str
    level: str
    start: datetime
    end: datetime


def read_updates(text: str, zone: ZoneInfo, *, field: str = "updates") -> list[SaidThen]:
    """Return the updates of a pasted history.

    Each begins with a line like `[2026-03-02 12:00 UTC] investigating | Headline`; a time without
    a zone is read in `zone`. Raises ValidationError on `field`, naming the line.
    """
    found: list[SaidThen] = []
    body: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := _HEAD.fullmatch(line.strip()):
            found, body = _with_body(found, body), []
            said_at = _instant(match["time"], zone, field, number)
            found.append(SaidThen(said_at, match["status"], "", (match["headline"] or "").strip()))
        elif found or not line.strip():
            body.append(line)
        else:
            raise checks.refusal(
                field,
                f"Line {number}: begin with a line like [2026-03-02 12:00 UTC] investigating.",
            )
    return _with_body(found, body)


def read_windows(text: str, zone: ZoneInfo, *, field: str = "windows") -> list[DownThen]:
    """Return the stretches of a pasted history: `component | level | from | until` a line."""
    return [
        _window(line, zone, field, number)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]


def _with_body(found: list[SaidThen], body: list[str]) -> list[SaidThen]:
    if not found:
        return found
    *before, last = found
    text = "\n".join(body).strip()
    return [*before, SaidThen(last.said_at, last.status, text, last.headline)]


def _window(line: str, zone: ZoneInfo, field: str, number: int) -> DownThen:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != _PARTS:
        raise checks.refusal(
            field, f"Line {number}: write “component | level | from | until”, with | between them."
        )
    component, level, start, end = parts
    start_at, end_at = (_instant(each, zone, field, number) for each in (start, end))
    return DownThen(component, level, start_at, end_at)


def _instant(text: str, zone: ZoneInfo, field: str, number: int) -> datetime:
    try:
        return parse_instant(text, field=field, zone=zone)
    except ValidationError as error:
        raise checks.refusal(field, f"Line {number}: {' '.join(error.messages)}") from error
