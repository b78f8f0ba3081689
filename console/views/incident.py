"""One incident as staff see it, and what is said on it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import answer, ask, doer
from console.drafting import drafted, offered
from console.forms.incidents import PostForm, ReasonForm, ReopenForm, ResolveForm, SummaryForm
from console.frame import render
from console.links import to_incident
from console.now import Running
from console.ready import begun, ready
from console.templatetags.readers import unsettled
from incidents.core.lifecycles import Status
from incidents.core.roles import Ability
from incidents.models import DraftKind, Incident, Page, Update
from incidents.models.guarding import fingerprint
from notifications.reach import already_told


def incident_of(page: Page, incident_id: str) -> Incident:
    """The incident of this page with that public id; 404 otherwise."""
    return get_object_or_404(page.incidents.with_story(), public_id=incident_id)


@may(Ability.SEE)
def incident(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """The whole story, with a form to go on."""
    entry, at = incident_of(page, incident_id), timezone.now()
    form = _composer(request, entry)
    return render(request, "incident.html", page, form=form, running=Running(entry, at))


@may(Ability.RESPOND)
def post_update(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Post an update."""
    entry = incident_of(page, incident_id)
    form = _composer(request, entry)

    def act() -> str:
        update = Update.post(entry, **form.words(), **doer(request))
        return f"{to_incident(entry)}#{update.anchor}"

    act = drafted(request, form, act, DraftKind.UPDATE, page, entry)
    running = Running(entry, timezone.now())
    return answer(request, form, act, "incident.html", page, running=running)


@may(Ability.RESPOND)
def resolve(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Say that it is over, as of a stated time."""
    entry = incident_of(page, incident_id)
    form = offered(ResolveForm(entry, request.POST or None, now=timezone.now()), page)
    form = begun(request, form, page, entry)

    def act() -> str:
        entry.resolve(**form.words(), **doer(request))
        return to_incident(entry)

    over = Status.RESOLVED.value
    act = drafted(request, form, act, DraftKind.UPDATE, page, entry, status=over)
    about = _("Closes every open impact of this incident at the time that you state.")
    back = to_incident(entry)
    return ask(
        request, page, form, act, title=_("Resolve"), back=back, about=about, incident=entry,
        previews=True, tells="update", ready=ready(page, DraftKind.UPDATE, ending=True),
    )  # fmt: skip


@may(Ability.RESPOND)
def reopen(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Take a resolution back."""
    entry = incident_of(page, incident_id)
    form = ReopenForm(entry, request.POST or None, now=timezone.now())

    def act() -> str:
        entry.reopen(**form.words(), **doer(request))
        return to_incident(entry)

    about = _("Name what is affected: its impact begins now. The old resolution stays visible.")
    back = to_incident(entry)
    return ask(
        request, page, form, act, title=_("Reopen"), back=back, about=about, incident=entry,
        previews=True, tells="update", reports=unsettled(entry),
    )  # fmt: skip


@may(Ability.RESPOND)
def summarise(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Write the standing summary."""
    entry = incident_of(page, incident_id)
    known = {"summary": entry.summary, "seen": fingerprint(entry, "summary")}
    form = SummaryForm(request.POST or None, initial=known)

    def act() -> str:
        read = form.cleaned_data
        entry.summarise(read["summary"], seen=read["seen"], **doer(request))
        return to_incident(entry)

    title, back = _("Standing summary"), to_incident(entry)
    return ask(
        request, page, form, act, title=title, back=back, button=_("Save"), incident=entry,
        previews=True,
    )  # fmt: skip


@may(Ability.COMMUNICATE)
def withdraw(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Take back an incident that never was."""
    entry = incident_of(page, incident_id)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        entry.withdraw(form.cleaned_data["reason"], **doer(request))
        return to_incident(entry)

    about = _("For what never was. Its page becomes a notice with your reason; impact is void.")
    back = to_incident(entry)
    return ask(
        request,
        page,
        form,
        act,
        title=_("Withdraw this incident"),
        back=back,
        about=about,
        incident=entry,
        already_told=already_told(entry),
        danger=True,
    )


def _composer(request: StaffRequest, entry: Incident) -> PostForm:
    """The form of the next update: begun from a template, or from nothing."""
    form = offered(PostForm(entry, request.POST or None, now=timezone.now()), entry.page)
    return begun(request, form, entry.page, entry)
