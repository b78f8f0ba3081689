"""What is turned away before any screen sees it: a form without its token, a host not ours."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

from console.frame import render
from console.signed_out import unsent


@never_cache
def untaken(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that is old or came without our cookie, with what was typed in it.

    What another site had sent is not offered to be sent again: that would do what it wanted.
    """
    again = unsent(request) if _is_ours(request) else []
    return render(request, "untaken.html", status=HTTPStatus.FORBIDDEN, typed=again)


@never_cache
def not_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: under a host that is not ours nothing of a page or a session is known."""
    text = render_to_string("console/not_here.html")
    return HttpResponse(text, status=HTTPStatus.BAD_REQUEST)


def _is_ours(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
