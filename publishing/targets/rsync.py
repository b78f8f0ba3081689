"""Another host by the rsync program: `rsync:user@host:/path`, or `rsync://host/module/path`."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import SplitResult, unquote

from incidents.core.languages import SPOKEN
from publishing.published.outgoing import MARK, MARK_TEXT, OTHERS, waves, with_twins
from publishing.published.shelf import ASSETS, INDEX
from publishing.targets import NotOursError, PushError

SECONDS: Final = 300
SHELL: Final = "ssh -o BatchMode=yes -o ConnectTimeout=5"
COPYING: Final = ("--times", "--chmod=D755,F644", "--mkpath", "--timeout=20")
BELOW: Final = ("--recursive", "--prune-empty-dirs")
# What was done with a file, and its name.
LISTING: Final = ("--out-format=%o %n",)
PRIVATE: Final = "--exclude=.*"
KEPT: Final = f"--filter=P /{OTHERS}"
# What others refer to, then all but the front pages, then these; and what is gone last.
LEVELLING: Final = (
    (f"--include=/{ASSETS}", f"--include=/{ASSETS}**", "--exclude=*"),
    (f"--exclude=/{INDEX}*", *(f"--exclude=/{code}/{INDEX}*" for code in SPOKEN)),
    ("--delete-after",),
)
# "Some files could not be transferred": for many a reason, which errno 2 tells from the others.
PARTIAL: Final = 23
NOWHERE: Final = re.compile(r"\b(?:change_dir|link_stat) .*\(2\)")
# What is gone again by now is told of as gone in a moment.
VANISHED: Final = 24


class Host:
    """Files with their twins and times; rsync makes each of them appear whole."""

    def __init__(self, parts: SplitResult) -> None:
        self._password = unquote(parts.password or "")
        self._place = _place(parts)
        self.name = self._place if parts.netloc else f"rsync:{self._place}"
        self._claimed = False

    def push(self, folder: Path, paths: Sequence[str]) -> None:
        """Copies what stands at these paths, then removes what stands no more."""
        self._claim()
        names = with_twins(paths)
        here = {name for name in names if (folder / name).is_file()}
        for wave in waves(here):
            self._copy(folder, wave)
        if gone := names - here:
            self._remove(folder, gone)

    def level(self, folder: Path) -> list[str]:
        """Copies what differs, and removes what is not in the folder."""
        self._claim()
        told: list[str] = []
        with tempfile.TemporaryDirectory() as nothing:
            source = folder if folder.is_dir() else Path(nothing)
            for options in LEVELLING:
                kept = (PRIVATE, KEPT)
                ways = (*LISTING, *COPYING, *BELOW, *kept, *options)
                told += self._run(*ways, f"{source}/", self._place).splitlines()
        return [name for line in told if not (name := line.partition(" ")[2]).endswith("/")]

    def _claim(self) -> None:
        """Take a place that is empty; one that holds something else stays as it is."""
        if self._claimed:
            return
        names = self._names()
        if names and MARK not in names:
            raise NotOursError("the place is not empty, and what is in it is not ours")
        if not names:
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / MARK).write_bytes(MARK_TEXT)
                self._copy(Path(folder), [MARK])
        self._claimed = True

    def _names(self) -> set[str]:
        """Return what stands at the place; nothing where there is no such place."""
        try:
            listed = self._run("--list-only", "--timeout=20", self._place)
        except _Nowhere:
            return set()
        # Mode, size, day, time, name.
        return {line.split(maxsplit=4)[-1] for line in listed.splitlines()} - {"."}

    def _copy(self, folder: Path, names: Iterable[str]) -> None:
        with _listed(names) as listing:
            chosen = ("--from0", f"--files-from={listing}")
            self._run(*COPYING, *chosen, f"{folder}/", self._place)

    def _remove(self, folder: Path, names: Iterable[str]) -> None:
        """Remove these files where `folder` has none; what is not among them is not looked at."""
        parents = {f"{parent}/" for name in names for parent in PurePosixPath(name).parents[:-1]}
        with _listed(f"/{each}" for each in (*parents, *names)) as listing:
            chosen = ("--from0", f"--include-from={listing}", "--exclude=*", "--delete")
            self._run(*COPYING, *BELOW, *chosen, f"{folder}/", self._place)

    def _run(self, *arguments: str) -> str:
        program = shutil.which("rsync")
        if not program:
            raise PushError("the rsync program is not installed")
        remote = () if self._place.startswith("rsync://") else (f"--rsh={SHELL}",)
        secret = ("--password-file=-",) if self._password else ()
        try:
            done = subprocess.run(  # noqa: S603 -- no shell; what is run is ours and the operator's
                [program, *remote, *secret, *arguments],
                input=self._password,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PushError(f"rsync took more than {SECONDS} s") from None
        if done.returncode not in {0, VANISHED}:
            nowhere = done.returncode == PARTIAL and NOWHERE.search(done.stderr)
            raise (_Nowhere if nowhere else PushError)(_last_words(done.stderr))
        return done.stdout


class _Nowhere(PushError):
    """There is no such place yet."""


def _place(parts: SplitResult) -> str:
    """Return what rsync takes as the place to copy to, with a slash at its end."""
    if parts.netloc:
        user = f"{parts.username}@" if parts.username else ""
        place = f"rsync://{user}{parts.netloc.rpartition('@')[2]}{parts.path}"
        named = bool(parts.path.strip("/"))
    else:
        place = parts.path
        named = "/" in place and not place.startswith("-") and not place.endswith(":/")
    if not named or parts.query:
        raise ValueError("A host is named like rsync:user@host:/path or rsync://host/module/path.")
    return f"{place.rstrip('/')}/"


@contextmanager
def _listed(names: Iterable[str]) -> Iterator[str]:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".files") as listing:
        listing.write("".join(f"{name}\0" for name in names))
        listing.flush()
        yield listing.name


def _last_words(stderr: str) -> str:
    said = [line for line in stderr.splitlines() if line.strip()]
    return (said[0] if said else "rsync failed")[:300]


TARGET = Host
