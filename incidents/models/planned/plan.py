"""A window of planned work as it is asked for, and what it may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from incidents.core import checks
from incidents.core.clocks import minute
from incidents.core.instants import require_aware

if TYPE_CHECKING:
    from incidents.models.site.component import Component
    from incidents.models.site.page import Page
    from incidents.models.story.cohort import Cohort
    from incidents.models.story.incident import Incident

# Reminders come between five minutes and 28 days before.
SOONEST, EARLIEST = 5, 28 * 24 * 60
MOST_REMINDERS: Final = 20
MOST_WINDOWS: Final = 50
PAST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When, on what, how long at most, who ends it, and when readers are reminded (minutes)."""

    start: datetime
    end: datetime
    components: "Sequence[Component]" = ()
    max_minutes: int | None = None
    ends_by_itself: bool = True
    reminders: Sequence[int] = ()

    def check(self, page: "Page", at: datetime) -> None:
        """Raises ValidationError on "start", "end", "components", "max_minutes", "reminders"."""
        start = require_aware(self.start, "start")
        checks.ordered(start, require_aware(self.end, "end"))
        if start < at - PAST:
            raise checks.refusal(
                "start", f"{minute(start)} is over a day ago; plan what is to come."
            )
        if self.end <= at:
            # It would be told three times at once: as scheduled, begun and completed.
            raise checks.refusal(
                "end",
                f"{minute(self.end)} has passed; plan what is to come. What is "
                "over is told in an announcement, or recorded as a past incident.",
            )
        check_components(self.components, page)
        check_bound(self.max_minutes)
        check_reminders(self.reminders)

    def overlaps(self, other: "Plan") -> bool:
        """Whether the two share some time."""
        return self.start < other.end and other.start < self.end


def alike(
    start: datetime | None,
    end: datetime | None,
    further: Sequence[tuple[datetime, datetime]],
    **terms: Any,
) -> list[Plan]:
    """Windows on the same terms: the one of the usual case, and further ones."""
    if start is None:
        return []
    if end is None:
        raise checks.refusal("end", "Say until when it lasts.")
    return [Plan(start=begins, end=ends, **terms) for begins, ends in [(start, end), *further]]


def check_all(plans: Sequence[Plan], page: "Page", at: datetime) -> list[Plan]:
    """Return the windows of one maintenance in order. Raises on "windows" where two overlap."""
    if not plans:
        raise checks.refusal("start", "Say when it starts; work without dates yet is announced.")
    if len(plans) > MOST_WINDOWS:
        raise checks.refusal("windows", f"At most {MOST_WINDOWS} windows; plan the rest apart.")
    for plan in plans:
        plan.check(page, at)
    ordered = sorted(plans, key=lambda plan: plan.start)
    for earlier, later in pairwise(ordered):
        if later.overlaps(earlier):
            raise checks.refusal("windows", overlap(earlier.start, earlier.end))
    return ordered


def overlap(start: datetime, end: datetime) -> str:
    """The sentence that names the other window."""
    return (
        f"This overlaps the window from {minute(start)} to {minute(end)}; "
        "windows of one maintenance lie apart."
    )


def check_components(components: "Iterable[Component]", page: "Page") -> None:
    """Raises ValidationError on "components" for one of another page."""
    for component in components:
        if component.page_id != page.pk:
            raise checks.refusal("components", f"“{component}” is a component of another page.")


def check_bound(max_minutes: int | None) -> None:
    """Raises ValidationError on "max_minutes" unless it is a length of up to 28 days."""
    if max_minutes is not None and not 1 <= max_minutes <= EARLIEST:
        raise checks.refusal("max_minutes", f"A length lies between 1 and {EARLIEST} minutes.")


def check_reminders(reminders: Sequence[int]) -> None:
    """Raises ValidationError on "reminders" for one that is too early, or too late to help."""
    if len(reminders) > MOST_REMINDERS:
        raise checks.refusal("reminders", f"At most {MOST_REMINDERS} reminders.")
    for minutes in reminders:
        if minutes < 0:
            raise checks.refusal("reminders", "A reminder comes before the start, not after it.")
        if not SOONEST <= minutes <= EARLIEST:
            raise checks.refusal(
                "reminders",
                f"{minutes} min before: reminders come between 5 min and 28 days before.",
            )


def check_about(page: "Page", audience: "Cohort | None", follows_up: "Incident | None") -> None:
    """Raises ValidationError on "audience" or "follows_up" for something of another page."""
    for field, about in (("audience", audience), ("follows_up", follows_up)):
        if about is not None and about.page_id != page.pk:
            raise checks.refusal(field, f"“{about}” is of another page.")
