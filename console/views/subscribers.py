"""Readers who are told: find them, put them right, bring a table of them, take one along."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import answer, doer, settle
from console.forms.telling import RollForm
from console.frame import render
from console.links import to
from incidents.core import checks
from incidents.core.roles import Ability
from incidents.models import Page
from notifications import rolls
from notifications.models import Intake, Subscription, Suppression

State = Subscription.State
SHOWN_LINES = 200


@may(Ability.COMMUNICATE)
def subscribers(request: StaffRequest, page: Page) -> HttpResponse:
    """Who asked to be told, how they stand, and what is on its way in."""
    found = _of(page).select_related("incident").prefetch_related("components", "groups")
    sought, state = checks.sought(request.GET.get("q", "")), request.GET.get("state", "")
    if sought:
        found = found.filter(destination__icontains=sought)
    if state in State.values:
        found = found.filter(state=state)
    counted = dict(_of(page).order_by().values_list("state").annotate(Count("pk")))
    counts = [(each, counted[each]) for each in State if each in counted]
    some = Paginator(found.order_by("-pk"), 50).get_page(request.GET.get("page"))
    silenced = Suppression.objects.silencing((each.channel, each.destination) for each in some)
    rows = [(each, silenced.get((each.channel, each.destination))) for each in some]
    intakes = page.intakes.defer("entries").order_by("-pk")[:3]
    return render(
        request, "subscribers.html", page,
        some=some, rows=rows, counts=counts, sought=sought, state=state, intakes=intakes,
    )  # fmt: skip


@may(Ability.COMMUNICATE)
@post_only
def change_subscriber(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Put one back from quarantine, ask once more for a word, or end it."""
    found = get_object_or_404(_of(page), pk=number)

    def act() -> None:
        if "release" in request.POST:
            found.release(**doer(request))
        elif "resend" in request.POST:
            _resend(request, found)
        else:
            found.disconnect(**doer(request))

    return settle(request, act, to("subscribers", page))


@may(Ability.COMMUNICATE)
def bring_subscribers(request: StaffRequest, page: Page) -> HttpResponse:
    """Check a table, or take it up."""
    form = RollForm(page, timezone.now(), request.POST or None, request.FILES or None)

    def act() -> str:
        roll = form.cleaned_data["file"]
        Intake.begin(page, roll, consent=form.cleaned_data["consent"], **doer(request))
        return to("subscribers", page)

    if "check" in request.POST and form.is_valid():
        roll = form.cleaned_data["file"]
        foreseen = Intake.foresee(page, roll)
        checked: dict[str, Any] = {"form": form, "foreseen": foreseen, "kept": form.keep()}
        checked["refused"] = foreseen.refused[:SHOWN_LINES]
        return render(request, "bring_subscribers.html", page, **checked)
    return answer(request, form, act, "bring_subscribers.html", page)


@may(Ability.COMMUNICATE)
def take_subscribers(request: StaffRequest, page: Page) -> HttpResponse:
    """Everybody who is told by mail, as a table that can be brought back."""
    response = HttpResponse(rolls.write(_rows(page)), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{page.slug}-subscribers.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _of(page: Page) -> QuerySet[Subscription]:
    return Subscription.objects.of_readers(page)


def _resend(request: StaffRequest, found: Subscription) -> None:
    if found.ask_again(**doer(request)):
        messages.success(request, _("A mail is on its way."))
    else:
        messages.error(request, _("Three mails went there today, or it is suppressed: not sent."))


def _rows(page: Page) -> Iterator[list[str]]:
    mails = _of(page).filter(channel="email", incident=None).prefetch_related("components")
    for each in mails.order_by("pk").iterator(chunk_size=2000):
        yield [
            each.destination,
            each.state,
            each.language,
            each.time_zone,
            ";".join(component.public_id for component in each.components.all()),
            each.kinds.strip(",").replace(",", ";"),
            each.confirmed_at.isoformat() if each.confirmed_at else "",
        ]
