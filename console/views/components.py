"""Components and their groups."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.pages import ComponentForm, GroupForm, LevelForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Component, ComponentGroup, Page
from incidents.models.guarding import fingerprint

CHANGEABLE = (
    "name", "description", "group", "only_show_if_degraded", "showcase", "start_date",
)  # fmt: skip


@may(Ability.SEE)
def components(request: StaffRequest, page: Page) -> HttpResponse:
    """Every component with its level now."""
    rows = page.components.select_related("group").with_levels(timezone.now())
    return render(
        request, "components.html", page, components=rows, groups=page.component_groups.all()
    )


@may(Ability.ADMINISTER)
def add_component(request: StaffRequest, page: Page) -> HttpResponse:
    """Add a component."""
    form = ComponentForm(page, request.POST or None)

    def act() -> str:
        words = {name: value for name, value in form.words().items() if name != "seen"}
        Component.add(page, **words, **doer(request))
        return to("components", page)

    title, back = _("Add a component"), to("components", page)
    return ask(request, page, form, act, title=title, back=back)


@may(Ability.ADMINISTER)
def change_component(request: StaffRequest, page: Page, component_id: str) -> HttpResponse:
    """Change what a component is called and how it is shown."""
    component = get_object_or_404(page.components, public_id=component_id)
    known = {name: getattr(component, name) for name in CHANGEABLE}
    known["group"] = component.group.public_id if component.group else ""
    known["seen"] = fingerprint(component, *CHANGEABLE)
    form = ComponentForm(page, request.POST or None, initial=known)

    def act() -> str:
        component.change(**form.words(), **doer(request))
        return to("components", page)

    back = to("components", page)
    return ask(request, page, form, act, title=component.name, back=back, button=_("Save"))


@may(Ability.RESPOND)
def set_level(request: StaffRequest, page: Page, component_id: str) -> HttpResponse:
    """Set a component by hand, without an incident."""
    component = get_object_or_404(page.components.select_related("page"), public_id=component_id)
    form = LevelForm(component, request.POST or None)

    def act() -> str:
        component.set_level(**form.words(), **doer(request))
        return to("components", page)

    title, about = (
        _("Set %s by hand") % component,
        _("Incidents keep their own say: the worst counts."),
    )
    back = to("components", page)
    return ask(request, page, form, act, title=title, about=about, back=back, button=_("Set"))


@may(Ability.ADMINISTER)
def add_group(request: StaffRequest, page: Page) -> HttpResponse:
    """Add a heading over components."""
    form = GroupForm(request.POST or None)

    def act() -> str:
        ComponentGroup.add(page, **form.words(), **doer(request))
        return to("components", page)

    title, back = _("Add a group"), to("components", page)
    return ask(request, page, form, act, title=title, back=back)
