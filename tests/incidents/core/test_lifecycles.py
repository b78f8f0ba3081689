"""What may follow what."""

import pytest
from django.core.exceptions import ValidationError

from incidents.core.lifecycles import LIFECYCLES, check_step


@pytest.mark.parametrize("kind", list(LIFECYCLES))
def test_each_status_may_follow_itself_and_leads_only_to_known_ones(kind: str) -> None:
    for status, following in LIFECYCLES[kind].items():
        assert status in following
        assert following <= set(LIFECYCLES[kind])


def test_a_completed_maintenance_cannot_be_scheduled_again() -> None:
    with pytest.raises(
        ValidationError, match=r"cannot become “scheduled”\. Open a new one instead\."
    ):
        check_step("maintenance", "completed", "scheduled")


def test_a_resolved_incident_is_reopened_instead() -> None:
    with pytest.raises(ValidationError, match="use “Reopen”"):
        check_step("incident", "resolved", "investigating")


def test_a_status_of_another_kind_is_refused_with_the_right_ones() -> None:
    with pytest.raises(ValidationError, match="“investigating”, “identified”"):
        check_step("incident", "investigating", "completed")
