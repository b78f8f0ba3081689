"""Which places of a target hold something of ours, on disk: no restart forgets what has to go.

A process may end after a page was hidden and before its place could be emptied.
"""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from publishing.targets import bare

FILLED: Final = ".filled"


class Filled:
    """One empty file for each place: it is there or not, whichever process made or removed it."""

    def __init__(self, root: Path, address: str) -> None:
        self._folder = root / FILLED / _name(address)

    def places(self) -> set[str]:
        """The places that were filled and not emptied since."""
        with suppress(FileNotFoundError):
            return {place.name for place in self._folder.iterdir()}
        return set()

    def add(self, place: str) -> None:
        """Note a place, before anything is brought there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / place).touch()

    def discard(self, place: str) -> None:
        """Note that a place is empty; where the disk refuses, it is emptied once more later."""
        with suppress(OSError):
            (self._folder / place).unlink(missing_ok=True)


def _name(address: str) -> str:
    """Another name for each target, which is the same one after its password was changed."""
    parts = urlsplit(address)
    return sha256(f"{bare(parts)}?{parts.query}".encode()).hexdigest()[:16]
