"""What made a file beside the record: other words, looks or settings have every file made anew."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.version import get_version

from notifications.channels import channels
from publishing import assets

PARTS = ("templates/base", "templates/publishing", "locale")


def build() -> str:
    """A digest of what every public file is made with, beside the record."""
    told = [channel.name for channel in channels().values() if channel.public]
    return _digest(settings.SITE_URL, *sorted(told))


@cache
def _digest(*settings_told: str) -> str:
    digest = hashlib.sha256("\0".join([get_version(), *settings_told]).encode())
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
