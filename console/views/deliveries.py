"""Watching what goes out: broadcasts, failures, mails that were kept."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, moved
from console.forms.base import ConsoleForm
from console.frame import render
from console.links import to
from console.telling import cancelling, counts_of, dead_by_channel
from console.views.incident import incident_of
from console.ways import lines, waiting
from incidents import doorbell
from incidents.core import checks
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.clock import database_now
from notifications.models import Broadcast, Delivery
from notifications.models.delivery import DeliveryQuerySet
from notifications.pulse import pulse
from notifications.reach import told as told_of
from notifications.tallies import tallies
from notifications.tallies import waiting as waiting_of

State = Delivery.State


@may(Ability.SEE)
def deliveries(request: StaffRequest, page: Page) -> HttpResponse:
    """Every broadcast with how far it got; htmx looks again while something moves."""
    broadcasts = page.broadcasts.select_related("incident", "event").order_by("-pk")
    some = Paginator(broadcasts, 20).get_page(request.GET.get("page"))
    tally_of = tallies(some)
    news = [(each, tally_of[each.pk]) for each in some]
    tests = page.deliveries.filter(broadcast=None).order_by("-pk")[:10]
    template = "deliveries.html#live" if request.htmx else "deliveries.html"
    return render(
        request, template, page, broadcasts=some, news=news, tests=tests, lines=lines(page),
        pulse=pulse(database_now()), waiting=waiting_of(page),
        failed=page.deliveries.failed().count(),
    )  # fmt: skip


@may(Ability.SEE)
def broadcast(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """One broadcast: counts by state, and whatever did not arrive, with the reason."""
    news = get_object_or_404(page.broadcasts.select_related("incident", "event"), pk=number)
    mine = news.deliveries.all()
    troubled = mine.filter(Q(state=State.FAILED) | ~Q(last_error="")).order_by("state", "pk")
    some = Paginator(troubled, 50).get_page(request.GET.get("page"))
    waits = not news.cancelled_at and mine.unfinished().exists()
    return render(
        request, "broadcast.html", page, news=news, counts=counts_of(mine), troubled=some,
        unfinished=waits, held=waiting(news), failed=mine.failed().exists(),
        cancelled=cancelling(news) if news.cancelled_at else None, tally=tallies([news])[news.pk],
    )  # fmt: skip


@may(Ability.COMMUNICATE)
@post_only
def retry(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Try what failed again, all of it or one delivery, under the same ids."""
    news = get_object_or_404(Broadcast, page=page, pk=number)
    _try(request, page, _chosen(request, news.deliveries.all()))
    return moved(request, to("broadcast", page, number=number))


@may(Ability.SEE)
def dead_letters(request: StaffRequest, page: Page) -> HttpResponse:
    """Whatever failed or came back, over all broadcasts, the newest first."""
    dead, channel = page.deliveries.failed(), checks.sought(request.GET.get("channel", ""))
    lines = dead_by_channel(dead)
    if channel:
        dead = dead.filter(channel=channel)
    related = dead.select_related("broadcast__incident", "broadcast__event")
    some = Paginator(related.order_by("-failed_at", "-pk"), 50).get_page(request.GET.get("page"))
    return render(request, "dead_letters.html", page, some=some, lines=lines, channel=channel)


@may(Ability.COMMUNICATE)
@post_only
def replay(request: StaffRequest, page: Page) -> HttpResponse:
    """Try dead letters again, under the same ids: one, those of a channel, or all."""
    channel = checks.sought(request.POST.get("channel", ""))
    chosen = _chosen(request, page.deliveries.all())
    if channel:
        chosen = chosen.filter(channel=channel)
    _try(request, page, chosen)
    return moved(request, to("dead_letters", page))


@may(Ability.COMMUNICATE)
def cancel(request: StaffRequest, page: Page, number: int) -> HttpResponse:
    """Take back what a broadcast has not sent yet, once asked."""
    news = get_object_or_404(Broadcast, page=page, pk=number)
    form = ConsoleForm(request.POST if request.method == "POST" else None)
    back = to("broadcast", page, number=number)

    def act() -> str:
        news.cancel(**doer(request))
        return back

    return ask(
        request, page, form, act, title=_("Cancel what is not sent yet"), back=back,
        about=_whom_it_silences(news), incident=news.incident, danger=True,
    )  # fmt: skip


@may(Ability.SEE)
def told(request: StaffRequest, page: Page, incident_id: str) -> HttpResponse:
    """Who was told what about one incident, and when."""
    incident = incident_of(page, incident_id)
    quiet = [update for update in incident.updates.all() if not update.notify]
    told = told_of(incident)
    return render(request, "told.html", page, incident=incident, told=told, quiet=quiet)


def _whom_it_silences(news: Broadcast) -> str:
    if news.expanded_at is None:
        return _("It is still being written out: whoever has not got it will not hear of this.")
    count = news.deliveries.unfinished().count()
    about = ngettext(
        "%(count)s recipient will not hear of this. What was sent stays sent.",
        "%(count)s recipients will not hear of this. What was sent stays sent.",
        count,
    )
    return about % {"count": count}


def _try(request: StaffRequest, page: Page, chosen: DeliveryQuerySet) -> None:
    """Try what failed among them again, and say how much that is, and how much it cannot be."""
    count, erased = chosen.replay(timezone.now()), chosen.failed().unaddressed().count()
    if count:
        said = ngettext("%s is tried again.", "%s are tried again.", count)
        messages.success(request, said % count)
    if erased:
        said = ngettext(
            "%s cannot be tried again: its address was erased.",
            "%s cannot be tried again: their addresses were erased.",
            erased,
        )
        messages.error(request, said % erased)
    if not count and not erased:
        messages.error(request, _("Nothing of it had failed: nothing is tried again."))
    doorbell.ring(page.pk)


def _chosen(request: StaffRequest, deliveries: DeliveryQuerySet) -> DeliveryQuerySet:
    """The one that is named, or all of them where none is."""
    one = request.POST.get("delivery", "")
    if one and checks.number(one) is None:
        raise Http404
    return deliveries.filter(pk=one) if one else deliveries
