"""Which version of our own words and looks made a file: another one has every file made anew."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.version import get_version

from publishing import assets

PARTS = ("templates/base", "templates/publishing", "locale")


@cache
def build() -> str:
    """A digest of what every public file is made with, beside the record."""
    digest = hashlib.sha256(get_version().encode())
    for name in (*assets.BY_CONTENT, "script.js"):
        digest.update(assets.named(name).file_name.encode())
    folders = [settings.ASSETS_DIR / part for part in PARTS]
    floors = [Path(settings.PROJECT_DIR).parent / floor for floor in ("publishing", "incidents")]
    for place in _sources([*folders, *floors]):
        digest.update(place.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folders: list[Path]) -> list[Path]:
    found = (place for folder in folders for place in folder.rglob("*"))
    return sorted(place for place in found if place.suffix in {".py", ".html", ".txt", ".mo"})
