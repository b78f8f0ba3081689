"""What the other side has taken, kept outside the database until the database says so, too.

A sender that is killed leaves its journal behind. Whoever starts next on the same host can lock it,
knows by that that its owner is dead, marks what it lists as sent, and frees what its owner held.
"""

import fcntl
import logging
import os
import secrets
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

logger = logging.getLogger(__name__)

ENDING: Final = ".accepted"


class Journal:
    """The keys of accepted deliveries, of one sender's run: written in one go, once a round."""

    def __init__(self, file: int, path: Path) -> None:
        self._file, self.path = file, path

    @classmethod
    def begin(cls, folder: Path, owner: str) -> Self:
        """Starts one, locked before it can be found by its name. Raises OSError.

        It takes the place of none: what is left behind is read before its name is free again.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path, unnamed = folder / f"{owner}{ENDING}", folder / f".{secrets.token_hex(8)}"
        file = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            path.hardlink_to(unnamed)
        except OSError:
            os.close(file)
            raise
        finally:
            unnamed.unlink()
        return cls(file, path)

    def accept(self, keys: Sequence[int]) -> None:
        """Writes down what was taken, before anything further is sent. Raises OSError."""
        written = array("q", keys).tobytes()
        if os.write(self._file, written) != len(written):
            raise OSError(f"{self.path} took only part of what was accepted")

    def end(self) -> None:
        """All of it is in the database: the journal is not needed any more."""
        _remove(self.path)
        os.close(self._file)

    def leave(self) -> None:
        """Not all of it is in the database: whoever comes next puts it there."""
        os.close(self._file)


def left_behind(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """The owner and the accepted keys of each journal whose sender is dead.

    Each is removed once whoever asked has gone on to the next, not before. What another user left,
    and we may not read, is another user's to mark.
    """
    for path in sorted(folder.glob(f"*{ENDING}")):
        with _locked(path) as file:
            if file is not None:
                yield path.name.removesuffix(ENDING), _keys(file)
                _remove(path)


@contextmanager
def _locked(path: Path) -> Iterator[int | None]:
    """The open file if nobody else holds it, and it is still there."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    except OSError as problem:
        logger.warning("A journal cannot be read: %s", problem)
        yield None
        return
    try:
        yield file if _lock(file) and path.exists() else None
    finally:
        os.close(file)


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(path: Path) -> None:
    """One that stays is read again, which does no harm: what it lists is marked already."""
    try:
        path.unlink(missing_ok=True)
    except OSError as problem:
        logger.warning("A journal cannot be removed: %s", problem)


def _keys(file: int) -> list[int]:
    """Whole keys only: a host that lost its power may have kept half of the last one."""
    size = os.fstat(file).st_size
    keys = array("q")
    keys.frombytes(os.pread(file, size - size % keys.itemsize, 0))
    return keys.tolist()
