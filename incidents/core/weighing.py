"""What may be set about uptime: weights between 0 and 1, and kinds that do not count, with why."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from incidents.core import checks
from incidents.core.days import COUNTED
from incidents.core.impacts import ImpactKind

REASON_LIMIT: Final = 255


def check_weights(weights: Mapping[str, Any]) -> None:
    """Refuse a weight that is none; raises ValidationError on "uptime_weights"."""
    for level, weight in weights.items():
        checks.choice(level, [str(each) for each in COUNTED], field="uptime_weights")
        if not isinstance(weight, str) or not _is_share(weight):
            raise checks.refusal(
                "uptime_weights", f"“{weight}” is no weight: write a number from 0 to 1, like 0.3."
            )


def check_excludes(excludes: list[dict[str, str]]) -> None:
    """Refuse an exclusion that names no kind or no reason; ValidationError on "uptime_excludes"."""
    for each in excludes:
        checks.choice(each.get("kind", ""), ImpactKind.values, field="uptime_excludes")
        if not each.get("reason", "").strip():
            kind = ImpactKind(each["kind"]).label.lower()
            raise checks.refusal(
                "uptime_excludes", f"Say why “{kind}” does not count: readers see the reason."
            )
        checks.line(each["reason"], field="uptime_excludes", limit=REASON_LIMIT)


def _is_share(text: str) -> bool:
    try:
        return len(text) <= 20 and 0 <= Fraction(text) <= 1
    except (ValueError, ZeroDivisionError):
        return False
