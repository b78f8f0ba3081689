"""Templates: list them, and begin an incident or an update with one."""

from typing import Any

from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import reading, writing
from api.naming import levels_of
from api.paging import Listed, Paging, stepped
from api.sent.drafts import BegunSent, BegunUpdateSent
from api.shown.drafts import TemplateShown
from api.shown.incidents import IncidentShown, UpdateShown
from api.views.incidents import SCOPE, shown
from incidents.core import templates
from incidents.core.checks import refusal
from incidents.core.roles import Ability
from incidents.models import Incident, IncidentTemplate, Page, Update

router = Router(tags=["Drafts and templates"])


@router.get(
    "/pages/{slug:page}/templates",
    operation_id="listTemplates",
    summary="List the templates (for staff)",
    **reading(Listed[TemplateShown]),
)
def list_templates(request: Call, page: str, step: Paging) -> Listed[TemplateShown]:
    """Return the words kept ready, by name; needs a token of somebody on staff."""
    kept = request.auth.page_for(Ability.RESPOND, page).templates.all()
    found, following = stepped(kept, step, order=("name", "pk"))
    return Listed(items=[TemplateShown.of(each) for each in found], next_cursor=following)


@router.post(
    "/templates/{slug:template}/incidents",
    operation_id="openFromTemplate",
    summary="Open an incident from a template",
    **writing(SCOPE, IncidentShown),
)
@once
def open_from_template(request: Call, template: str, sent: BegunSent) -> Answer:
    """Open an incident; what is sent wins over what the template says."""
    caller = request.auth
    kept = caller.template_for(Ability.RESPOND, template)
    said = _said(kept, sent, at=caller.at)
    if "title" not in said:
        raise refusal("title", "This template has no title; send one.")
    opened = Incident.open(kept.page, **said, by=caller.by, at=caller.at)
    name = opened.public_id
    return Answer.created(shown(caller, name), "get_incident", incident=name)


@router.post(
    "/templates/{slug:template}/updates",
    operation_id="postFromTemplate",
    summary="Post an update from a template",
    **writing(SCOPE, UpdateShown),
)
@once
def post_from_template(request: Call, template: str, sent: BegunUpdateSent) -> Answer:
    """Post on an incident; what is sent wins over what the template says."""
    caller = request.auth
    kept = caller.template_for(Ability.RESPOND, template)
    entry = caller.incident_for(Ability.RESPOND, sent.incident)
    if entry.page_id != kept.page_id:
        raise refusal("incident", "That incident is on another page than this template.")
    said = _said(kept, sent, at=caller.at, incident=entry)
    said.pop("title", None)
    update = Update.post(entry, **said, by=caller.by, at=caller.at)
    name = entry.public_id
    return Answer.created(UpdateShown.of(update, entry), "list_updates", incident=name)


def _said(kept: IncidentTemplate, sent: BegunSent, **about: Any) -> dict[str, Any]:
    given = sent.arguments("incident", "levels")
    if sent.levels:
        given["levels"] = levels_of(_page_of(kept), sent.levels)
    hurt = [window.component for window in about["incident"].windows.all()] if (
        about.get("incident")
    ) else []  # fmt: skip
    said = kept.filled(components=[] if sent.levels else dict.fromkeys(hurt), **about, **given)
    for name in ("title", "headline", "body"):
        if name not in given and (waiting := templates.unfilled(said.get(name, ""))):
            raise refusal(name, f"{waiting[0]} has no value here; name it, or send the text.")
    return said


def _page_of(kept: IncidentTemplate) -> Page:
    return kept.page
