"""A private page as one of its groups sees it, under an address of the console."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone

from console.access import StaffRequest, may
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Page
from publishing.artefact import HTML, Artefact, Moved
from publishing.as_seen import as_seen_by
from publishing.models import AccessGroup

TOP = b"<body>\n"


@may(Ability.ADMINISTER)
def see_as_group(request: StaffRequest, page: Page, group_id: str, path: str = "") -> HttpResponse:
    """Show what they see, with a line that says so above each page."""
    group = get_object_or_404(AccessGroup, page=page, public_id=group_id)
    root = to("see_as_group", page, group_id=group_id)
    try:
        shown = as_seen_by(group, path, root, timezone.now())
    except Moved as moved:
        return HttpResponseRedirect(f"{root}{moved}")
    body = _marked(shown, group, to("door", page))
    return HttpResponse(body, content_type=shown.content_type, status=shown.status)


def _marked(shown: Artefact, group: AccessGroup, back: str) -> bytes:
    if shown.content_type != HTML:
        return shown.body
    line = render_to_string("console/parts/seen_as.html", {"group": group, "back": back})
    return shown.body.replace(TOP, TOP + line.encode(), 1)
