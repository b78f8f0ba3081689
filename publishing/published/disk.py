"""Files that appear whole and last: written beside their place, brought to the disk, renamed.

What a folder lists is brought to the disk, too: after a power loss no file is older than it was
said to be, and none that was taken away is back.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex


def drafted(room: Path, place: Path, body: bytes) -> Path:
    """Write down in `room` what will stand at `place`."""
    draft = room / token_hex(8)
    try:
        with draft.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        _differ(draft, place, len(body))
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def put_in_place(drafts: Iterable[tuple[Path, Path]]) -> set[Path]:
    """Rename drafts to their places; returns the folders that list other files now."""
    touched: set[Path] = set()
    for draft, place in drafts:
        touched |= set(_listing(place))
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(place)
    return touched


def take_away(places: Iterable[Path]) -> set[Path]:
    """Remove what stands at these places; returns the folders that list it no more."""
    touched = set()
    for place in places:
        with suppress(FileNotFoundError):
            place.unlink()
            touched.add(place.parent)
    return touched


def sync(folders: Iterable[Path]) -> None:
    """Bring to the disk what these folders list."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _listing(place: Path) -> Iterator[Path]:
    """The folder in which something is to stand, and those that will list a new one."""
    folder = place.parent
    yield folder
    while not folder.exists():
        folder = folder.parent
        yield folder


def _differ(draft: Path, place: Path, length: int) -> None:
    """Let two versions of equal length never bear the same second: some servers know no more."""
    with suppress(FileNotFoundError):
        old, new = place.stat(), draft.stat()
        if old.st_size == length and int(new.st_mtime) <= int(old.st_mtime):
            os.utime(draft, (new.st_atime, int(old.st_mtime) + 1))
