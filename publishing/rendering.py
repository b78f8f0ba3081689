"""Rendering is a function of (page, path, at): the same record gives the same bytes, anywhere."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from incidents.models import Page
from publishing import feeds, statusapi
from publishing.artefact import Artefact, Missing, Moved
from publishing.pages.entry import incident, maintenance
from publishing.pages.history import history, history_month
from publishing.pages.postmortem import postmortem
from publishing.pages.status import status

type Renderer = Callable[..., Artefact]

ID: Final = r"(?P<public_id>[a-z0-9]{12})"
ROUTES: Final[tuple[tuple[re.Pattern[str], Renderer], ...]] = tuple(
    (re.compile(pattern), renderer)
    for pattern, renderer in (
        (r"", status),
        (rf"incidents/{ID}/", incident),
        (rf"maintenance/{ID}/", maintenance),
        (rf"postmortems/{ID}/", postmortem),
        (r"history/", history),
        (r"history/(?P<month>\d{4}-\d{2})/", history_month),
        (r"history\.atom", feeds.atom),
        (r"history\.rss", feeds.rss),
        (r"api/v2/(?P<name>[a-z/-]+)\.json", statusapi.answer),
    )
)


def render(page: Page, path: str, at: datetime) -> Artefact:
    """Return what stands at `path` of `page` as of `at`.

    Raises Missing where nothing public stands, Moved where it stands elsewhere.
    """
    for pattern, renderer in ROUTES:
        if match := pattern.fullmatch(path):
            return renderer(page, at, **match.groupdict())
    if any(pattern.fullmatch(f"{path}/") for pattern, _renderer in ROUTES):
        raise Moved(f"{path}/")
    raise Missing
