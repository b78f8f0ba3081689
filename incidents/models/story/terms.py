"""What is promised: by when, or why that is unknown, or for how long at most."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from incidents.core import checks
from incidents.core.instants import require_aware
from incidents.core.promises import CommitmentKind

LONGEST: Final = 100_000

# Where a refusal stands: a post names the promise of its successor apart from what it says, and
# a longest duration is all the time that it has.
_FIELDS: Final = {
    CommitmentKind.NEXT_UPDATE: {"due": "next_update_due", "unknown": "next_update_unknown"},
    CommitmentKind.MAX_DURATION: {"due": "max_minutes"},
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one promise, checked before any row is locked."""

    kind: str
    due: datetime | None = None
    unknown_because: str = ""
    max_minutes: int | None = None
    text: str = ""

    @classmethod
    def of(
        cls,
        kind: str,
        *,
        due: datetime | None = None,
        unknown_because: str = "",
        max_minutes: int | None = None,
        text: str = "",
    ) -> Self:
        """Return checked terms. Raises ValidationError on the field that cannot stand."""
        checks.choice(kind, CommitmentKind.values, field="kind")
        because = field_of(kind, "unknown", "unknown_because")
        terms = cls(
            kind=kind,
            due=require_aware(due, field_of(kind, "due")) if due else None,
            unknown_because=checks.line(unknown_because, field=because, required=False),
            max_minutes=max_minutes,
            text=checks.line(text, field="text", required=False),
        )
        if kind == CommitmentKind.MAX_DURATION:
            terms._check_minutes()
        else:
            terms._check_time(because)
        return terms

    def _check_minutes(self) -> None:
        if self.max_minutes is None or not 1 <= self.max_minutes <= LONGEST:
            raise checks.refusal("max_minutes", "Say how many minutes it may take at most.")
        if self.due or self.unknown_because:
            raise checks.refusal("due", "A longest duration has no time: it runs from the start.")

    def _check_time(self, because: str) -> None:
        if self.max_minutes is not None:
            raise checks.refusal("max_minutes", "Only a longest duration is promised in minutes.")
        if self.due and self.unknown_because:
            raise checks.refusal(because, "Name a time or why it is unknown, not both.")
        if self.due is None and not self.unknown_because:
            field = field_of(self.kind, "due")
            raise checks.refusal(field, "Name a time, or say why it is unknown.")


def field_of(kind: str, part: str, otherwise: str = "") -> str:
    """Return the field at which a refusal of this part stands."""
    return _FIELDS.get(CommitmentKind(kind), {}).get(part, otherwise or part)
