"""How bad it is: component levels, their order, and the roll-up in Statuspage's words."""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """State of one component, from good to bad in `SEVERITY`."""

    OPERATIONAL = "operational", _("Operational")
    UNDER_MAINTENANCE = "under_maintenance", _("Under maintenance")
    DEGRADED_PERFORMANCE = "degraded_performance", _("Degraded performance")
    PARTIAL_OUTAGE = "partial_outage", _("Partial outage")
    MAJOR_OUTAGE = "major_outage", _("Major outage")


class Impact(TextChoices):
    """Weight of a whole incident."""

    NONE = "none", _("None")
    MINOR = "minor", _("Minor")
    MAJOR = "major", _("Major")
    CRITICAL = "critical", _("Critical")
    MAINTENANCE = "maintenance", _("Maintenance")


class PageStatus(NamedTuple):
    """Statuspage's `status` object: an indicator for machines, a description for people."""

    indicator: str
    description: str

    @property
    def said(self) -> str:
        """The description in the language of whoever reads; machines get Statuspage's English."""
        return gettext(self.description)


SEVERITY: Final[dict[str, int]] = {level: rank for rank, level in enumerate(Level.values)}

IMPACT_OF: Final[dict[str, Impact]] = {
    Level.MAJOR_OUTAGE: Impact.CRITICAL,
    Level.PARTIAL_OUTAGE: Impact.MAJOR,
    Level.DEGRADED_PERFORMANCE: Impact.MINOR,
    Level.UNDER_MAINTENANCE: Impact.MAINTENANCE,
    Level.OPERATIONAL: Impact.NONE,
}

ALL_GOOD: Final = PageStatus("none", gettext_noop("All Systems Operational"))
# For readers alone: no component is hit as far as anybody knows, and an incident goes on.
AT_WORK: Final = PageStatus("minor", gettext_noop("We are working on a problem"))


def worst(levels: Iterable[str]) -> Level:
    """Return the worst of the given levels; operational when there are none."""
    return Level(max(levels, key=SEVERITY.__getitem__, default=Level.OPERATIONAL))


def impact_of(levels: Iterable[str]) -> Impact:
    """Return an incident's impact: that of its worst component, maintenance counting as none."""
    return IMPACT_OF[worst(level for level in levels if level != Level.UNDER_MAINTENANCE)]


def looks(impact: Impact, stated: str) -> Impact:
    """How grave something open looks; what hits nothing that is known yet is not green.

    It is where that was `stated`: then staff know.
    """
    return Impact.MINOR if impact == Impact.NONE and not stated else impact


def roll_up(levels: Collection[str], incident_impact: Impact | None = None) -> PageStatus:
    """Return the page's status from its components' levels, worst first (Statuspage's table).

    A page without components speaks through its open incident: pass its impact.
    """
    if not levels:
        return _without_components(incident_impact)
    if Level.MAJOR_OUTAGE in levels:
        whole = _all(levels, Level.MAJOR_OUTAGE)
        return (
            PageStatus("critical", gettext_noop("Major System Outage"))
            if whole
            else _PARTIAL_SYSTEM
        )
    if Level.PARTIAL_OUTAGE in levels:
        return _PARTIAL_SYSTEM if _all(levels, Level.PARTIAL_OUTAGE) else _MINOR_SERVICE
    if Level.DEGRADED_PERFORMANCE in levels:
        return _DEGRADED if _all(levels, Level.DEGRADED_PERFORMANCE) else _PARTLY_DEGRADED
    return _MAINTENANCE if Level.UNDER_MAINTENANCE in levels else ALL_GOOD


_PARTIAL_SYSTEM: Final = PageStatus("major", gettext_noop("Partial System Outage"))
_MINOR_SERVICE: Final = PageStatus("minor", gettext_noop("Minor Service Outage"))
_DEGRADED: Final = PageStatus("minor", gettext_noop("Degraded System Service"))
_PARTLY_DEGRADED: Final = PageStatus("minor", gettext_noop("Partially Degraded Service"))
_MAINTENANCE: Final = PageStatus("maintenance", gettext_noop("Service Under Maintenance"))

_BY_IMPACT: Final[dict[Impact, PageStatus]] = {
    Impact.CRITICAL: PageStatus("critical", gettext_noop("Major System Outage")),
    Impact.MAJOR: _PARTIAL_SYSTEM,
    Impact.MINOR: _MINOR_SERVICE,
    Impact.NONE: _MINOR_SERVICE,
    Impact.MAINTENANCE: _MAINTENANCE,
}


def _all(levels: Collection[str], level: str) -> bool:
    return all(each == level for each in levels)


def _without_components(incident_impact: Impact | None) -> PageStatus:
    return ALL_GOOD if incident_impact is None else _BY_IMPACT[incident_impact]
