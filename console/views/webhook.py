"""One webhook: what was sent and answered, its secret, and what can be sent again."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.base import ConsoleForm
from console.frame import render
from console.links import to
from incidents.core import checks
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.models import Broadcast, Endpoint


@may(Ability.ADMINISTER)
def webhook(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """The last calls with request and answer; secrets are masked, and seen by admins alone."""
    mine = _endpoint(page, number)
    calls, kept, now = mine.calls, mine.kept, timezone.now()
    said = mine.requests(calls)
    return render(
        request,
        "webhook.html",
        page,
        endpoint=mine,
        calls=[(each, _indented(said.get(each.told, ""))) for each in calls],
        version=kept.version,
        old_until=kept.ends if len(kept.valid(now)) > 1 else None,
    )


@may(Ability.ADMINISTER)
def change_secret(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Begin a day on which two secrets are valid, once asked."""
    mine, back = _endpoint(page, number), to("webhook", page, number=number)
    form = ConsoleForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        secret = mine.change_secret(**doer(request))
        messages.success(request, _("The new secret, shown this once: %s") % secret)
        return back

    about = _(
        "The new secret is shown once. For a day calls are signed with both; a receiver that has "
        "only the old one by then refuses them."
    )
    return ask(
        request, page, form, act, title=_("Change the secret"), back=back, about=about, danger=True
    )


@may(Ability.ADMINISTER)
@post_only
def handle_webhook(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Send again, or call it again after a quarantine."""
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    mine = _endpoint(page, number)
    return settle(request, lambda: act(request, mine), to("webhook", page, number=number))


def _replay(request: StaffRequest, mine: Endpoint) -> None:
    told = Broadcast.objects.filter(deliveries__in=mine.deliveries.all())
    wanted = checks.number(request.POST.get("broadcast", ""))
    mine.replay(get_object_or_404(told, pk=wanted), timezone.now())
    messages.success(request, _("It is on its way again."))


def _replay_missed(request: StaffRequest, mine: Endpoint) -> None:
    count = mine.replay_missed(timezone.now())
    messages.success(request, _("On their way again: %s") % count)


def _resume(request: StaffRequest, mine: Endpoint) -> None:
    count = mine.resume(**doer(request))
    messages.success(request, _("It is called again. What it missed: %s") % count)


ACTS: Final[Mapping[str, Callable[[StaffRequest, Endpoint], None]]] = {
    "replay": _replay,
    "missed": _replay_missed,
    "resume": _resume,
}


def _indented(body: str) -> str:
    """A body to be read; what is no JSON as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


def _endpoint(page: Page, number: int) -> Endpoint:
    return get_object_or_404(Endpoint, page=page, pk=number)
