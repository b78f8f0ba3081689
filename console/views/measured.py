"""Uptime's rules, what components hang on, whom they follow, and metrics."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.base import ConsoleForm
from console.forms.measured import MetricForm, MirrorForm, NeedsForm, UptimeForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Component, Metric, Mirror, Page

MEASURED = ("name", "unit", "description", "decimals", "shown", "keep_days")
FOLLOWED = ("url", "remote_component", "every_minutes")


@may(Ability.ADMINISTER)
def uptime_settings(request: StaffRequest, page: Page) -> HttpResponse:
    """Change how uptime is counted."""
    form = UptimeForm(page, request.POST or None)

    def act() -> str:
        page.change(**form.settings(), **doer(request))
        messages.success(request, _("Saved. All figures are counted anew."))
        return to("uptime_settings", page)

    return ask(
        request, page, form, act, title=_("Uptime"), back=to("settings", page), button=_("Save"),
        about=_("Readers see these rules below every table, and the reasons beside the figures."),
    )  # fmt: skip


@may(Ability.ADMINISTER)
def set_needs(request: StaffRequest, page: Page, component_id: str) -> HttpResponse:
    """Say what a component depends on."""
    component = _component(page, component_id)
    known = [each.public_id for each in component.depends_on.all()]
    form = NeedsForm(component, request.POST or None, initial={"depends_on": known})

    def act() -> str:
        component.change(**form.words(), **doer(request))
        return to("components", page)

    return ask(
        request, page, form, act, title=_("What %s depends on") % component, button=_("Save"),
        back=to("components", page),
        about=_("While one of these is ill, readers are told so; its own level stays as it is."),
    )  # fmt: skip


@may(Ability.ADMINISTER)
def follow_page(request: StaffRequest, page: Page, component_id: str) -> HttpResponse:
    """Let a component follow somebody else's status page."""
    component = _component(page, component_id)
    mirror = Mirror.objects.filter(component=component).first()
    known = {name: getattr(mirror, name) for name in FOLLOWED} if mirror else None
    form = MirrorForm(request.POST or None, initial=known)

    def act() -> str:
        Mirror.follow(component, **form.words(), **doer(request))
        return to("follow_page", page, component_id=component_id)

    return ask(
        request, page, form, act, title=_("Whom %s follows") % component, button=_("Follow"),
        back=to("components", page), about=_about(mirror), mirror=mirror,
        stop=to("stop_following", page, component_id=component_id) if mirror else "",
    )  # fmt: skip


@may(Ability.ADMINISTER)
@post_only
def stop_following(request: StaffRequest, page: Page, component_id: str) -> HttpResponse:
    """Follow nobody any more; the level stays as it was read last."""
    mirror = get_object_or_404(Mirror, component=_component(page, component_id))
    return settle(request, lambda: mirror.stop(**doer(request)), to("components", page))


@may(Ability.SEE)
def metrics(request: StaffRequest, page: Page) -> HttpResponse:
    """Everything that is measured."""
    rows = page.metrics.select_related("component")
    return render(request, "metrics.html", page, metrics=rows)


@may(Ability.ADMINISTER)
def add_metric(request: StaffRequest, page: Page) -> HttpResponse:
    """Add a metric."""
    form = MetricForm(page, request.POST or None)

    def act() -> str:
        Metric.add(page, **form.words(), **doer(request))
        return to("metrics", page)

    return ask(request, page, form, act, title=_("Add a metric"), back=to("metrics", page))


@may(Ability.ADMINISTER)
def change_metric(request: StaffRequest, page: Page, metric_id: str) -> HttpResponse:
    """Change what a metric is called and how it is shown."""
    metric = get_object_or_404(page.metrics, public_id=metric_id)
    known = {name: getattr(metric, name) for name in MEASURED}
    known["component"] = metric.component.public_id if metric.component else ""
    form = MetricForm(page, request.POST or None, initial=known)

    def act() -> str:
        metric.change(**form.words(), **doer(request))
        return to("metrics", page)

    back = to("metrics", page)
    return ask(request, page, form, act, title=metric.name, back=back, button=_("Save"))


@may(Ability.ADMINISTER)
def remove_metric(request: StaffRequest, page: Page, metric_id: str) -> HttpResponse:
    """Remove a metric with all its points."""
    metric = get_object_or_404(page.metrics, public_id=metric_id)
    form = ConsoleForm(request.POST or None)

    def act() -> str:
        metric.remove(**doer(request))
        return to("metrics", page)

    return ask(
        request, page, form, act, title=_("Remove %s") % metric, danger=True,
        back=to("metrics", page), about=_("Its points go with it, and cannot be had again."),
    )  # fmt: skip


def _component(page: Page, component_id: str) -> Component:
    return get_object_or_404(page.components.select_related("page"), public_id=component_id)


def _about(mirror: Mirror | None) -> str:
    if mirror is None:
        return _("Its level is then read from there, and no longer set by hand.")
    if mirror.problem:
        return _("It cannot be read at the moment: %s") % mirror.problem
    return _("It follows %s.") % mirror.host
