"""Finding an incident by the error text that somebody saw: bounded, and alike on any database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from django.db.models.functions import Substr

from incidents.core.likeness import ENOUGH, Phrase, Rarity, likeness
from incidents.core.notes import NoteKind, NoteState
from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Note, Page, Update

QUERY_LIMIT: Final = 500
MOST_INCIDENTS: Final = 500
MOST_TEXTS: Final = 300
READ_OF_EACH: Final = 2000
MOST_FOUND: Final = 10

# What is set apart as somebody's words: `so`, “so” or "so".
_QUOTED: Final = re.compile(r"`([^`\n]{4,200})`|“([^”\n]{4,200})”|\"([^\"\n]{4,200})\"")


class Known(NamedTuple):
    """A text by which an incident can be known again, and how much it counts."""

    incident: int
    text: str
    phrase: Phrase
    weight: float
    quoted: bool


@dataclass(frozen=True)
class Match:
    """An incident that may be what a reader saw, and the text by which it was found."""

    incident: Incident
    text: str
    likeness: float


def find(page: Page, query: str) -> list[Match]:
    """Return the public incidents of `page` that know this text, the likeliest first."""
    asked = Phrase.of(query[:QUERY_LIMIT])
    known, rarity = _known_on(page.public_id, page.version)
    best: dict[int, tuple[float, str]] = {}
    for each in known if asked.words else ():
        alike = likeness(asked, each.phrase, rarity, quoted=each.quoted)
        if alike >= ENOUGH and alike * each.weight > best.get(each.incident, (0.0, ""))[0]:
            best[each.incident] = alike * each.weight, each.text
    return _matches(page, best)


def _matches(page: Page, best: dict[int, tuple[float, str]]) -> list[Match]:
    found = page.incidents.visible_to(PUBLIC).filter(pk__in=best).select_related("page")
    matches = [Match(each, best[each.pk][1], best[each.pk][0]) for each in found]
    newest = sorted(matches, key=lambda match: match.incident.started_at, reverse=True)
    return sorted(newest, key=lambda match: match.likeness, reverse=True)[:MOST_FOUND]


@lru_cache(maxsize=4)
def _known_on(public_id: str, _version: int) -> tuple[tuple[Known, ...], Rarity]:
    """Read once a version of the page: searching again costs no query for this."""
    page = Page.objects.get(public_id=public_id)
    known = tuple(_texts(page))
    return known, Rarity(each.phrase for each in known)


def _texts(page: Page) -> Iterator[Known]:
    visible = page.incidents.visible_to(PUBLIC).order_by("-started_at", "-pk")[:MOST_INCIDENTS]
    titles = dict(visible.values_list("pk", "title"))
    for pk, title in titles.items():
        yield _known(pk, title, 0.9)
    yield from _of_notes(list(titles))
    yield from _of_updates(list(titles))


def _of_notes(incidents: list[int]) -> Iterator[Known]:
    notes = Note.objects.filter(incident__in=incidents, kind=NoteKind.SYMPTOM)
    standing = notes.exclude(state=NoteState.WITHDRAWN).order_by("-created_at", "-pk")
    rows = standing.values_list("incident", "headline", Substr("body", 1, READ_OF_EACH))
    for incident, headline, body in rows[:MOST_TEXTS]:
        yield _known(incident, headline, 1.0)
        yield from _quoted_in(incident, body, 1.0)
        yield _known(incident, headline, 0.8, also=body)


def _of_updates(incidents: list[int]) -> Iterator[Known]:
    updates = Update.objects.filter(incident__in=incidents, redacted_at=None)
    newest = updates.order_by("-posted_at", "-pk")
    rows = newest.values_list("incident", "headline", Substr("body", 1, READ_OF_EACH))
    for incident, headline, body in rows[:MOST_TEXTS]:
        yield from _quoted_in(incident, body, 0.95)
        yield _known(incident, headline or body[:120], 0.7, also=body)


def _quoted_in(incident: int, body: str, weight: float) -> Iterator[Known]:
    for found in _QUOTED.finditer(body):
        yield _known(incident, found[found.lastindex or 0], weight)


def _known(incident: int, text: str, weight: float, *, also: str = "") -> Known:
    phrase = Phrase.of(f"{text} {also}")
    return Known(incident, text, phrase, weight, quoted=not also)
