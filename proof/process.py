"""Processes that a proof starts: each in a group of its own, ended by its id."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class Process:
    """A command with its children; what it prints goes to a file."""

    def __init__(
        self, command: Sequence[str], *, log: Path, cwd: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        with log.open("ab") as out:
            self._child = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The id of the command and of its group."""
        return self._child.pid

    @property
    def ended(self) -> bool:
        """Whether the command is over."""
        return self._child.poll() is not None

    def kill(self) -> None:
        """SIGKILL, for the command and all its children at the same instant."""
        self.signal(signal.SIGKILL)
        self._child.wait(10)

    def stop(self) -> None:
        """Ask the command to stop, and insist after ten seconds."""
        if not self.ended:
            self._child.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(10)
        self.signal(signal.SIGKILL)
        self._child.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()

    def signal(self, number: int) -> None:
        """Send a signal to the command and all its children."""
        with suppress(ProcessLookupError):  # the group is gone already
            os.killpg(self.pid, number)
