"""Once a month: how that did of which somebody hears, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from incidents.core import clocks
from incidents.core.calendar import Period, day_of, midnight
from incidents.core.uptime_words import figure, troubles
from incidents.core.viewers import PUBLIC
from incidents.models import Component, ImpactWindow, Incident, Page
from incidents.models.picking import IncidentQuerySet
from incidents.uptime import Uptime, UptimeRecord, mean
from notifications.kinds import Stream
from notifications.models import Delivery, Subscription
from notifications.periodicals import AT_A_TIME, bring_out, mail

TOO_LATE: Final = timedelta(days=7)
# A mail is read, not searched: more components and incidents stand on the page.
MOST_COMPONENTS: Final = 50
MOST_INCIDENTS: Final = 20


class Line(NamedTuple):
    """A component: its uptime, and how long it was in which trouble."""

    name: str
    figure: str
    troubles: str


class Happened(NamedTuple):
    """An entry of the record that touched it."""

    title: str
    url: str
    label: str
    when: str


@dataclass(frozen=True)
class Report:
    """A month of a page, seen by one of its subscriptions; as it is known when it is sent."""

    subscription: Subscription
    month: Period
    at: datetime

    @classmethod
    def of(cls, delivery: Delivery) -> "Report":
        """The report that a delivery carries; raises ValueError where it carries none."""
        month = Period.named(delivery.merge["month"])
        if month is None or delivery.subscription is None:
            raise ValueError(delivery.merge)
        return cls(delivery.subscription, month, delivery.created_at)

    @property
    def title(self) -> str:
        """`Uptime in Nov 2026`."""
        return _("Uptime in %s") % clocks.month(self.month.start)

    @property
    def url(self) -> str:
        """The same month on the page, with everything that is left out here."""
        return self.page.url(f"uptime/{self.month.name}/")

    @cached_property
    def whole(self) -> str:
        """The mean of all that is heard of."""
        return figure(mean(self._uptimes.values()))

    @cached_property
    def lines(self) -> list[Line]:
        """The components, in the page's order; of very many those that did worst."""
        found = self._uptimes
        worst = set(sorted(found, key=lambda each: _rank(found[each]))[:MOST_COMPONENTS])
        return [_line(each, found[each]) for each in found if each in worst]

    @property
    def further(self) -> int:
        """How many components are left out."""
        return max(len(self._uptimes) - MOST_COMPONENTS, 0)

    @cached_property
    def happened(self) -> list[Happened]:
        """What touched these components in that month, in order; of very much the newest."""
        newest = self._touching.prefetch_related("windows").order_by("-started_at", "-pk")
        return [self._happened(each) for each in reversed(newest[:MOST_INCIDENTS])]

    @cached_property
    def happened_before(self) -> int:
        """How much of that is left out."""
        return max(self._touching.count() - MOST_INCIDENTS, 0)

    @property
    def page(self) -> Page:
        """The page that it is about."""
        return self.subscription.page

    def _happened(self, incident: Incident) -> Happened:
        when = clocks.moment(incident.began, self.subscription.zone)
        when = _("about %s") % when if incident.began_about else when
        return Happened(incident.title, incident.public_url, incident.status_word, when)

    @property
    def _touching(self) -> IncidentQuerySet:
        start, end = (midnight(day, self.page.zone) for day in (self.month.start, self.month.end))
        windows = ImpactWindow.objects.counting().filter(component__in=list(self._uptimes))
        touching = windows.touching(start, end).values("incident")
        return self.page.incidents.visible_to(PUBLIC).filter(pk__in=touching)

    @cached_property
    def _uptimes(self) -> dict[Component, Uptime]:
        mine = heard_of(self.subscription)
        record = UptimeRecord.of(self.page, self.month.start, self.at, components=mine)
        return {each: record.uptime(each, self.month.start, self.month.end) for each in mine}


def heard_of(subscription: Subscription) -> list[Component]:
    """The components that a subscription hears of: those that were picked, or all."""
    everything = subscription.page.components.order_by("position", "pk")
    choice = subscription.choice
    if not choice.components and not choice.groups:
        return list(everything)
    picked, groups = set(choice.components), set(choice.groups)
    return [
        each
        for each in everything.select_related("group")
        if each in picked
        or each.group in groups
        or (choice.new_from is not None and each.created_at > choice.new_from)
    ]


def enqueue(at: datetime) -> int:
    """Writes the reports that are due, each once; returns how many."""
    is_due = Subscription.objects.confirmed().filter(report_due_at__lte=at).exists()
    if not is_due or _many_wait(at):
        return 0
    return bring_out(Stream.REPORT, "report_due_at", _of_page, at)


def _many_wait(at: datetime) -> bool:
    """Whether more would keep what is urgent waiting: whole pages are due in the same second."""
    waiting = Delivery.objects.due(at).filter(stream=Stream.REPORT)
    return waiting[:AT_A_TIME].count() == AT_A_TIME


def _of_page(page: Page, readers: Sequence[Subscription], at: datetime) -> int:
    running = Period.month(day_of(at, page.zone))
    # A private page tells nobody; what is over meanwhile is told by no later mail.
    tells = not page.is_private and page.components.exists()
    reports: list[Delivery] = []
    for reader in readers:
        month = Period.month(reader.report_month or running.start)
        if tells and _is_news(month, running, reader, at):
            reports.append(mail(Stream.REPORT, reader, {"month": month.name}, at))
        # Not over: the page goes by another calendar now, and the month is told of later.
        reader.owe_report_of(running if month.end <= running.start else month)
    Delivery.objects.bulk_create(reports, batch_size=500)
    Subscription.objects.bulk_update(readers, ["report_month", "report_due_at"], batch_size=500)
    return len(reports)


def _is_news(month: Period, running: Period, reader: Subscription, at: datetime) -> bool:
    """Whether a month is over, and not so long that its owner was away, or this program was."""
    on_time = reader.report_due_at is not None and at - reader.report_due_at < TOO_LATE
    return month.end <= running.start and on_time


def _rank(uptime: Uptime) -> tuple[float, int]:
    share = 2.0 if uptime.share is None else float(uptime.share)
    return share, -uptime.tally.trouble


def _line(component: Component, uptime: Uptime) -> Line:
    return Line(component.name, figure(uptime.share), _(", ").join(troubles(uptime.tally)))
