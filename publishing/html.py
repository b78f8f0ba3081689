"""One way to make an HTML artefact: the page's language, zone and addresses are always at hand."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from incidents.core.clocks import offset_name
from incidents.models import Page
from publishing.artefact import HTML, Artefact
from publishing.brand import Look
from publishing.core.paths import twin_of
from publishing.words.tongues import here, language_of, tongues
from publishing.words.wording import original


def html(
    template: str, page: Page, path: str, at: datetime, *, status: int = 200, **context: Any
) -> Artefact:
    """Render `template` for `page` as of `at`; it stands at `path` of the spoken language."""
    language = language_of(page)
    with translation.override(language):
        body = render_to_string(
            f"publishing/pages/{template}", surroundings(page, path, at) | context
        )
    return Artefact(here(page) + path, HTML, body.encode(), at, status, language)


def surroundings(page: Page, path: str, at: datetime) -> dict[str, Any]:
    """What every page needs: nothing in it depends on who asks, or through which host.

    `root` is where the pages of this language begin, `base` where feeds, data and assets do.
    """
    return {
        "page": page,
        "look": Look(page),
        "at": at,
        "zone": page.zone,
        "offset": offset_name(at.astimezone(page.zone)),
        "root": page.path(here(page)),
        "base": page.path(),
        "canonical": page.url(here(page) + path),
        "is_front": not path,
        "card": page.url("card.png"),
        "twin": page.path(twin_of(here(page) + path)),
        "language": language_of(page),
        "tongues": tongues(page, path),
        "original": original(page),
    }
