"""What is said to somebody whose session has ended: at their form, with what was typed in it."""

from http import HTTPStatus

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from console.frame import render
from console.links import to
from notifications.channels import channels
from publishing.unavailable import typed

TOKEN = "csrfmiddlewaretoken"  # noqa: S105


def signed_out(request: HttpRequest, *, leads_back: bool) -> HttpResponse:
    """Answer without a session; nothing is carried out, and no page is taken away.

    What is read leads to the sign-in, and from there back if the address can be read at all. A
    request of htmx, which stands within a page, gets a word to put there; a form gets back what
    was typed, to be sent again by whoever signs in.
    """
    if request.headers.get("HX-Request"):
        return render(request, "parts/signed_out.html")
    if request.method == "POST":
        rows = unsent(request)
        return render(request, "signed_out.html", status=HTTPStatus.FORBIDDEN, typed=rows)
    return redirect_to_login(request.get_full_path() if leads_back else to("home"))


def unsent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be sent again: without tokens, passwords and keys of channels."""
    secret = {TOKEN} | {
        each.name for channel in channels().values() for each in channel.details if each.secret
    }
    return [row for row in typed(request) if row[0] not in secret]
