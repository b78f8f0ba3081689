"""The record driven at random beside a plain model, through the edges of the calendar.

`make proof ONLY=machines N=10000` runs it for longer, a part on each core.
"""

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

STEPS = int(os.environ.get("MACHINES_STEPS") or 50)
PARTS = int(os.environ.get("MACHINES_PARTS") or 1)
LENGTH = 50
SEED = 0 if tools.in_ci() else secrets.randbelow(10**6)
# Finding the shortest way to a failure takes minutes; the first one found is printed at once.
SHRINKS = bool(os.environ.get("MACHINES_SHRINK"))


class Machine(IncidentRules, EndingRules, WindowRules, MaintenanceRules, Reading):
    """Staff, the clock and readers at once."""


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_page_status_and_uptime_agree_with_a_plain_model_whatever_staff_do(part: int) -> None:
    settings = hypothesis.settings(
        max_examples=2,
        stateful_step_count=LENGTH,
        deadline=None,
        derandomize=False,
        database=None,
        phases=[Phase.generate, Phase.shrink] if SHRINKS else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    TALLY.begin()
    for seed in count(SEED + part * 10**6):
        run_state_machine_as_test(hypothesis.seed(seed)(Machine), settings=settings)
        if TALLY.steps * PARTS >= STEPS:
            break
    TALLY.write(f"part-{part}")
