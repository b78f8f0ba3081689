"""Mending what was posted: within the grace, or by taking it out for good."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.incidents import CorrectForm, EditForm, ReasonForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.roles import Ability
from incidents.models import Page, Update
from incidents.models.guarding import fingerprint


@may(Ability.RESPOND)
def edit_update(
    request: StaffRequest, page: Page, incident_id: str, update_id: str
) -> HttpResponse:
    """Mend a slip within ten minutes."""
    update = _update_of(page, incident_id, update_id)
    known = {"body": update.body, "headline": update.headline}
    seen = fingerprint(update, *known)
    form = EditForm(request.POST or None, initial=known | {"seen": seen})

    def act() -> str:
        update.edit(**form.words(), **doer(request))
        return _back(update)

    about = _("Mails that have left keep the old words. After ten minutes, post a correction.")
    return ask(
        request, page, form, act, title=_("Mend this update"), about=about, back=_back(update),
        button=_("Save"), incident=update.incident, previews=True,
    )  # fmt: skip


@may(Ability.RESPOND)
def correct_update(
    request: StaffRequest, page: Page, incident_id: str, update_id: str
) -> HttpResponse:
    """Post a correction that names what it corrects; both stay, linked both ways."""
    wrong, incident = _update_of(page, incident_id, update_id), incident_of(page, incident_id)
    form = CorrectForm(incident, request.POST or None, now=timezone.now())

    def act() -> str:
        right = Update.post(incident, corrects=wrong, **form.words(), **doer(request))
        return _back(right)

    return ask(
        request, page, form, act, title=_("Correct update %d") % wrong.number,
        about=_("The old words stay, marked as corrected, with a link to yours."),
        back=_back(wrong), button=_("Post the correction"), incident=incident, quoted=wrong,
        previews=True, tells="update",
    )  # fmt: skip


@may(Ability.COMMUNICATE)
def redact_update(
    request: StaffRequest, page: Page, incident_id: str, update_id: str
) -> HttpResponse:
    """Remove the words of an update for good."""
    update = _update_of(page, incident_id, update_id)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        update.redact(form.cleaned_data["reason"], **doer(request))
        return _back(update)

    about = _("The words are gone for good; a dated stub with your reason stays.")
    return ask(
        request, page, form, act, title=_("Redact update %d") % update.number, about=about,
        back=_back(update), button=_("Redact for good"), incident=update.incident, quoted=update,
        danger=True,
    )  # fmt: skip


def _update_of(page: Page, incident_id: str, update_id: str) -> Update:
    updates = Update.objects.select_related("incident__page").filter(incident__page=page)
    return get_object_or_404(updates, incident__public_id=incident_id, public_id=update_id)


def _back(update: Update) -> str:
    return f"{to_incident(update.incident)}#{update.anchor}"
