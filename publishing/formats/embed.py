"""What other sites may show of a page: a small frame, and the script that puts it in a corner."""

import hashlib
from datetime import datetime
from typing import Final

from incidents.models import Incident, Page
from incidents.reading import MILD, UNDER_WAY, PageState
from publishing import assets
from publishing.artefact import Artefact, Moved
from publishing.formats.states import LOOKS
from publishing.html import html
from publishing.sitting import state_of
from publishing.words.tongues import here, localised

PATH: Final = "embed/"
SCRIPT: Final = "embed/script.js"


def frame(page: Page, at: datetime) -> Artefact:
    """Render `/embed/`: what is wrong now, if anything is; the one page that others may frame."""
    state = state_of(page, at)
    shown = _worth_showing(state)
    entry = next(iter(shown), None)
    if entry is not None and entry.is_maintenance and state.shown.indicator not in MILD:
        # What somebody set by hand is worse than any work: then the page speaks.
        entry = None
    home = page.url(here(page))
    indicator = state.shown.indicator
    colour = LOOKS[indicator]
    look = "maintenance" if indicator == "maintenance" else "incident"
    if entry is not None:
        look = "maintenance" if entry.is_maintenance else "incident"
    elif indicator == "none":
        look = "none"
    return html(
        "embed.html", page, PATH, at,
        entry=entry,
        others=len(shown) - bool(entry),
        word=state.shown.said,
        look=look,
        colour=colour,
        key=_key(f"{look} {colour}", state.shown.description, shown),
        address=localised(page, entry.public_url) if entry else home,
        home=home,
    )  # fmt: skip


def script(page: Page, at: datetime) -> Artefact:
    """Render `/embed/script.js`; it finds the page by its own address."""
    found = assets.named("script.js")
    return Artefact(SCRIPT, found.content_type, found.body, at)


def old_frame(page: Page, at: datetime) -> Artefact:
    """Lead from where Statuspage has its frame to ours."""
    raise Moved(PATH)


def _worth_showing(state: PageState) -> list[Incident]:
    """The incidents that go on, the worst first, then the work that is under way."""
    running = [each for each in state.maintenances if each.status in UNDER_WAY]
    return state.worst_first + running


def _key(look: str, word: str, shown: list[Incident]) -> str:
    """Another one whenever any of them has news; whoever dismissed the frame sees that."""
    told = " ".join(f"{each.public_id} {each.updated_at.isoformat()}" for each in shown) or word
    return hashlib.sha256(f"{look} {told}".encode()).hexdigest()[:12]
