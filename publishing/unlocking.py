"""The question for the password of a private page, and what comes of an answer."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from incidents.models import Page
from people.models import SignInAttempt
from publishing.answers import for_one_reader
from publishing.html import html
from publishing.models import AccessGroup, Door
from publishing.models.door import LONGEST
from publishing.models.entrance import KEPT, Entrance
from publishing.private_pages import private_page, unseen
from publishing.published.counter import SAFE
from publishing.subscriptions.subscribing import Words
from publishing.views import public

UNLOCK: Final = "unlock/"
WRONG: Final = _("That is not the password.")
WAIT: Final = _("Too many wrong passwords; please wait a quarter of an hour.")


class TooManyGuesses(Exception):
    """Whoever asks has to wait."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """Take a password, and lead its reader to where they were going."""
    page, at = private_page(request)[0], timezone.now()
    if page is None or not asks(page):
        return public(request, path=UNLOCK, slug=slug)
    if request.method != "POST":
        return unseen(HttpResponseRedirect(page.path()))
    back = _within(request.POST.get("back", ""))
    try:
        entrance = _opened(page, request, at)
    except TooManyGuesses:
        return locked(page, back, at, WAIT, status=429)
    if entrance is None:
        return locked(page, back, at, WRONG)
    response = HttpResponseRedirect(page.path(back))
    response.set_cookie(
        entrance.cookie, entrance.key(), max_age=KEPT,
        secure=request.is_secure(), httponly=True, samesite="Lax",
    )  # fmt: skip
    return unseen(response)


def asks(page: Page) -> bool:
    """Whether there is a password that opens something."""
    return bool(Door.of(page).password) or AccessGroup.asks_on(page)


def locked(
    page: Page, back: str, at: datetime, error: Words = "", *, status: int = 403
) -> HttpResponse:
    """Ask for the password; nothing is told but whose page it is.

    `back` is the path within the page that it leads to.
    """
    asked = {"error": error, "back": _within(back)}
    return unseen(for_one_reader(html("locked.html", page, UNLOCK, at, status=status, **asked)))


def _within(path: str) -> str:
    """Keep to the page: what is no plain path within it leads to its front."""
    return path if SAFE.fullmatch(path) else ""


def _opened(page: Page, request: HttpRequest, at: datetime) -> Entrance | None:
    """What the password opens: what a group sees of the page, or all of it.

    A group's is made by chance and too long to be guessed, so that nobody waits for it because
    others guess. It clears no count either: whoever has one could guess the page's own for ever.
    """
    typed = request.POST.get("password", "")
    if len(typed) > LONGEST:
        return None
    door, address = Door.of(page), request.META.get("REMOTE_ADDR", "")
    opened = AccessGroup.knowing(page, typed)
    return opened or (door if _knows(door, typed, address, at) else None)


def _knows(door: Door, password: str, address: str, at: datetime) -> bool:
    """Whether it opens the page itself. Raises TooManyGuesses."""
    if not door.password:
        return False
    name, realm = f"door of {door.page.public_id}", SignInAttempt.Realm.PAGES
    if SignInAttempt.is_throttled(address, name, at=at, realm=realm):
        raise TooManyGuesses
    if door.knows(password):
        SignInAttempt.succeeded(address, name, at=at)
        return True
    SignInAttempt.record(address, name, at=at, realm=realm)
    return False
