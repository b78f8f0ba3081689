"""Who may open which door: every view of the console carries one of these marks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_htmx.middleware import HtmxDetails

from console.frame import render
from incidents.core.roles import Ability, Role, roles_with
from incidents.models import Membership, Page
from people.models import User

ANYBODY: Final = "anybody"
SIGNED_IN: Final = "signed in"
OWNER: Final = "owner"


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


def for_anybody(view: View) -> View:
    """A door without a lock: signing in."""
    return _marked(view, ANYBODY, never_cache(view))


def signed_in(view: View) -> View:
    """For everybody who is signed in, on whichever page."""

    def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
        known = isinstance(request.user, User)
        return view(request, **parts) if known else _to_sign_in(request)

    return _marked(view, SIGNED_IN, never_cache(guarded))


def owner_only(view: View) -> View:
    """For owners of the installation."""

    def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            return _to_sign_in(request)
        if request.user.is_superuser:
            return view(request, **parts)
        return _refused(request, None, _("Only an owner of this installation may do this."))

    return _marked(view, OWNER, never_cache(guarded))


def may(ability: Ability) -> Callable[[View], View]:
    """For members of the page in the address who have `ability`; the view gets the Page."""

    def lock(view: View) -> View:
        def guarded(request: HttpRequest, slug: str, **parts: Any) -> HttpResponse:
            if not isinstance(request.user, User):
                return _to_sign_in(request)
            page = _page_of(request.user, slug)
            if Membership.objects.can(request.user, page, ability):
                with timezone.override(page.zone):
                    return view(request, page, **parts)
            return _refused(request, page, _who_may(ability))

        return _marked(view, ability, never_cache(guarded))

    return lock


def _marked(view: View, ability: str, guarded: View) -> View:
    guarded = wraps(view)(guarded)
    guarded.ability = ability  # type: ignore[attr-defined]
    return guarded


def _page_of(user: User, slug: str) -> Page:
    """A page that somebody does not work on looks to them like one that does not exist."""
    page = Membership.objects.pages_of(user).filter(slug=slug).first()
    if page is None:
        raise Http404
    return page


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    answer = redirect_to_login(request.get_full_path())
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": answer.url})
    return answer


def _who_may(ability: Ability) -> str:
    names = ", ".join(str(Role(role).label) for role in roles_with(ability))
    return _("“%(ability)s” is for these roles: %(roles)s.") % {
        "ability": ability.label,
        "roles": names,
    }


def _refused(request: HttpRequest, page: Page | None, why: str) -> HttpResponse:
    return render(request, "refused.html", page, status=403, why=why)
