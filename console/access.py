"""Who may open which door: every view of the console carries one of these marks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from console.frame import render
from console.signed_out import signed_out
from incidents.core.roles import Ability, Role, roles_with
from incidents.models import Membership, Page
from people.models import User

RENEWED: Final = "renewed"
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
        known = _known(request)
        return view(request, **parts) if known else _to_sign_in(request, view)

    return _marked(view, SIGNED_IN, never_cache(guarded))


def owner_only(view: View) -> View:
    """For owners of the installation."""

    def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
        user = _known(request)
        if user is None:
            return _to_sign_in(request, view)
        if user.is_superuser:
            return view(request, **parts)
        return _refused(request, None, _("Only an owner of this installation may do this."))

    return _marked(view, OWNER, never_cache(guarded))


def may(ability: Ability) -> Callable[[View], View]:
    """For members of the page in the address who have `ability`; the view gets the Page."""

    def lock(view: View) -> View:
        def guarded(request: HttpRequest, slug: str, **parts: Any) -> HttpResponse:
            user = _known(request)
            if user is None:
                return _to_sign_in(request, view)
            page = _page_of(user, slug)
            if Membership.objects.can(user, page, ability):
                with timezone.override(page.zone):
                    return view(request, page, **parts)
            return _refused(request, page, _who_may(ability))

        return _marked(view, ability, never_cache(guarded))

    return lock


def post_only(view: View) -> View:
    """For what is pressed and never read: no sign-in leads back to its address."""
    guarded = require_POST(view)
    guarded.post_only = True  # type: ignore[attr-defined]
    return guarded


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


def _known(request: HttpRequest) -> User | None:
    """Whoever is signed in; a session in use lasts on, which is written once a day."""
    if not isinstance(request.user, User):
        return None
    today = timezone.now().date().isoformat()
    if request.session.get(RENEWED) != today:
        request.session[RENEWED] = today
    return request.user


def _to_sign_in(request: HttpRequest, view: View) -> HttpResponse:
    return signed_out(request, leads_back=not getattr(view, "post_only", False))


def _who_may(ability: Ability) -> str:
    names = ", ".join(str(Role(role).label) for role in roles_with(ability))
    return _("“%(ability)s” is for these roles: %(roles)s.") % {
        "ability": ability.label,
        "roles": names,
    }


def _refused(request: HttpRequest, page: Page | None, why: str) -> HttpResponse:
    return render(request, "refused.html", page, status=403, why=why)
