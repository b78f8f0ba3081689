"""Actions of a postmortem, and instants added to its timeline by hand."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.actions import ActionForm, InstantForm, MilestonesForm, ReportForm
from console.links import to_incident
from console.views.incident import incident_of
from console.views.postmortems import home_of, postmortem_of
from incidents.core.roles import Ability
from incidents.models import ActionItem, Page, TimelineEntry


@may(Ability.RESPOND)
def add_action(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Add an action."""
    entry = postmortem_of(page, postmortem_id)
    form = ActionForm(request.POST or None)

    def act() -> str:
        ActionItem.add(entry, **form.words(), **doer(request))
        return f"{home_of(entry)}#actions"

    return ask(request, page, form, act, title=_("Add an action"), back=home_of(entry))


@may(Ability.RESPOND)
def change_action(
    request: StaffRequest, page: Page, postmortem_id: str, action_id: str
) -> HttpResponse:
    """Change what it is, who does it, until when, and whether readers see it."""
    action = _action_of(page, postmortem_id, action_id)
    form = ActionForm.over(action, request.POST or None)

    def act() -> str:
        action.change(**form.changes(), **doer(request))
        return f"{home_of(action.postmortem)}#actions"

    back = home_of(action.postmortem)
    return ask(request, page, form, act, title=_("Action"), back=back, button=_("Save"))


@may(Ability.RESPOND)
def report_action(
    request: StaffRequest, page: Page, postmortem_id: str, action_id: str
) -> HttpResponse:
    """Say how far it has come."""
    action = _action_of(page, postmortem_id, action_id)
    form = ReportForm(action, request.POST or None)

    def act() -> str:
        action.report(**form.words(), **doer(request))
        return f"{home_of(action.postmortem)}#actions"

    back = home_of(action.postmortem)
    return ask(request, page, form, act, title=action.title, back=back, button=_("Report"))


@may(Ability.RESPOND)
@post_only
def remove_action(
    request: StaffRequest, page: Page, postmortem_id: str, action_id: str
) -> HttpResponse:
    """Take out one that no reader has seen."""
    action = _action_of(page, postmortem_id, action_id)
    home = f"{home_of(action.postmortem)}#actions"
    return settle(request, lambda: action.remove(**doer(request)), home)


@may(Ability.RESPOND)
def add_instant(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Add an instant to the timeline."""
    entry = postmortem_of(page, postmortem_id)
    form = InstantForm(page, request.POST or None)

    def act() -> str:
        TimelineEntry.add(entry, **form.words(), **doer(request))
        return f"{home_of(entry)}#timeline"

    return ask(request, page, form, act, title=_("Add to the timeline"), back=home_of(entry))


@may(Ability.RESPOND)
def change_instant(
    request: StaffRequest, page: Page, postmortem_id: str, instant_id: str
) -> HttpResponse:
    """Change an instant that was added by hand."""
    entry = _instant_of(page, postmortem_id, instant_id)
    known = {name: getattr(entry, name) for name in ("text", "precision", "public")}
    form = InstantForm(page, request.POST or None, initial=known | {"happened_at": entry.at})

    def act() -> str:
        entry.change(**form.changes(), **doer(request))
        return f"{home_of(entry.postmortem)}#timeline"

    back = home_of(entry.postmortem)
    return ask(request, page, form, act, title=_("Timeline"), back=back, button=_("Save"))


@may(Ability.RESPOND)
@post_only
def remove_instant(
    request: StaffRequest, page: Page, postmortem_id: str, instant_id: str
) -> HttpResponse:
    """Take it out of the timeline."""
    entry = _instant_of(page, postmortem_id, instant_id)
    home = f"{home_of(entry.postmortem)}#timeline"
    return settle(request, lambda: entry.remove(**doer(request)), home)


@may(Ability.RESPOND)
def date_milestones(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Say when an incident was detected, acknowledged and mitigated."""
    incident = incident_of(page, incident_id)
    form = MilestonesForm(incident, request.POST or None)

    def act() -> str:
        incident.date_milestones(**form.changes(), **doer(request))
        return to_incident(incident)

    title, about = _("When we knew"), _("For the figures. What is not known stays empty.")
    return ask(
        request, page, form, act, title=title, back=to_incident(incident), about=about,
        button=_("Save"), incident=incident,
    )  # fmt: skip


def _action_of(page: Page, postmortem_id: str, action_id: str) -> ActionItem:
    found = ActionItem.objects.filter(
        postmortem__page=page, postmortem__public_id=postmortem_id
    ).select_related("postmortem__page")
    return get_object_or_404(found, public_id=action_id)


def _instant_of(page: Page, postmortem_id: str, instant_id: str) -> TimelineEntry:
    found = TimelineEntry.objects.filter(
        postmortem__page=page, postmortem__public_id=postmortem_id
    ).select_related("postmortem__page")
    return get_object_or_404(found, public_id=instant_id)
