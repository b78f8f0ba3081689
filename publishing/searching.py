"""Search by an error text: somebody pastes what they saw, and finds the incident.

It reads the texts that are published; the answer is cached nowhere.
"""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode

from incidents.core.viewers import let_in_to
from incidents.models import Page
from incidents.symptoms import QUERY_LIMIT
from publishing.answers import for_one_reader
from publishing.html import html
from publishing.pages.search_texts import PATH, SearchTexts, search_texts
from publishing.published.shelf import Shelf
from publishing.views import in_its_language, no_such_page, page_of, reads_only
from publishing.words.tongues import tongues


@reads_only
@in_its_language
def search(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The form, and what is known of the text that was pasted."""
    page, at = page_of(request, slug), timezone.now()
    if page is None:
        return no_such_page(request, at)
    asked = request.GET.get("q", "").strip()
    matches = texts_of(page, at).find(asked) if asked else []
    return for_one_reader(
        html(
            "search.html",
            page,
            "search/",
            at,
            asked=asked[:QUERY_LIMIT],
            cut=len(asked) > QUERY_LIMIT,
            limit=QUERY_LIMIT,
            matches=matches,
            tongues=tongues(page, f"search/?{urlencode({'q': asked})}" if asked else "search/"),
        )
    )


def texts_of(page: Page, at: datetime) -> SearchTexts:
    """What can be found on a page: as published, or, before anything is, as the record has it.

    Whoever was let in finds what they see, and never what was published for everybody.
    """
    shelf = Shelf(settings.PUBLISHED_DIR, page.public_id)
    body = shelf.read(PATH) if let_in_to() is None else None
    return _loaded(body or search_texts(page, at).body)


@lru_cache(maxsize=4)
def _loaded(body: bytes) -> SearchTexts:
    return SearchTexts.load(body)
