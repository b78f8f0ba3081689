"""The record driven at random beside a plain model, through the edges of the calendar."""

import os
import secrets
from itertools import count

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis.stateful import run_state_machine_as_test

from proof import tools
from tests.incidents.machines.ending_rules import EndingRules
from tests.incidents.machines.incident_rules import IncidentRules
from tests.incidents.machines.maintenance_rules import MaintenanceRules
from tests.incidents.machines.reading import Reading
from tests.incidents.machines.tally import TALLY
from tests.incidents.machines.window_rules import WindowRules

STEPS = int(os.environ.get("MACHINES_STEPS") or 250)
LENGTH = 50
# Finding the shortest way to a failure takes minutes; the first one found is printed at once.
SHRINKS = bool(os.environ.get("MACHINES_SHRINK"))


class Machine(IncidentRules, EndingRules, WindowRules, MaintenanceRules, Reading):
    """Staff, the clock and readers at once."""


@pytest.mark.django_db
def test_page_status_and_uptime_agree_with_a_plain_model_whatever_staff_do() -> None:
    settings = hypothesis.settings(
        max_examples=-(-STEPS // LENGTH),
        stateful_step_count=LENGTH,
        deadline=None,
        derandomize=False,
        database=None,
        phases=[Phase.generate, Phase.shrink] if SHRINKS else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seeds = count(0 if tools.in_ci() else secrets.randbelow(10**9))
    while TALLY.steps < STEPS:
        run_state_machine_as_test(hypothesis.seed(next(seeds))(Machine), settings=settings)
    TALLY.write()
