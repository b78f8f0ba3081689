"""Finding an incident by the error text that somebody saw: bounded, and alike on any database."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
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
    """A text by which an incident (its public id) can be known again, and how much it counts."""

    incident: str
    text: str
    also: str
    weight: float

    @property
    def is_quoted(self) -> bool:
        """Whether the text stands for itself, without what was written around it."""
        return not self.also


class Found(NamedTuple):
    """An incident that knows what was asked, by which of its texts, and how much alike they are."""

    incident: str
    text: str
    likeness: float


@dataclass(frozen=True)
class Match:
    """An incident that may be what a reader saw, and the text by which it was found."""

    incident: Incident
    text: str
    likeness: float


@dataclass(frozen=True)
class Texts:
    """Everything by which the incidents of a page can be known again; asks no database."""

    known: tuple[Known, ...]

    @cached_property
    def _phrases(self) -> list[tuple[Known, Phrase]]:
        return [(each, Phrase.of(f"{each.text} {each.also}")) for each in self.known]

    @cached_property
    def _rarity(self) -> Rarity:
        return Rarity(phrase for _known, phrase in self._phrases)

    def find(self, query: str) -> list[Found]:
        """Return the incidents that know this text, the likeliest first, the newer first."""
        asked = Phrase.of(query[:QUERY_LIMIT])
        best: dict[str, Found] = {}
        for each, phrase in self._phrases if asked.words else ():
            alike = likeness(asked, phrase, self._rarity, quoted=each.is_quoted)
            weighed = Found(each.incident, each.text, alike * each.weight)
            if alike >= ENOUGH and weighed.likeness > best.get(each.incident, _NOTHING).likeness:
                best[each.incident] = weighed
        newest = {each.incident: place for place, each in enumerate(reversed(self.known))}
        ranked = sorted(best.values(), key=lambda found: -newest[found.incident])
        return sorted(ranked, key=lambda found: -found.likeness)[:MOST_FOUND]


def find(page: Page, query: str) -> list[Match]:
    """Return the public incidents of `page` that know this text, the likeliest first."""
    ranked = _texts_at(page.public_id, page.version).find(query)
    visible = page.incidents.visible_to(PUBLIC).select_related("page")
    incidents = {
        each.public_id: each
        for each in visible.filter(public_id__in=[found.incident for found in ranked])
    }
    return [
        Match(incidents[found.incident], found.text, found.likeness)
        for found in ranked
        if found.incident in incidents
    ]


def texts_of(page: Page) -> Texts:
    """Read all the texts of a page's public incidents, those of the newest incident first."""
    visible = page.incidents.visible_to(PUBLIC).order_by("-started_at", "-pk")[:MOST_INCIDENTS]
    ids, titles = {}, []
    for pk, public_id, title in visible.values_list("pk", "public_id", "title"):
        ids[pk] = public_id
        titles.append(Known(public_id, title, "", 0.9))
    return Texts((*titles, *_of_notes(ids), *_of_updates(ids)))


@lru_cache(maxsize=4)
def _texts_at(public_id: str, _version: int) -> Texts:
    """Read once a version of the page: searching again costs no query for this."""
    return texts_of(Page.objects.get(public_id=public_id))


def _of_notes(ids: dict[int, str]) -> Iterator[Known]:
    notes = Note.objects.filter(incident__in=list(ids), kind=NoteKind.SYMPTOM)
    standing = notes.exclude(state=NoteState.WITHDRAWN).order_by("-created_at", "-pk")
    rows = standing.values_list("incident", "headline", Substr("body", 1, READ_OF_EACH))
    for incident, headline, body in rows[:MOST_TEXTS]:
        yield Known(ids[incident], headline, "", 1.0)
        yield from _quoted_in(ids[incident], body, 1.0)
        if body:
            yield Known(ids[incident], headline, body, 0.8)


def _of_updates(ids: dict[int, str]) -> Iterator[Known]:
    updates = Update.objects.filter(incident__in=list(ids), redacted_at=None)
    newest = updates.order_by("-posted_at", "-pk")
    rows: Iterable[tuple[int, str, str]] = newest.values_list(
        "incident", "headline", Substr("body", 1, READ_OF_EACH)
    )[:MOST_TEXTS]
    for incident, headline, body in rows:
        yield from _quoted_in(ids[incident], body, 0.95)
        yield Known(ids[incident], headline or body[:120], body, 0.7)


def _quoted_in(incident: str, body: str, weight: float) -> Iterator[Known]:
    for found in _QUOTED.finditer(body):
        yield Known(incident, found[found.lastindex or 0], "", weight)


_NOTHING: Final = Found("", "", 0.0)
