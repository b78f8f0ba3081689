"""A postmortem's whole wording at one instant: kept as JSON, sealed by a hash, read again."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from incidents.core.impacts import Precision
from incidents.core.sections import SectionKind

type Snapshot = dict[str, Any]


@dataclass(frozen=True)
class SectionSaid:
    """One section as it was worded."""

    kind: str
    body: str
    html: str
    author: str
    dated_at: datetime | None

    @property
    def label(self) -> str:
        """Its heading."""
        return str(SectionKind(self.kind).label)


@dataclass(frozen=True)
class InstantSaid:
    """One entry that was added to the timeline by hand."""

    id: str
    at: datetime
    precision: str
    text: str

    @property
    def about(self) -> bool:
        """Whether its time is only roughly known."""
        return self.precision == Precision.ABOUT


@dataclass(frozen=True)
class Edition:
    """What readers of one edition read, apart from the record that stands beneath."""

    title: str
    interim: bool
    signatories: tuple[str, ...]
    incidents: tuple[str, ...]
    sections: tuple[SectionSaid, ...]
    timeline: tuple[InstantSaid, ...]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Edition":
        """Read a snapshot again."""
        return cls(
            title=snapshot["title"],
            interim=snapshot["interim"],
            signatories=tuple(snapshot["signatories"]),
            incidents=tuple(snapshot["incidents"]),
            sections=tuple(
                SectionSaid(**each | {"dated_at": _instant(each["dated_at"])})
                for each in snapshot["sections"]
            ),
            timeline=tuple(
                InstantSaid(**each | {"at": datetime.fromisoformat(each["at"])})
                for each in snapshot["timeline"]
            ),
        )

    @property
    def signed_by(self) -> str:
        """All who signed, in one line."""
        return ", ".join(self.signatories)


def digest(snapshot: Snapshot) -> str:
    """Return the SHA-256 of a snapshot's canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def says_the_same(one: Snapshot, other: Snapshot) -> bool:
    """Return whether both are worded alike; what was credited is pushed in apart from wording."""
    return digest(_wording(one)) == digest(_wording(other))


def stamp(instant: datetime | None) -> str | None:
    """Return an instant as a snapshot holds it."""
    return instant.astimezone(UTC).isoformat() if instant else None


def _wording(snapshot: Snapshot) -> Snapshot:
    return {key: value for key, value in snapshot.items() if key != "credit_statement"}


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
