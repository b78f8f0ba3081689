"""One's own password: whoever was given one by somebody else chooses another."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from console.access import StaffRequest, signed_in
from console.answering import answer
from console.forms.people import PasswordForm
from console.links import to
from people.models import SignInAttempt


@signed_in
@sensitive_post_parameters("old", "new")
def password(request: StaffRequest) -> HttpResponse:
    """Change it, and end one's other sessions."""
    form = PasswordForm(request.POST or None)

    def act() -> str:
        _change(request, **form.words("old", "new"))
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed. Your other sessions have ended."))
        return to("password")

    return answer(request, form, act, "password.html")


def _change(request: StaffRequest, old: str, new: str) -> None:
    """At a desk that was left alone, guessing the old one is as slow as at the door."""
    address, email, at = request.META.get("REMOTE_ADDR", ""), request.user.email, timezone.now()
    if SignInAttempt.is_throttled(address, email, at=at):
        raise ValidationError(_("Too many attempts. Try again in 15 minutes."))
    try:
        request.user.change_password(old, new)
    except ValidationError as error:
        if "old" in error.message_dict:
            SignInAttempt.record(address, email, at=at)
        raise
