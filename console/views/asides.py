"""Beside an incident: remarks that no reader sees, and its updates in further languages."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.drafts import PrivateNoteForm, TranslationForm
from console.links import to_incident
from console.views.incident import incident_of
from incidents.core.languages import local_name
from incidents.core.roles import Ability
from incidents.models import Page, PrivateNote, Update, UpdateText
from incidents.models.guarding import fingerprint

WORDS = ("headline", "body")


@may(Ability.RESPOND)
def write_private_note(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Leave a remark for colleagues."""
    incident = incident_of(page, incident_id)
    form = PrivateNoteForm(request.POST or None)

    def act() -> str:
        PrivateNote.write(incident, **form.words(), **doer(request))
        return f"{to_incident(incident)}#private"

    title, back = _("Note for colleagues"), to_incident(incident)
    about = _("Only staff of this page read this: no page, feed, mail or public API shows it.")
    return ask(
        request, page, form, act, title=title, back=back, about=about, button=_("Save"),
        incident=incident, previews=True,
    )  # fmt: skip


@may(Ability.RESPOND)
@post_only
def remove_private_note(
    request: StaffRequest, page: Page, incident_id: str, note_id: str
) -> HttpResponse:
    """Take a remark away for good."""
    notes = PrivateNote.objects.select_related("incident__page").filter(incident__page=page)
    note = get_object_or_404(notes, incident__public_id=incident_id, public_id=note_id)
    back = f"{to_incident(note.incident)}#private"
    return settle(request, lambda: note.remove(**doer(request)), back)


@may(Ability.RESPOND)
def translate_update(
    request: StaffRequest, page: Page, incident_id: str, update_id: str, language: str
) -> HttpResponse:
    """Write an update in another language of the page, or mend how it is said."""
    update = _update_of(page, incident_id, update_id)
    if language not in page.languages:
        raise Http404
    text = update.texts.filter(language=language).first() or UpdateText(update=update)
    known = {name: getattr(text, name) for name in WORDS}
    form = TranslationForm(
        request.POST or None, initial=known | {"seen": fingerprint(text, *WORDS)}
    )
    back = f"{to_incident(update.incident)}#{update.anchor}"

    def act() -> str:
        UpdateText.write(update, language, **form.words(), **doer(request))
        return back

    title = _("Update %(number)s in %(language)s") % {
        "number": update.number, "language": local_name(language)
    }  # fmt: skip
    return ask(
        request, page, form, act, title=title, back=back, about=update.body, button=_("Save"),
        incident=update.incident, previews=True,
    )  # fmt: skip


def _update_of(page: Page, incident_id: str, update_id: str) -> Update:
    found = Update.objects.select_related("incident__page").filter(incident__page=page)
    return get_object_or_404(found, incident__public_id=incident_id, public_id=update_id)
