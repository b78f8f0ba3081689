"""Whether a sender was asked to leave off: by its own process, or by the one that forked it."""

import os
from mmap import mmap
from typing import Final

SIZE: Final = 8


class Stopping:
    """A sign in memory that forked processes share.

    Celery tells its main process alone that the worker is to end, while its children send. A sign
    without any lock, since a child that is killed would keep that.
    """

    def __init__(self) -> None:
        self._asked_by = mmap(-1, SIZE)

    def set(self) -> None:
        """Asks this process, and those that it has forked."""
        self._write(os.getpid())

    def clear(self) -> None:
        """Takes that back."""
        self._write(0)

    def is_set(self) -> bool:
        """Whether this process, or its parent, was asked to leave off; a twin does not count."""
        asked_by = int.from_bytes(self._asked_by[:SIZE])
        return bool(asked_by) and asked_by in {os.getpid(), os.getppid()}

    def _write(self, process: int) -> None:
        self._asked_by[:SIZE] = process.to_bytes(SIZE)
