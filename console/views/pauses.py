"""Pausing a channel of a page, or everything, and letting it tell again."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.access import StaffRequest, may, owner_only, post_only
from console.answering import answer, doer, moved
from console.forms.base import ConsoleForm
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.channels import channels
from notifications.models import Pause, Subscription


@may(Ability.COMMUNICATE)
@post_only
def hold(request: StaffRequest, page: Page, channel: str) -> HttpResponse:
    """Pause a channel of this page, or resume it where it is paused."""
    if channel not in channels():
        raise Http404
    pause = page.pauses.standing().filter(channel=channel).first()
    if pause is None:
        Pause.begin(page, channel, **doer(request))
    else:
        pause.end(**doer(request))
    return moved(request, to("deliveries", page))


@owner_only
def hold_everything(request: StaffRequest) -> HttpResponse:
    """Pause every channel of every page, once asked."""
    form = ConsoleForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        Pause.begin_everywhere(**doer(request))
        return to("home")

    title = _("Pause all telling")
    return answer(
        request, form, act, "form.html", title=title, button=title, back=to("home"),
        about=_whom_it_silences(), danger=True,
    )  # fmt: skip


@owner_only
@post_only
def resume_everything(request: StaffRequest) -> HttpResponse:
    """Let every page tell again."""
    pause = Pause.objects.everywhere().standing().first()
    if pause is not None:
        pause.end(**doer(request))
    return moved(request, to("home"))


def _whom_it_silences() -> str:
    count = Subscription.objects.confirmed().count()
    hear = ngettext(
        "%(count)s subscription on all pages of this installation hears nothing",
        "%(count)s subscriptions on all pages of this installation hear nothing",
        count,
    )
    rest = _("until somebody resumes it. Public pages and feeds go on.")
    return f"{hear % {'count': count}} {rest}"
