"""What a page tells under an id: an incident, a maintenance or an announcement."""

from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Page
from incidents.models.site.page import readable
from publishing.artefact import Missing


def entry_of(page: Page, public_id: str) -> Incident:
    """Return what is told under an id with its story, or what was withdrawn, or raise Missing."""
    entries = page.incidents.visible_to(PUBLIC).with_story()
    return entries.filter(public_id=public_id).first() or _tombstone(page, public_id)


def _tombstone(page: Page, public_id: str) -> Incident:
    """Something that was public once and was taken back: said so, with the reason."""
    taken_back = page.incidents.filter(readable("page__")).taken_back().in_sight()
    found = taken_back.select_related("page").filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return found
