"""The roll-up in Statuspage's words."""

import pytest

from incidents.core.levels import Impact, Level, impact_of, looks, roll_up, worst

MAJOR, PARTIAL, DEGRADED = Level.MAJOR_OUTAGE, Level.PARTIAL_OUTAGE, Level.DEGRADED_PERFORMANCE
UP, WORKS = Level.OPERATIONAL, Level.UNDER_MAINTENANCE


@pytest.mark.parametrize(
    ("levels", "indicator", "description"),
    [
        ([UP, UP], "none", "All Systems Operational"),
        ([MAJOR, MAJOR], "critical", "Major System Outage"),
        ([MAJOR, UP], "major", "Partial System Outage"),
        ([PARTIAL, PARTIAL], "major", "Partial System Outage"),
        ([PARTIAL, UP], "minor", "Minor Service Outage"),
        ([DEGRADED, DEGRADED], "minor", "Degraded System Service"),
        ([DEGRADED, UP], "minor", "Partially Degraded Service"),
        ([WORKS, UP], "maintenance", "Service Under Maintenance"),
        ([WORKS, PARTIAL], "minor", "Minor Service Outage"),
        ([], "none", "All Systems Operational"),
    ],
)
def test_the_page_status_rolls_up_worst_first(
    levels: list[Level], indicator: str, description: str
) -> None:
    assert roll_up(levels) == (indicator, description)


def test_a_page_without_components_speaks_through_its_open_incident() -> None:
    assert roll_up([], Impact.CRITICAL).indicator == "critical"


def test_a_maintenance_never_hides_an_outage() -> None:
    assert worst([WORKS, DEGRADED]) == DEGRADED


def test_maintenance_gives_an_incident_no_impact() -> None:
    assert impact_of([WORKS]) == Impact.NONE
    assert impact_of([WORKS, PARTIAL]) == Impact.MAJOR


def test_what_hits_nothing_that_is_known_yet_is_not_green() -> None:
    assert looks(Impact.NONE, "") == Impact.MINOR
    assert looks(Impact.NONE, Impact.NONE) == Impact.NONE
    assert looks(Impact.CRITICAL, "") == Impact.CRITICAL
