"""Once a month: how that did of which somebody hears, and what happened to it."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.core import clocks
from incidents.core.calendar import Period, day_of, midnight
from incidents.core.uptime_words import figure, troubles
from incidents.core.viewers import PUBLIC
from incidents.models import Component, ImpactWindow, Incident, Page
from incidents.uptime import Uptime, UptimeRecord, mean
from notifications.channels import channels
from notifications.kinds import Stream
from notifications.models import Delivery, Subscription

logger = logging.getLogger(__name__)

AT_A_TIME: Final = 2000
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
    """A month of a page, seen by one of its subscriptions; as far as it was known `at`."""

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

    @property
    def whole(self) -> str:
        """The mean of all that is heard of."""
        return figure(mean(self._uptimes.values()))

    @property
    def lines(self) -> list[Line]:
        """The components, in the page's order; of very many those that did worst."""
        found = self._uptimes
        worst = sorted(found, key=lambda each: _rank(found[each]))[:MOST_COMPONENTS]
        return [_line(each, found[each]) for each in found if each in worst]

    @property
    def further(self) -> int:
        """How many components are left out."""
        return max(len(self._uptimes) - MOST_COMPONENTS, 0)

    @property
    def happened(self) -> list[Happened]:
        """What touched these components in that month, in order."""
        start, end = (
            midnight(self.month.start, self.page.zone),
            midnight(self.month.end, self.page.zone),
        )
        windows = ImpactWindow.objects.counting().filter(component__in=list(self._uptimes))
        touching = windows.touching(start, end).values("incident")
        visible = self.page.incidents.visible_to(PUBLIC).filter(pk__in=touching)
        found = visible.prefetch_related("windows").order_by("started_at", "pk")
        return [self._happened(each) for each in found[:MOST_INCIDENTS]]

    @property
    def page(self) -> Page:
        """The page that it is about."""
        return self.subscription.page

    def _happened(self, incident: Incident) -> Happened:
        zone = self.subscription.zone
        when = clocks.moment(incident.began, zone)
        return Happened(incident.title, incident.public_url, incident.status_word, when)

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
    due = Subscription.objects.confirmed().filter(report_due_at__lte=at)
    pages = Page.objects.filter(pk__in=due.values("page"))
    return sum(_try(page, at) for page in pages.order_by("pk"))


def _try(page: Page, at: datetime) -> int:
    """A page whose reports cannot be written keeps no other page's readers waiting."""
    try:
        with transaction.atomic():
            return _of_page(page, at)
    except Exception:
        logger.exception("The monthly reports of the page %s could not be written", page)
        return 0


def _of_page(page: Page, at: datetime) -> int:
    due = Subscription.objects.confirmed().filter(page=page, report_due_at__lte=at)
    readers = list(due.order_by("pk").select_for_update(skip_locked=True)[:AT_A_TIME])
    month = Period.month(day_of(at, page.zone))
    # A private page tells nobody; what is over meanwhile is told by no later mail.
    tells = not page.is_private and page.components.exists()
    reports = [_delivery(each, month.before, at) for each in readers] if tells else []
    Delivery.objects.bulk_create(reports, batch_size=500)
    for reader in readers:
        reader.page = page
        reader.report_due_at = reader.report_after(month)
    Subscription.objects.bulk_update(readers, ["report_due_at"], batch_size=500)
    return len(reports)


def _delivery(reader: Subscription, month: Period, at: datetime) -> Delivery:
    merge: dict[str, Any] = {"month": month.name}
    return Delivery(
        page_id=reader.page_id,
        subscription=reader,
        stream=Stream.REPORT,
        lane=channels()["email"].lane,
        channel=reader.channel,
        destination=reader.destination,
        merge=merge,
        next_attempt_at=at,
        created_at=at,
    )


def _rank(uptime: Uptime) -> tuple[float, int]:
    share = 2.0 if uptime.share is None else float(uptime.share)
    return share, -uptime.tally.trouble


def _line(component: Component, uptime: Uptime) -> Line:
    return Line(component.name, figure(uptime.share), _(", ").join(troubles(uptime.tally)))
