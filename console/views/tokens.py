"""One's own keys for the API; a plaintext is shown once."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, post_only, signed_in
from console.answering import answer, settle
from console.forms.people import TokenForm
from console.links import to
from people.models import ApiToken


@signed_in
def tokens(request: StaffRequest) -> HttpResponse:
    """List one's own tokens, and issue one."""
    form = TokenForm(request.POST or None)

    def act() -> str:
        at, days = timezone.now(), form.cleaned_data["days"]
        ends = at + timedelta(days=days) if days else None
        words = form.words("name", "scopes")
        _token, plaintext = ApiToken.issue(owner=request.user, at=at, expires_at=ends, **words)
        messages.success(request, _("The token, shown this once: %s") % plaintext)
        return to("tokens")

    mine = ApiToken.objects.filter(owner=request.user).order_by("-pk")
    return answer(request, form, act, "tokens.html", tokens=mine)


@signed_in
@post_only
def revoke_token(request: StaffRequest, number: int) -> HttpResponse:
    """End a token's life."""
    mine = get_object_or_404(ApiToken, owner=request.user, pk=number)
    return settle(request, lambda: mine.revoke(at=timezone.now()), to("tokens"))
