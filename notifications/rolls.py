"""Subscribers as a table: read from a CSV file with the reason for each bad line, and written."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from io import BytesIO, StringIO, TextIOWrapper
from itertools import batched, chain
from typing import Any, Final

from django.core.exceptions import ValidationError

from incidents.core import zones
from incidents.core.cells import harmless, meant
from incidents.core.languages import beside
from incidents.models import Component, Page
from notifications.kinds import Kind
from notifications.mail.addresses import validate_address

COLUMNS: Final = (
    "email", "state", "language", "time_zone", "components", "kinds", "confirmed_at",
)  # fmt: skip
MOST_LINES: Final = 20_000
MOST_BYTES: Final = 1_000_000
TOO_LARGE: Final = "split the file, or bring it by “manage.py import_subscribers”."
NOT_UTF_8: Final = (
    "These letters are not in UTF-8. Save the table as “CSV UTF-8” and choose it again."
)
ENCODING: Final = "utf-8-sig"
# Nobody agreed to mails about a status page before there was a Web.
OLDEST: Final = 1990


class BadLine(ValueError):
    """Why a line cannot be taken."""


@dataclass(frozen=True)
class Refused:
    """A line that is left out, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Entry:
    """One subscriber of the table, checked."""

    line: int
    email: str
    language: str = ""
    time_zone: str = ""
    components: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    confirmed_at: str = ""

    def written(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Roll:
    """A table that was read."""

    entries: list[Entry]
    refused: list[Refused]


def read(data: bytes, page: Page, at: datetime) -> Roll:
    """Reads a table as of an instant; ValidationError on "file" where it is none at all."""
    if len(data) > MOST_BYTES:
        raise ValidationError({"file": [f"At most {MOST_BYTES // 1_000_000} MB; {TOO_LARGE}"]})
    lines = TextIOWrapper(BytesIO(data), encoding=ENCODING, newline="")
    found = parts(lines, page, at, size=MOST_LINES)
    roll = next(found, Roll([], []))
    if next(found, None) is not None:
        raise ValidationError({"file": [f"At most {MOST_LINES} lines; {TOO_LARGE}"]})
    return roll


def parts(lines: Iterable[str], page: Page, at: datetime, *, size: int) -> Iterator[Roll]:
    """Reads a table of any length, so many filled lines at a time; raises as `read` does.

    Lines are counted from the beginning of the table. Of an address that stands in two parts the
    second one is not refused: it is known by then.
    """
    rows = _rows(lines)
    header = [name.strip().lower() for name in next(rows, (0, []))[1]]
    if "email" not in header:
        raise ValidationError({"file": ["The first line names the columns, “email” among them."]})
    reader = _Reader(page, at)
    for some in batched(filter(_is_filled, rows), size):
        yield reader.roll((line, dict(zip(header, cells, strict=False))) for line, cells in some)


def write(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Writes a table line by line; no cell is a formula."""
    for row in chain([COLUMNS], rows):
        sheet = StringIO()
        csv.writer(sheet).writerow([harmless(cell) for cell in row])
        yield sheet.getvalue()


type Row = tuple[int, list[str]]


class _Reader:
    """Reads lines for one page."""

    def __init__(self, page: Page, at: datetime) -> None:
        self._at = at
        self._seen: dict[str, int] = {}
        self._languages = {page.language: "", "": ""} | {
            code: code for code in beside(page.language, page.languages)
        }
        self._components: dict[str, Component] = {}
        for component in page.components.all():
            self._components |= {component.public_id: component, component.name: component}

    def roll(self, rows: Iterable[tuple[int, dict[str, str]]]) -> Roll:
        """Lines that belong together: no address stands in them twice."""
        self._seen.clear()
        roll = Roll([], [])
        for line, cells in rows:
            try:
                said = {name: meant(cell) for name, cell in cells.items()}
                roll.entries.append(self.entry(line, said))
            except BadLine as wrong:
                roll.refused.append(Refused(line, str(wrong)))
        return roll

    def entry(self, line: int, cells: dict[str, str]) -> Entry:
        """One line; BadLine where something in it cannot be."""
        if cells.get("state", "").strip() not in {"", "confirmed"}:
            raise BadLine(f"Is “{cells['state'].strip()[:40]}”, not confirmed.")
        return Entry(
            line=line,
            email=self._address(cells.get("email", ""), line),
            language=self._language(cells.get("language", "").strip().lower()),
            time_zone=_zone(cells.get("time_zone", "").strip()),
            components=_once(self._component(name) for name in _words(cells, "components")),
            kinds=_once(_kind(name) for name in _words(cells, "kinds")),
            confirmed_at=_instant(cells.get("confirmed_at", "").strip(), self._at),
        )

    def _address(self, text: str, line: int) -> str:
        try:
            address = validate_address(text)
        except ValidationError as wrong:
            raise BadLine(" ".join(wrong.messages)) from wrong
        if address in self._seen:
            raise BadLine(f"The same address as in line {self._seen[address]}.")
        self._seen[address] = line
        return address

    def _language(self, code: str) -> str:
        if code not in self._languages:
            raise BadLine(f"The page has no language “{code[:40]}”.")
        return self._languages[code]

    def _component(self, name: str) -> int:
        if name not in self._components:
            raise BadLine(f"The page has no component “{name[:60]}”.")
        return self._components[name].pk


def _is_filled(row: Row) -> bool:
    return any(row[1])


def _rows(lines: Iterable[str]) -> Iterator[Row]:
    try:
        reader = csv.reader(lines, strict=True)
        for cells in reader:
            yield reader.line_num, cells
    except UnicodeDecodeError as wrong:
        raise ValidationError({"file": [NOT_UTF_8]}) from wrong
    except csv.Error as wrong:
        raise ValidationError({"file": [f"This is no CSV file: {wrong}."]}) from wrong


def _zone(name: str) -> str:
    if name and name not in zones.names():
        raise BadLine(f"There is no time zone “{name[:40]}”.")
    return name


def _kind(name: str) -> str:
    if name not in Kind.values:
        raise BadLine(f"“{name[:40]}” is none of {', '.join(Kind.values)}.")
    return name


def _instant(text: str, now: datetime) -> str:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise BadLine(f"“{text[:40]}” is no time in ISO 8601.") from wrong
    if at is not None and at.tzinfo is None:
        raise BadLine(f"“{text[:40]}” does not say its time zone.")
    if at is not None and (at.year < OLDEST or at > now):
        raise BadLine(f"“{text[:40]}” is no time between {OLDEST} and now.")
    return text


def _words(cells: dict[str, str], name: str) -> list[str]:
    return [word for each in cells.get(name, "").split(";") if (word := each.strip())]


def _once[T](items: Iterable[T]) -> list[T]:
    """Each once, in its place: a component may be named by its name and by its id."""
    return list(dict.fromkeys(items))
