"""A wrong address of the console: what is wrong with it, and the way back."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.defaults import page_not_found

from console.access import for_anybody
from console.frame import render
from incidents.models import Membership, Page
from people.models import User

HOME: Final = "console:home"


def lost(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: within the frame of the console for its own addresses, plainly elsewhere."""
    home = reverse(HOME)
    if not request.path.startswith(home):
        return page_not_found(request, exception)
    slug = request.path.removeprefix(home).partition("/")[0]
    return render(request, "lost.html", _page_of(request, slug), status=404)


@for_anybody
def nowhere(_request: HttpRequest) -> HttpResponse:
    """What no other address of the console matches, so that no public page answers for it."""
    raise Http404


def _page_of(request: HttpRequest, slug: str) -> Page | None:
    if not isinstance(request.user, User):
        return None
    return Membership.objects.pages_of(request.user).filter(slug=slug).first()
