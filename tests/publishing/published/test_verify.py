"""Whatever staff and the clock do, what is published is what the record gives, byte for byte.

`make proof ONLY=verify N=500` runs it for longer.
"""

import os
import secrets
import tempfile
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from proof import tools
from publishing.published.publisher import Publisher
from publishing.published.verifying import differences
from tests.incidents.machines.ending_rules import EndingRules
from tests.incidents.machines.incident_rules import IncidentRules
from tests.incidents.machines.maintenance_rules import MaintenanceRules
from tests.incidents.machines.window_rules import WindowRules

STEPS = int(os.environ.get("VERIFY_STEPS") or 30)
SEED = int(os.environ.get("VERIFY_SEED") or (0 if tools.in_ci() else secrets.randbelow(10**6)))


class Press(IncidentRules, EndingRules, WindowRules, MaintenanceRules):
    """Staff and the clock, and a publisher that looks whenever it is let."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.publisher = Publisher(Path(self._folder.name), lambda: self.now, quiet=timedelta())
        self.took = 0

    def teardown(self) -> None:
        """Look a last time, compare all, and leave nothing behind."""
        try:
            if self.took:
                self.the_publisher_looks()
                self.page.refresh_from_db()
                wrong = differences(self.page, self.publisher.shelf(self.page), self.now)
                assert wrong == [], f"{wrong[:5]} after {self.took} steps"
        finally:
            self._folder.cleanup()
            super().teardown()

    @invariant()
    def steps_are_counted(self) -> None:
        """Every step, whatever it was."""
        self.took += 1

    @rule()
    def the_publisher_looks(self) -> None:
        """It has all the time that it needs, in one instant."""
        while self.publisher.look():
            pass


@pytest.mark.django_db
def test_what_is_published_is_what_the_record_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    settings = hypothesis.settings(
        max_examples=1,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=False,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(hypothesis.seed(SEED)(Press), settings=settings)
