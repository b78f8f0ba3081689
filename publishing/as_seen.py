"""A page as a group of its readers sees it, for staff who look at it so; nothing of it is kept."""

import re
from dataclasses import replace
from datetime import datetime

from incidents.core.viewers import let_in
from incidents.models import Page
from publishing.artefact import HTML, Artefact, Missing
from publishing.models import AccessGroup
from publishing.pages.missing import path_for
from publishing.rendering import render


def as_seen_by(group: AccessGroup, path: str, root: str, at: datetime) -> Artefact:
    """Render what stands at `path` for them, with links that lead on below `root`.

    Raises Moved.
    """
    page = group.page
    with let_in(group.sight):
        try:
            shown = render(page, path, at)
        except Missing:
            shown = render(page, path_for(page, path), at)
    body = _below(root, page, shown.body) if shown.content_type == HTML else shown.body
    return replace(shown, body=body)


def _below(root: str, page: Page, body: bytes) -> bytes:
    """Move the page's own addresses, which may begin at the root of its host."""
    own = "|".join(map(re.escape, (page.url(), page.path())))
    address = re.compile(rf'( (?:href|src|action)=")(?:{own})(?!/)'.encode())
    return address.sub(lambda found: found[1] + root.encode(), body)
