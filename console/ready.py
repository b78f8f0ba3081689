"""Templates to start from: `?template=<id>` fills a form, with or without a script."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from console.access import StaffRequest
from console.drafting import DUE, within
from console.forms.base import ConsoleForm
from console.forms.fields import PromiseField
from incidents.core.lifecycles import Status
from incidents.models import Incident, IncidentTemplate, Page

CHOSEN = "template"


def ready(page: Page, kind: str, *, ending: bool = False) -> QuerySet[IncidentTemplate]:
    """The templates of a kind; those that resolve are for the screen that does."""
    mine = page.templates.filter(kind=kind)
    over = Status.RESOLVED
    return mine.filter(status=over) if ending else mine.exclude(status=over)


def begun[Form: ConsoleForm](
    request: StaffRequest, form: Form, page: Page, incident: Incident | None = None
) -> Form:
    """Fill `form` from the template that was chosen, if one was."""
    if name := request.GET.get(CHOSEN):
        template = page.templates.filter(public_id=name).first()
        if template is None:
            raise Http404
        form.initial.update(_said(template, form, incident))
    return form


def _said(
    template: IncidentTemplate, form: ConsoleForm, incident: Incident | None
) -> dict[str, Any]:
    hurt = [window.component for window in incident.windows.all()] if incident else []
    components = list(dict.fromkeys(hurt))
    said = template.filled(at=timezone.now(), incident=incident, components=components)
    said["levels"] = {each.public_id: level for each, level in said["levels"].items()}
    said["components"] = list(said["levels"])
    promise = form.fields.get(DUE)
    if said.pop(DUE, None) and isinstance(promise, PromiseField):
        said[DUE] = within(template.next_update_minutes or 0, promise)
    return {name: value for name, value in said.items() if name in form.fields}
