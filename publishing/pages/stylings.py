"""Style sheet, script and icon as files of the page, so that its folder stands by itself."""

from datetime import datetime

from incidents.models import Page
from publishing import assets
from publishing.artefact import Artefact, Missing


def stylings(page: Page, at: datetime, name: str) -> Artefact:
    """Render `/assets/<name>` or `/favicon.svg`; the same for every page."""
    found = assets.by_file_name(name)
    if found is None:
        raise Missing
    path = name if name == "favicon.svg" else f"assets/{name}"
    return Artefact(path, found.content_type, found.body, at)
