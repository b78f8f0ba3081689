"""A published postmortem, with the original updates linked beneath."""

from datetime import datetime

from django.db.models import Prefetch

from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Page
from publishing.artefact import Artefact, Missing
from publishing.html import html
from publishing.story import Story


def postmortem(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/postmortems/<id>/`."""
    told = Incident.objects.visible_to(PUBLIC).with_story().order_by("started_at", "pk")
    published = page.postmortems.visible_to(PUBLIC).select_related("page")
    found = (
        published.prefetch_related("sections", Prefetch("incidents", told))
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Missing
    return html(
        "postmortem.html",
        page,
        found.public_path,
        at,
        postmortem=found,
        sections=found.ordered_sections(),
        stories=[Story(incident, at) for incident in found.incidents.all()],
    )
