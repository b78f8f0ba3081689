"""The page of one incident, maintenance or announcement; a withdrawn one leaves a tombstone."""

from datetime import datetime

from incidents.models import Incident, Page
from publishing.artefact import Artefact, Moved
from publishing.formats import linked
from publishing.html import html
from publishing.pages.series import place_of
from publishing.story.entries import entry_of
from publishing.story.story import Story


def incident(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/incidents/<id>/`."""
    return _entry(page, at, f"incidents/{public_id}/", public_id)


def maintenance(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/maintenance/<id>/`."""
    return _entry(page, at, f"maintenance/{public_id}/", public_id)


def _entry(page: Page, at: datetime, path: str, public_id: str) -> Artefact:
    found = entry_of(page, public_id)
    if found.public_path != path:
        raise Moved(found.public_path)
    if found.withdrawn_at:
        return html("withdrawn.html", page, path, at, incident=found, status=410)
    template = "maintenance.html" if found.is_maintenance else "incident.html"
    story, series = Story(found, at), place_of(found, at)
    return html(
        template, page, path, at,
        story=story, incident=found, series=series, linked=linked.of_entry(story),
    )  # fmt: skip


def previewed(found: Incident, at: datetime) -> Artefact:
    """Render an entry for staff as readers would see it, whether they may or not."""
    template = "maintenance.html" if found.is_maintenance else "incident.html"
    story = Story(found, at)
    return html(
        template, found.page, found.public_path, at, story=story, incident=found, preview=True
    )
