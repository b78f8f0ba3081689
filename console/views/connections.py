"""Staff's own channels: secrets go in, and never come out again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.connections import ConnectionForm
from console.frame import render
from console.links import to
from console.telling import label_of, with_outcomes
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.channels import channel_named, channels
from notifications.models import Subscription


@may(Ability.ADMINISTER)
def connections(request: StaffRequest, page: Page) -> HttpResponse:
    """The channels that staff look after, and those that can be added."""
    mine = with_outcomes(Subscription.objects.of_staff(page)).order_by("pk")
    offered = [each for each in channels().values() if each.by_staff]
    offered.sort(key=lambda channel: channel.label.lower())
    return render(
        request,
        "connections.html",
        page,
        connections=mine.prefetch_related("components"),
        offered=offered,
    )


@may(Ability.ADMINISTER)
def connect(request: StaffRequest, page: Page, channel: str) -> HttpResponse:
    """Connect a channel, by the form that it asks for."""
    medium = channels().get(channel)
    if medium is None or not medium.by_staff:
        raise Http404
    form = ConnectionForm(page, medium, request.POST or None)

    def act() -> str:
        heard: dict[str, Any] = form.words("destination", "components", "kinds")
        connection = Subscription.connect(
            page, channel=channel, config=form.config(), **heard, **doer(request)
        )
        _show_key(request, connection, form.config())
        return to("connections", page)

    title = _("Connect: %s") % medium.label
    return ask(
        request, page, form, act, title=title, back=to("connections", page), button=_("Connect")
    )


@may(Ability.ADMINISTER)
def change_connection(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Change what a connection was given, or what it hears of; secrets that are kept stay."""
    mine = get_object_or_404(Subscription.objects.of_staff(page), pk=number)
    form = ConnectionForm(page, channel_named(mine.channel), request.POST or None, kept=mine)

    def act() -> str:
        heard: dict[str, Any] = form.words("components", "kinds")
        mine.reconnect(config=form.config(), **heard, **doer(request))
        return to("connections", page)

    title = f"{label_of(mine.channel)}: {mine.destination}"
    return ask(
        request, page, form, act, title=title, back=to("connections", page), button=_("Save")
    )


@may(Ability.ADMINISTER)
@post_only
def test_connection(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Send a test message through a connection."""
    mine = get_object_or_404(Subscription.objects.of_staff(page), pk=number)

    def act() -> None:
        mine.try_out(timezone.now())
        messages.success(request, _("The test is on its way."))

    return settle(request, act, to("deliveries", page))


@may(Ability.ADMINISTER)
@post_only
def disconnect(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Take a connection away, or put a quarantined one back."""
    mine = get_object_or_404(Subscription.objects.of_staff(page), pk=number)
    verb = mine.release if "release" in request.POST else mine.disconnect
    return settle(request, lambda: verb(**doer(request)), to("connections", page))


def _show_key(request: StaffRequest, connection: Subscription, typed: dict[str, Any]) -> None:
    keys = [] if typed.get("keys") else connection.settings.get("keys", [])
    for key in keys:
        messages.success(request, _("The key, shown this once: %s") % key)
