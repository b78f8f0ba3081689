"""What a run of the machines came to; `make proof` reads it from the folder of MACHINES_TALLY."""

import json
import os
from collections import Counter
from pathlib import Path


class Tally:
    """Steps taken, by rule, and how many of them were refused."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Count from nothing."""
        self.examples = 0
        self.rules: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    @property
    def steps(self) -> int:
        """How many rules were fired."""
        return self.rules.total()

    def write(self, name: str) -> None:
        """Leave the figures where they were asked for."""
        if folder := os.environ.get("MACHINES_TALLY"):
            told = {"examples": self.examples, "rules": self.rules, "refused": self.refused}
            (Path(folder) / f"{name}.json").write_text(json.dumps(told))


TALLY = Tally()
