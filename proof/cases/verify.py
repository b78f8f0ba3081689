"""After a long random history, and the demo's two outages, every file is what the record gives."""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

from proof import tools
from proof.product import Product
from proof.verdict import Verdict

STEPS, PARTS = 500, 2
TEST = "tests/publishing/published/test_verify.py"


def prove(verdict: Verdict) -> None:
    """Random steps of staff and clock with a publisher between them; then the demo's record."""
    steps = verdict.count or STEPS
    for seed in range(PARTS):
        _random_history(verdict, steps // PARTS, seed)
    verdict.measured(f"{steps} random steps on {PARTS} pages: every file byte-equal")
    with Product("verify") as product:
        product.manage("demo")
        product.manage("publish")
        told = product.manage("publish", "--verify").strip()
        verdict.expect(", 0 not as the record has it" in told, told)
        verdict.measured(f"the demo: {told.splitlines()[-1]}")


def _random_history(verdict: Verdict, steps: int, seed: int) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    asked = {"VERIFY_STEPS": str(steps), "VERIFY_SEED": str(seed)}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", TEST],
        cwd=tools.root(),
        env=environment | asked,
        capture_output=True,
        text=True,
        check=False,
    )
    kept = Path(mkdtemp(prefix="candor-verify-")) / "out.txt"
    kept.write_text(ran.stdout + ran.stderr)
    found = re.search(r"AssertionError: (.*)", ran.stdout)
    verdict.expect(ran.returncode == 0, f"seed {seed}: {found[1] if found else kept}")
