"""Staff, clock and readers driven at random beside a plain model: nothing ever disagrees."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from proof import tools
from proof.verdict import Verdict

STEPS = 10_000
TESTS = "tests/incidents/machines"


def prove(verdict: Verdict) -> None:
    """Run the machines of the test suite for longer, a part on each core."""
    steps, parts = verdict.count or STEPS, min(os.cpu_count() or 1, 8)
    with tempfile.TemporaryDirectory() as folder:
        asked = {"MACHINES_STEPS": steps, "MACHINES_PARTS": parts, "MACHINES_TALLY": folder}
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", str(parts), TESTS],
            env=environment | {name: str(value) for name, value in asked.items()},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        kept = tools.root() / "proof" / "out" / "machines.txt"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(ran.stdout + ran.stderr)
        verdict.expect(ran.returncode == 0, f"model and product disagree: {kept}")
        told = [json.loads(path.read_text()) for path in Path(folder).glob("*.json")]
    rules, refused = _sum(told, "rules"), _sum(told, "refused")
    verdict.expect(rules.total() >= steps, f"only {rules.total()} of {steps} steps")
    examples = sum(each["examples"] for each in told)
    verdict.measured(
        f"{rules.total():,} steps on {examples} pages through DST, leap day and year end"
    )
    verdict.measured(f"{len(rules)} kinds of step, {refused.total():,} refused without a trace")
    verdict.measured("windows, levels, roll-up, JSON, page, uptime and journal agreed after each")


def _sum(told: list[dict[str, dict[str, int]]], what: str) -> Counter[str]:
    return sum((Counter(each[what]) for each in told), Counter())
