"""Another folder of this machine, or one that is mounted: `file:///var/www/status`."""

import filecmp
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Final
from urllib.parse import SplitResult, unquote

from publishing.published.outgoing import MARK, MARK_TEXT, OTHERS, files, waves, with_twins
from publishing.targets import NotOursError, PushError

DRAFT: Final = ".part"


class Folder:
    """Files with their twins and times, each of which appears whole or not at all."""

    def __init__(self, parts: SplitResult) -> None:
        self._root = Path(unquote(parts.path))
        if parts.netloc or not self._root.is_absolute() or self._root == Path("/"):
            raise ValueError("A folder is named like file:///var/www/status.")
        self.name = f"file://{self._root}"

    def push(self, folder: Path, paths: Sequence[str]) -> None:
        """Copies what stands at these paths, then removes what stands no more."""
        names = with_twins(paths)
        here = {name for name in names if (folder / name).is_file()}
        with _in_words():
            self._claim()
            self._copy(folder, here)
            self._remove(names - here)

    def level(self, folder: Path) -> list[str]:
        """Copies what differs, and removes what is not in the folder."""
        with _in_words():
            self._claim()
            here = set(files(folder))
            others = [name for name in here if not self._has(folder, name)]
            self._copy(folder, others)
            there = {name for name in files(self._root) if not name.startswith(OTHERS)}
            self._remove(there - here)
            for left in self._root.rglob(f".*{DRAFT}"):
                left.unlink(missing_ok=True)
        return [*others, *(there - here)]

    def _claim(self) -> None:
        """Take a folder that is empty; one that holds something else stays as it is."""
        mark = self._root / MARK
        if mark.exists():
            return
        self._root.mkdir(parents=True, exist_ok=True)
        if any(self._root.iterdir()):
            raise NotOursError("the folder is not empty, and what is in it is not ours")
        mark.write_bytes(MARK_TEXT)

    def _copy(self, folder: Path, names: Iterable[str]) -> None:
        for wave in waves(names):
            for name in wave:
                # What is gone again by now is told of as gone in a moment.
                with suppress(FileNotFoundError):
                    _copy_whole(folder / name, self._root / name)

    def _has(self, folder: Path, name: str) -> bool:
        mine = self._root / name
        return mine.is_file() and filecmp.cmp(folder / name, mine)

    def _remove(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            path = self._root / name
            path.unlink(missing_ok=True)
            # Folders that are empty now; the first one that is not ends it.
            with suppress(OSError):
                for parent in path.parents[: len(Path(name).parents) - 1]:
                    parent.rmdir()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PushError(error.strerror or type(error).__name__) from error


def _copy_whole(source: Path, goal: Path) -> None:
    with source.open("rb") as old:
        goal.parent.mkdir(parents=True, exist_ok=True)
        draft = goal.with_name(f".{goal.name}.{token_hex(4)}{DRAFT}")
        with draft.open("wb") as new:
            shutil.copyfileobj(old, new)
            new.flush()
            os.fsync(new.fileno())
    shutil.copystat(source, draft)
    draft.replace(goal)


TARGET = Folder
