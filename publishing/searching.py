"""Search by an error text: somebody pastes what they saw, and finds the incident. Never cached."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.symptoms import QUERY_LIMIT, find
from publishing.answers import for_one_reader
from publishing.html import html
from publishing.views import not_set_up, page_of


@require_safe
def search(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """The form, and what is known of the text that was pasted."""
    page = page_of(request, slug)
    if page is None:
        return not_set_up()
    asked = request.GET.get("q", "").strip()
    matches = find(page, asked) if asked else []
    return for_one_reader(
        html(
            "search.html",
            page,
            "search/",
            timezone.now(),
            asked=asked[:QUERY_LIMIT],
            cut=len(asked) > QUERY_LIMIT,
            limit=QUERY_LIMIT,
            matches=matches,
        )
    )
