"""Reads other people's Statuspage-shaped pages, for components of ours that follow them."""

import json
import logging
from datetime import datetime
from typing import Any, Final

from incidents.core.levels import Level
from incidents.models import Mirror
from notifications.outbound.door import Door
from notifications.outbound.results import OutboundError

logger = logging.getLogger(__name__)

MOST_BYTES: Final = 2 * 1024 * 1024
OF_INDICATOR: Final[dict[str, Level]] = {
    "none": Level.OPERATIONAL,
    "minor": Level.DEGRADED_PERFORMANCE,
    "major": Level.PARTIAL_OUTAGE,
    "critical": Level.MAJOR_OUTAGE,
    "maintenance": Level.UNDER_MAINTENANCE,
}


class Unreadable(Exception):
    """What came back says nothing that can be shown; the sentence is for staff."""


def claim_due(*, at: datetime) -> list[int]:
    """Return the mirrors that are to be read now, each claimed by us alone."""
    return [mirror.pk for mirror in Mirror.objects.all() if mirror.claim(at=at)]


def read(number: int, *, at: datetime, door: Door | None = None) -> None:
    """Read what one mirror follows; a failure keeps the level, and is written down."""
    mirror = Mirror.objects.select_related("component__page").filter(pk=number).first()
    if mirror is None:
        return
    try:
        level = fetch(mirror, door or Door.of_settings())
    except Unreadable as problem:
        logger.info("The mirror %s cannot be read: %s", mirror.public_id, problem)
        mirror.failed(str(problem), at=at)
    else:
        mirror.saw(level, at=at)


def fetch(mirror: Mirror, door: Door) -> Level:
    """Ask once. Raises Unreadable for whatever is no summary of a page."""
    try:
        answer = door.get(mirror.url, limit=MOST_BYTES)
    except OutboundError as problem:
        raise Unreadable(f"No answer: {problem}") from problem
    if answer.status != 200:
        raise Unreadable(f"It answered {answer.status}; redirects are not followed.")
    if len(answer.body) >= MOST_BYTES:
        raise Unreadable("It answered more than 2 MB.")
    return level_of(_parsed(answer.body), mirror.remote_component)


def level_of(summary: Any, wanted: str) -> Level:
    """The level of one of their components, by id or name, or of their page."""
    if not isinstance(summary, dict):
        raise Unreadable("It answered no Statuspage summary.")
    if not wanted:
        status = summary.get("status")
        word = status.get("indicator") if isinstance(status, dict) else None
        return _known(OF_INDICATOR, word)
    rows = summary.get("components")
    found = [
        row
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and _is_named(row, wanted)
    ]
    if not found:
        raise Unreadable(f"It names no component “{wanted}”.")
    return _known({level: Level(level) for level in Level.values}, found[0].get("status"))


def _is_named(row: dict[str, Any], wanted: str) -> bool:
    return row.get("id") == wanted or str(row.get("name", "")).strip().lower() == wanted.lower()


def _known(words: dict[str, Level], word: object) -> Level:
    if not isinstance(word, str) or word not in words:
        raise Unreadable(f"It is in a state that is not known: {str(word)[:40]!r}.")
    return words[word]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("It answered something that is no JSON.") from problem
