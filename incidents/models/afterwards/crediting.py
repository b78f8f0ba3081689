"""What incidents were credited, for a postmortem that was drafted after it was given."""

from collections.abc import Iterable
from typing import Any

from incidents.models.story.incident import Incident


def of_incidents(incidents: Iterable[Incident]) -> dict[str, Any] | None:
    """Return the statements of `incidents` as one, each once; None when nothing was given."""
    stated = [incident.credit_statement for incident in incidents if incident.credit_statement]
    statements: list[dict[str, Any]] = []
    for each in stated:
        statements += [part for part in each.get("statements", [each]) if part not in statements]
    if not statements:
        return None
    return {"text": " ".join(part["text"] for part in statements), "statements": statements}
