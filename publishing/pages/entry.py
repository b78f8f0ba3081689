"""The page of one incident, maintenance or announcement; a withdrawn one leaves a tombstone."""

from datetime import datetime

from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Page
from publishing.artefact import Artefact, Missing, Moved
from publishing.formats import linked
from publishing.html import html
from publishing.pages.series import place_of
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


def entry_of(page: Page, public_id: str) -> Incident:
    """Return what is told under an id with its story, or what was withdrawn, or raise Missing."""
    entries = page.incidents.visible_to(PUBLIC).with_story()
    return entries.filter(public_id=public_id).first() or _tombstone(page, public_id)


def previewed(found: Incident, at: datetime) -> Artefact:
    """Render an entry for staff as readers would see it, whether they may or not."""
    template = "maintenance.html" if found.is_maintenance else "incident.html"
    story = Story(found, at)
    return html(
        template, found.page, found.public_path, at, story=story, incident=found, preview=True
    )


def _tombstone(page: Page, public_id: str) -> Incident:
    """Something that was public once and was taken back: said so, with the reason."""
    taken_back = page.incidents.filter(
        public_id=public_id,
        withdrawn_at__isnull=False,
        published_at__isnull=False,
        rehearsal=False,
        page__visibility=Page.Visibility.PUBLIC,
    )
    found = taken_back.select_related("page").first()
    if found is None:
        raise Missing
    return found
