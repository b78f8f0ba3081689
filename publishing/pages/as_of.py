"""An incident's page as it stood at an instant: what was known and said by then, no more."""

from datetime import datetime

from incidents.as_known import as_known
from incidents.core.viewers import PUBLIC
from incidents.models import Page
from publishing.artefact import Artefact, Missing
from publishing.html import html
from publishing.story.story import Story
from publishing.words.stamps import GRAIN, read
from publishing.words.tongues import here


def as_of(page: Page, at: datetime, public_id: str, stamp: str) -> Artefact:
    """Render `/incidents/<id>/as-of/<stamp>/`; 404 before the first post and in the future."""
    then = read(stamp)
    # What was said within this second bears the stamp of the next one.
    has_come = then is not None and then < at + GRAIN
    found = as_known(page, public_id, then, PUBLIC) if then and has_come else None
    if found is None or then is None or found.is_maintenance:
        raise Missing
    path = f"{found.public_path}as-of/{stamp}/"
    story = Story(found, then)
    return html(
        "as_of.html", page, path, then, story=story, incident=found, frozen=True,
        canonical=page.url(here(page) + found.public_path),
    )  # fmt: skip
