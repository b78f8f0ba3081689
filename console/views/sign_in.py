"""Signing in and out."""

from django.contrib import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from console.access import StaffRequest, for_anybody, post_only, signed_in
from console.forms.people import SignInForm
from console.frame import render
from console.links import to
from people.models import SignInAttempt


@for_anybody
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for address and password; the same answer for an unknown address and a wrong password."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _let_in(request, form.cleaned_data["email"], form.cleaned_data["password"])
            return HttpResponseRedirect(_onward(request), status=303)
        except ValidationError as error:
            form.take(error)
    status = 422 if form.errors else 200
    return render(request, "sign_in.html", status=status, form=form, onward=_onward(request))


@signed_in
@post_only
def sign_out(request: StaffRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return HttpResponseRedirect(to("sign_in"), status=303)


def _let_in(request: HttpRequest, email: str, password: str) -> None:
    address, at = request.META.get("REMOTE_ADDR", ""), timezone.now()
    if SignInAttempt.is_throttled(address, email, at=at):
        raise ValidationError(
            _("Too many attempts. Try again in 15 minutes, or from where you usually sign in.")
        )
    user = auth.authenticate(request, username=email.strip().lower(), password=password)
    if user is None:
        SignInAttempt.record(address, email, at=at)
        raise ValidationError(_("Address and password do not fit together. Check both."))
    SignInAttempt.succeeded(address, email, at=at)
    auth.login(request, user)


def _onward(request: HttpRequest) -> str:
    wish = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wish, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wish if safe else to("home")
