"""What is said where nothing stands."""

from datetime import datetime

from incidents.models import Page
from publishing.artefact import Artefact
from publishing.html import html
from publishing.tongues import speaking, split, tongues


def missing(page: Page, path: str, at: datetime) -> Artefact:
    """Render a 404 that helps, in the language that the path asks for."""
    language, rest = split(page, path)
    with speaking(page, language):
        return html("missing.html", page, rest, at, status=404, tongues=tongues(page, ""))
