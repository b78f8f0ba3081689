"""Style sheet, script and icon as files of the page, so that its folder stands by itself."""

from datetime import datetime

from incidents.models import Page
from publishing import assets
from publishing.artefact import Artefact, Missing


def styling(_page: Page, at: datetime, name: str) -> Artefact:
    """Render `/assets/<name>` or `/favicon.svg` of a page."""
    return stylings(name, at)


def stylings(name: str, at: datetime) -> Artefact:
    """The same for every page, and where there is none; raises Missing for an old name."""
    found = assets.by_file_name(name)
    if found is None:
        raise Missing
    path = name if name == "favicon.svg" else f"assets/{name}"
    return Artefact(path, found.content_type, found.body, at)
