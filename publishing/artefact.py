"""One finished public file: bytes, what they are, and the instant that they show."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

HTML: Final = "text/html; charset=utf-8"
JS: Final = "text/javascript; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"
JSON_FEED: Final = "application/feed+json; charset=utf-8"
ATOM: Final = "application/atom+xml; charset=utf-8"
CALENDAR: Final = "text/calendar; charset=utf-8"
CSS: Final = "text/css; charset=utf-8"
CSV: Final = "text/csv; charset=utf-8"
MARKDOWN: Final = "text/markdown; charset=utf-8"
PNG: Final = "image/png"
RSS: Final = "application/rss+xml; charset=utf-8"
SVG: Final = "image/svg+xml; charset=utf-8"
TEXT: Final = "text/plain; charset=utf-8"
XML: Final = "application/xml; charset=utf-8"
# By the ending of a file's name, for whoever has nothing else to go by.
TYPES: Final = {
    "json": JSON,
    "atom": ATOM,
    "rss": RSS,
    "csv": CSV,
    "css": CSS,
    "js": JS,
    "svg": SVG,
    "png": PNG,
    "webp": "image/webp",
    "ico": "image/x-icon",
    "ics": CALENDAR,
    "md": MARKDOWN,
    "txt": TEXT,
    "xml": XML,
}


@dataclass(frozen=True)
class Artefact:
    """What stands at `path` (relative to the page's address) as of `at`; HTML has a language."""

    path: str
    content_type: str
    body: bytes
    at: datetime
    status: int = 200
    language: str = ""

    @cached_property
    def etag(self) -> str:
        """A strong validator: equal bytes, equal tag, on every host."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


class Missing(Exception):
    """Nothing public stands at this path."""


class Moved(Exception):
    """What was asked for stands elsewhere on the page; the argument is its path."""
