"""What was credited, as far as it is about components that whoever is looking sees."""

from typing import Any

from credits.core.statements import worded
from incidents.core.viewers import limited_to
from incidents.models import Incident, Postmortem

type Statement = dict[str, Any]


def credit_of(told: Incident | Postmortem) -> Statement | None:
    """Return what an entry states; to a group of readers, only what names components of theirs."""
    stated: Statement | None = told.credit_statement
    if not stated or limited_to() is None:
        return stated
    rows = told.page.components.values_list("public_id", "name")
    seen = {word for row in rows for word in row}
    parts = [_narrowed(each, seen) for each in stated.get("statements", [stated])]
    shown = [each for each in parts if each]
    text = " ".join(each["text"] for each in shown)
    return {"text": text, "statements": shown} if shown else None


def _narrowed(statement: Statement, seen: set[str]) -> Statement | None:
    """The statement without the components that are hidden; None where it is about these alone."""
    names: list[str] = statement.get("components", [])
    # Only newer ones say more of a component than how it was called.
    keys: list[str] = statement.get("component_ids", names)
    kept = [name for key, name in zip(keys, names, strict=True) if key in seen]
    if len(kept) == len(names):
        return statement
    narrowed = statement | {"components": kept}
    return narrowed | {"text": worded(narrowed)} if kept else None
