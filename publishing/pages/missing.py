"""What is said where nothing stands: how things are now, what was last told, and a search."""

from datetime import datetime
from typing import Final

from incidents.models import Page
from publishing.artefact import Artefact
from publishing.html import html
from publishing.sitting import state_of
from publishing.story.story import Story
from publishing.words.tongues import prefix, split, tongues

PATH: Final = "404/"
NEWEST: Final = 5


def missing(page: Page, at: datetime) -> Artefact:
    """Render a 404 that helps; it is the same for every address, so that one file does."""
    state = state_of(page, at)
    newest = [Story(entry, at) for entry in [*state.incidents, *state.recent][:NEWEST]]
    return html(
        "missing.html", page, PATH, at, status=404, state=state, newest=newest,
        tongues=tongues(page, ""),
    )  # fmt: skip


def path_for(page: Page, path: str) -> str:
    """Where that page stands in the language that a path asks for."""
    return prefix(page, split(page, path)[0]) + PATH
