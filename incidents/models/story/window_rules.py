"""What an impact window may be: times, amounts, place, and no second one of its kind."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from incidents.core import checks
from incidents.core.clocks import minute
from incidents.core.impacts import ImpactKind, Precision
from incidents.core.instants import require_aware
from incidents.core.levels import Level

FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)
MOST: Final = 10**12
# A slip in the year must not keep the record busy with the days of a century.
YEARS_BACK: Final = 30

if TYPE_CHECKING:
    from incidents.models.site.component import Component
    from incidents.models.story.cohort import Cohort
    from incidents.models.story.incident import Incident
    from incidents.models.story.window_picking import ImpactWindowQuerySet


def check(fields: dict[str, Any], others: "ImpactWindowQuerySet", at: datetime) -> None:
    """Refuse what cannot be a window; raises ValidationError on the field at fault."""
    checks.choice(fields["level"], Level.values[1:], field="level")
    checks.choice(fields["kind"], ImpactKind.values, field="kind")
    check_times(fields["start"], fields["end"], at)
    _check_details(fields)
    _check_place(fields["component"], fields["incident"], fields["cohort"])
    if fields["end"] is None and fields["incident"] and not fields["incident"].is_open:
        raise checks.refusal("end", "This is over: say until when it was so, or reopen it first.")
    _check_overlap(fields, others)


def check_times(start: datetime, end: datetime | None, at: datetime) -> None:
    """Refuse a window of the future or of long ago, or one that ends before it begins."""
    checks.not_in_future(require_aware(start, "start"), at, field="start")
    if start < at - timedelta(days=366 * YEARS_BACK):
        raise checks.refusal(
            "start", f"{start:%Y-%m-%d} is over {YEARS_BACK} years ago; look at the year again."
        )
    if end is not None:
        checks.not_in_future(require_aware(end, "end"), at, field="end")
        checks.ordered(start, end)


def _check_details(fields: dict[str, Any]) -> None:
    checks.choice(fields.get("precision", "exact"), Precision.values, field="precision")
    share, count = fields.get("share_percent"), fields.get("count_affected")
    if share is not None and not 0 <= share <= 100:
        raise checks.refusal("share_percent", "A share lies between 0 and 100 percent.")
    if count is not None and count < 0:
        raise checks.refusal("count_affected", "Fewer than none cannot be affected.")
    if count is not None and count > MOST:
        raise checks.refusal("count_affected", f"More than {MOST:,} cannot be counted here.")
    for name, limit in (("count_unit", 40), ("note", 255)):
        checks.line(fields.get(name, ""), field=name, limit=limit, required=False)


def _check_place(
    component: "Component", incident: "Incident | None", cohort: "Cohort | None"
) -> None:
    if incident is not None and incident.page_id != component.page_id:
        raise checks.refusal("component", f"“{component}” is a component of another page.")
    if cohort is not None and (incident is None or cohort.incident_id != incident.pk):
        raise checks.refusal("cohort", f"“{cohort}” is a cohort of another incident.")


def _check_overlap(fields: dict[str, Any], others: "ImpactWindowQuerySet") -> None:
    alike = {name: fields[name] for name in ("component", "incident", "cohort", "kind")}
    until = FOR_EVER if fields["end"] is None else fields["end"]
    clash = others.filter(**alike).touching(fields["start"], until).first()
    if clash is not None:
        held = f"for {fields['component'].name} from {minute(clash.start)}"
        stands = f"is recorded {held} to {minute(clash.end)}" if clash.end else f"is open {held} on"
        raise checks.refusal(
            "start",
            f"A window of this kind {stands} ({clash.get_level_display().lower()}); edit that "
            "one, or choose another kind.",
        )
