"""A publisher with a folder of its own and a clock that tests turn."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from incidents.models import Page
from publishing.published import index
from publishing.published.publisher import Publisher
from publishing.published.shelf import Change, Shelf
from publishing.published.verifying import differences


@dataclass
class Press:
    """The publisher of the tests, and what it said it changed."""

    root: Path
    now: datetime
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.publisher = Publisher(self.root, lambda: self.now, quiet=timedelta())
        self.publisher.on_change.append(lambda _shelf, change: self.changes.append(change))

    def look(self, *, after: timedelta = timedelta()) -> set[str]:
        """Let it look until nothing is left; returns the paths that became others."""
        self.now += after
        self.changes.clear()
        while self.publisher.look():
            pass
        return {path for change in self.changes for path in (*change.changed, *change.gone)}

    def shelf(self, page: Page) -> Shelf:
        return self.publisher.shelf(page)

    def read(self, page: Page, path: str) -> str:
        return (self.shelf(page).read(path) or b"").decode()

    def differences(self, page: Page) -> list[str]:
        return differences(page, self.shelf(page), self.now)


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    monkeypatch.setattr(index, "SYNCHRONOUS", "OFF")


@pytest.fixture
def press(tmp_path: Path, at: datetime) -> Press:
    """A publisher at noon."""
    return Press(tmp_path, at)
