"""What hangs on what, what is measured, and what the figures of uptime leave out."""

import math
from datetime import datetime, timedelta
from typing import Final

from incidents.core.impacts import ImpactKind
from incidents.models import Metric, Page
from people.actors import Actor
from statuspage.demo.company import FEED, FIREWALL

NEEDS: Final = {
    "Spam processing": [FIREWALL],
    "Forwarding": [FIREWALL, "Spam processing"],
    FEED: ["Delivery"],
    "Delivery": ["SMTP sending"],
}
REASON: Final = (
    "the messages themselves were safe and went out in time, so our terms leave wrong displays "
    "out of uptime and credits."
)
HOUR: Final = timedelta(hours=1)


def set_up(page: Page, *, by: Actor, at: datetime) -> None:
    """Say what depends on what, and what does not count."""
    parts = {component.name: component for component in page.components.all()}
    for name, needed in NEEDS.items():
        parts[name].change(depends_on=[parts[each] for each in needed], by=by, at=at)
    excludes = [{"kind": str(ImpactKind.WRONG_DATA), "reason": REASON}]
    page.change(uptime_excludes=excludes, by=by, at=at)


def measure(page: Page, *, by: Actor, at: datetime) -> None:
    """Two metrics with a month of points, busier by day than by night."""
    parts = {component.name: component for component in page.components.all()}
    delay = Metric.add(
        page, "Time to deliver", unit="s", decimals=1, component=parts["Delivery"],
        description="From taking a message in to the receiving server’s yes, the slowest twentieth",
        by=by, at=at,
    )  # fmt: skip
    queue = Metric.add(
        page, "Messages waiting", component=parts["SMTP sending"], by=by, at=at,
        description="In the queue for more than a minute",
    )  # fmt: skip
    delay.record([(moment, round(1.8 + 1.4 * _busy(moment), 2)) for moment in _times(at)], at=at)
    queue.record([(moment, round(240 + 900 * _busy(moment))) for moment in _times(at)], at=at)


def _times(at: datetime) -> list[datetime]:
    """Every hour of a month, and every ten minutes of the last day."""
    hourly = [at - HOUR * number for number in range(24, 720)]
    return hourly + [at - HOUR / 6 * number for number in range(144)]


def _busy(moment: datetime) -> float:
    """A day's rhythm with a little unrest, from 0 to 1."""
    hours = moment.timestamp() / 3600
    return (2 - math.cos(hours * math.pi / 12) + 0.6 * math.sin(hours * 7) ** 2) / 3.6
