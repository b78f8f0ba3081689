"""What is said where nothing stands."""

from datetime import datetime

from incidents.models import Page
from publishing.artefact import Artefact
from publishing.html import html


def missing(page: Page, path: str, at: datetime) -> Artefact:
    """Render a 404 that helps."""
    return html("missing.html", page, path, at, status=404)
