"""What a sink saw, written down before it answers, so that no answer outruns its record."""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Ledger:
    """Records in memory and, with a path, as JSON lines that another process can read."""

    path: Path | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Condition()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file = os.open(self.path, flags, 0o600) if self.path else None

    def record(self, **entry: Any) -> int:
        """Keeps an entry and answers how many there are."""
        entry["seen_at"] = time.time()
        with self._lock:
            self.entries.append(entry)
            if self._file is not None:
                os.write(self._file, json.dumps(entry).encode() + b"\n")
            self._lock.notify_all()
            return len(self.entries)

    def wait_for(self, count: int, seconds: float = 10.0) -> bool:
        """Whether so many entries came in time."""
        with self._lock:
            return self._lock.wait_for(lambda: len(self.entries) >= count, seconds)

    def __len__(self) -> int:
        return len(self.entries)


def read(path: Path) -> list[dict[str, Any]]:
    """The complete lines of a ledger written by another process."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]
