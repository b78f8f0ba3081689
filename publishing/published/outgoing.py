"""What leaves the published folder: which files, in which order, under which headers."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from publishing.core.paths import is_front
from publishing.headers import headers_of
from publishing.published.shelf import ASSETS, INDEX, file_of

TWINS: Final = (".gz", ".br")
MARK: Final = ".candor"
MARK_TEXT: Final = b"Candor publishes here, and removes whatever it did not publish.\n"
# Below the front page of a target stand the other pages, which are none of its business.
OTHERS: Final = "pages/"


def headers(name: str) -> dict[str, str]:
    """Return what is said about a file of this name, wherever it lies."""
    told = headers_of(name.removesuffix(INDEX))
    return {"Content-Type": told["Content-Type"], "Cache-Control": told["Cache-Control"]}


def with_twins(paths: Iterable[str]) -> set[str]:
    """Return the names that the files at these paths may have, compressed ones too."""
    return {file_of(path) + twin for path in paths for twin in ("", *TWINS)}


def paths_of(names: Collection[str]) -> list[str]:
    """Return the paths at which these files are read, whichever of their twins they are."""
    plain = {name.removesuffix(twin) for name in names for twin in TWINS if name.endswith(twin)}
    whole = plain | {name for name in names if not name.endswith(TWINS)}
    return sorted(_path_of(name) for name in whole)


def files(folder: Path) -> Iterator[str]:
    """Return every public file below a folder, twins too; nothing where there is no folder.

    Names with a dot in front are Candor's own.
    """
    for parent, folders, names in folder.walk():
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = parent.relative_to(folder)
        yield from ((below / name).as_posix() for name in names if not name.startswith("."))


def waves(names: Iterable[str]) -> list[list[str]]:
    """Return the files in steps: what others refer to, then the others, then the front pages.

    Whoever reads while a step is on its way finds everything that is referred to.
    """
    steps: list[list[str]] = [[], [], [], []]
    for name in sorted(names):
        steps[_step(name)].append(name)
    return [step for step in steps if step]


def _path_of(name: str) -> str:
    return name.removesuffix(INDEX) if name == INDEX or name.endswith(f"/{INDEX}") else name


def _step(name: str) -> int:
    if name.startswith(ASSETS):
        return 0
    if name.startswith(INDEX):
        return 3
    folder, index, _twin = name.partition(INDEX)
    return 2 if index and is_front(folder) else 1
