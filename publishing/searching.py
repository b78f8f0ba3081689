"""Search by an error text: somebody pastes what they saw, and finds the incident. Never cached."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from incidents.symptoms import QUERY_LIMIT, find
from publishing.answers import for_one_reader
from publishing.html import html
from publishing.tongues import tongues
from publishing.views import in_its_language, no_such_page, page_of


@require_safe
@in_its_language
def search(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The form, and what is known of the text that was pasted."""
    page, at = page_of(request, slug), timezone.now()
    if page is None:
        return no_such_page(request, at)
    asked = request.GET.get("q", "").strip()
    matches = find(page, asked) if asked else []
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
