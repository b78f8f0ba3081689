"""Work that comes back: set it up after a look at its dates, leave one out, end it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import answer, ask, doer
from console.forms.recurrences import EndRecurrenceForm, RecurrenceForm, SkipForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Page, Recurrence
from publishing.story.planned import every


@may(Ability.RESPOND)
def set_up_recurrence(request: StaffRequest, page: Page) -> HttpResponse:
    """Let work come back; the next dates are shown before it is saved."""
    form = RecurrenceForm(page, request.POST or None)

    def act() -> str:
        recurrence = Recurrence.set_up(page, **form.words(), **doer(request))
        return to("recurrence", page, recurrence_id=recurrence.public_id)

    return answer(request, form, act, "maintenance/set_up.html", page, **_dates(form))


@may(Ability.RESPOND)
@post_only
def preview_recurrence(request: StaffRequest, page: Page) -> HttpResponse:
    """The next five dates of what is being typed, or what is wrong with it."""
    form = RecurrenceForm(page, request.POST)
    return render(request, "maintenance/dates.html", page, **_dates(form))


@may(Ability.SEE)
def recurrence(request: StaffRequest, page: Page, recurrence_id: str) -> HttpResponse:
    """One recurrence: its rule and what is planned of it."""
    found = _recurrence_of(page, recurrence_id)
    at = timezone.now()
    occurrences = found.occurrences.select_related("page").order_by("started_at", "pk")
    return render(
        request, "maintenance/recurrence.html", page, recurrence=found, often=every(found.rule),
        entries=occurrences.filter(started_at__gt=at)[:20],
        coming=[start for start in found.starts() if start > at][:5],
    )  # fmt: skip


@may(Ability.RESPOND)
def skip_date(request: StaffRequest, page: Page, recurrence_id: str) -> HttpResponse:
    """Leave out one date."""
    found = _recurrence_of(page, recurrence_id)
    back = to("recurrence", page, recurrence_id=found.public_id)
    form = SkipForm(request.POST or None)

    def act() -> str:
        words = form.words()
        found.skip(words.pop("day"), **words, **doer(request))
        return back

    about = _("What is planned on it already is cancelled; the rest stays as it is.")
    return ask(
        request, page, form, act, title=_("Leave out a date"), about=about, back=back,
        tells="maintenance", previews=True,
    )  # fmt: skip


@may(Ability.RESPOND)
def end_recurrence(request: StaffRequest, page: Page, recurrence_id: str) -> HttpResponse:
    """Let it come back no more."""
    found = _recurrence_of(page, recurrence_id)
    back = to("recurrence", page, recurrence_id=found.public_id)
    form = EndRecurrenceForm(request.POST or None)

    def act() -> str:
        found.end(**form.words(), **doer(request))
        return back

    about = _("Dates that have not begun are cancelled. Subscribers get one mail, not one a date.")
    return ask(
        request, page, form, act, title=_("End this recurrence"), about=about, back=back,
        tells="maintenance", previews=True, danger=True,
    )  # fmt: skip


def _dates(form: RecurrenceForm) -> dict[str, Any]:
    """What is shown before saving: dates, or the first thing that keeps them from being known."""
    if not form.is_bound:
        return {}
    form.full_clean()
    if not {"first_start", "rule", "time_zone"} <= form.cleaned_data.keys():
        return {"incomplete": True}
    try:
        return {"coming": form.coming(), "zone": form.page.zone}
    except ValidationError as error:
        return {"wrong": error.messages}


def _recurrence_of(page: Page, recurrence_id: str) -> Recurrence:
    return get_object_or_404(
        Recurrence.objects.select_related("page"), page=page, public_id=recurrence_id
    )
