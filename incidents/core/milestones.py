"""The instants of an incident from which its figures are worked out, and their order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from incidents.core import checks
from incidents.core.clocks import minute
from incidents.core.instants import require_aware

# Each is None until somebody knows it; what is not known is never guessed.
ORDER: Final = ("started_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at")
DATED: Final = ORDER[1:4]


def check_order(instants: Mapping[str, datetime | None], at: datetime) -> None:
    """Raise on the later of two that are in the wrong order, or on one that has not come yet."""
    before = ORDER[0]
    for name in ORDER:
        instant = instants.get(name)
        if instant is None:
            continue
        checks.not_in_future(require_aware(instant, name), at, field=name)
        earlier = instants[before]
        if earlier is not None and instant < earlier:
            late, field = _words(name), name if name in DATED else before
            raise checks.refusal(
                field,
                f"{late.capitalize()} at {minute(instant)} comes before "
                f"{_words(before)} at {minute(earlier)}; put them in order.",
            )
        before = name


def _words(name: str) -> str:
    return name.removesuffix("_at")
