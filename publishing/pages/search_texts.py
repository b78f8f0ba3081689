"""What the search knows, as a file: texts, and the entries that they lead to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from incidents.core.lifecycles import Outcome, Status
from incidents.core.viewers import PUBLIC
from incidents.models import Page
from incidents.symptoms import MOST_INCIDENTS, Known, Texts, texts_of
from publishing.artefact import JSON, Artefact
from publishing.story.beginnings import Begun, begun

PATH: Final = "search.json"
TOLD: Final = ("public_id", "kind", "title", "status", "outcome", "started_at", "resolved_at")


@dataclass(frozen=True)
class Told:
    """What a line of the results says about an entry of the record."""

    public_path: str
    title: str
    status: Status
    began: datetime
    resolved_at: datetime | None
    outcome: Outcome | None = None
    about: bool = False

    @property
    def status_word(self) -> str:
        """What it is called: what it turned out to be, else its status."""
        return str((self.outcome or self.status).label)


@dataclass(frozen=True)
class Hit:
    """An entry that may be what a reader saw, and the text by which it was found."""

    incident: Told
    text: str


@dataclass(frozen=True)
class SearchTexts:
    """Everything that a search needs of a page."""

    texts: Texts
    told: Mapping[str, Told]

    @classmethod
    def load(cls, body: bytes) -> "SearchTexts":
        """Read them from their file."""
        read: dict[str, Any] = json.loads(body)
        texts = Texts(tuple(Known(*row) for row in read["texts"]))
        return cls(texts, {row["public_id"]: _told(row) for row in read["incidents"]})

    def find(self, query: str) -> list[Hit]:
        """Return what knows this text, the likeliest first."""
        found = self.texts.find(query)
        return [Hit(self.told[e.incident], e.text) for e in found if e.incident in self.told]


def search_texts(page: Page, at: datetime) -> Artefact:
    """Render `/search.json`."""
    visible = page.incidents.visible_to(PUBLIC).order_by("-started_at", "-pk")
    told = begun(page, at, visible.only(*TOLD)[:MOST_INCIDENTS])
    document = {"incidents": [*map(_row, told)], "texts": texts_of(page).known}
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_stamp)
    return Artefact(PATH, JSON, body.encode(), at)


def _row(told: Begun) -> dict[str, Any]:
    row = {name: getattr(told.incident, name) for name in TOLD}
    return row | {"started_at": told.at, "about": told.about}


def _told(row: dict[str, Any]) -> Told:
    kind = "maintenance" if row["kind"] == "maintenance" else "incidents"
    over = row["resolved_at"]
    return Told(
        f"{kind}/{row['public_id']}/",
        row["title"],
        Status(row["status"]),
        datetime.fromisoformat(row["started_at"]),
        datetime.fromisoformat(over) if over else None,
        # A file that an older release published does not say these.
        Outcome(row["outcome"]) if row.get("outcome") else None,
        row.get("about", False),
    )


def _stamp(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in {PATH}")
