"""Words kept ready."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.drafts import TemplateForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.core.templates import NAMES
from incidents.models import IncidentTemplate, Page


@may(Ability.RESPOND)
def templates(request: StaffRequest, page: Page) -> HttpResponse:
    """All of them, and the names that they may hold."""
    found = page.templates.all()
    return render(request, "templates/templates.html", page, templates=found, names=NAMES)


@may(Ability.COMMUNICATE)
def add_template(request: StaffRequest, page: Page) -> HttpResponse:
    """Keep words ready."""
    form = TemplateForm(page, request.POST or None)

    def act() -> str:
        words = {name: value for name, value in form.words().items() if name != "seen"}
        IncidentTemplate.write(page, **words, **doer(request))
        return to("templates", page)

    title, back = _("Add a template"), to("templates", page)
    return ask(request, page, form, act, title=title, back=back, button=_("Save"))


@may(Ability.COMMUNICATE)
def change_template(request: StaffRequest, page: Page, template_id: str) -> HttpResponse:
    """Change one."""
    template = get_object_or_404(page.templates, public_id=template_id)
    form = TemplateForm(page, request.POST or None, template=template)

    def act() -> str:
        template.change(**form.words(), **doer(request))
        return to("templates", page)

    back = to("templates", page)
    return ask(request, page, form, act, title=template.name, back=back, button=_("Save"))


@may(Ability.COMMUNICATE)
@post_only
def remove_template(request: StaffRequest, page: Page, template_id: str) -> HttpResponse:
    """Throw one away."""
    template = get_object_or_404(page.templates, public_id=template_id)
    return settle(request, lambda: template.remove(**doer(request)), to("templates", page))
