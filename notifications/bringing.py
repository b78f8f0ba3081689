"""A table of subscribers of any length: taken up part by part, and on from where it stopped."""

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Final

from incidents.models import Page
from notifications.models import Intake
from notifications.rolls import ENCODING, Roll, parts
from people.actors import Actor

PART: Final = 10_000


def read(path: Path, page: Page, at: datetime) -> Iterator[Roll]:
    """The table in parts; ValidationError on "file" where it is none, OSError where none is."""
    with path.open(encoding=ENCODING, newline="") as lines:
        yield from parts(lines, page, at, size=PART)


def bring(
    path: Path, page: Page, *, consent: bool, by: Actor, clock: Callable[[], datetime]
) -> Iterator[tuple[Roll, Intake | None]]:
    """Takes up one part after the other; yields each once it is in, None where nobody is in it.

    Whoever was stopped does the same again: what is in stays in, what was begun is finished. Known
    by its content and `consent`, not by its name. Raises as `read` does.
    """
    source = _source(path, consent=consent)
    kept = page.intakes.defer("entries").filter(source=source)
    for part, roll in enumerate(read(path, page, clock()), start=1):
        intake = kept.filter(part=part).first()
        if (intake is None or intake.gave_up) and roll.entries:
            intake = Intake.begin(
                page, roll, consent=consent, by=by, at=clock(), source=source, part=part
            )
        if intake is not None:
            intake.finish(clock)
        yield roll, intake


def _source(path: Path, *, consent: bool) -> str:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256")
    digest.update(b"consent" if consent else b"each is asked")
    return digest.hexdigest()
