"""Over which channels news leaves, or only seems to: paused ones wait, kept mails go nowhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from console.telling import label_of
from incidents.models import Component, Page
from notifications.channels import channels
from notifications.costs import Bill
from notifications.mail.keeping import keeps
from notifications.models import Broadcast, Pause, Subscription
from notifications.models.sign_up import MAIL
from notifications.reach import reach as counted


@dataclass(frozen=True)
class Way:
    """One channel, and how many destinations something goes to over it."""

    channel: str
    count: int
    is_held: bool
    is_kept: bool

    @property
    def label(self) -> str:
        """The channel as people name it."""
        return label_of(self.channel)


@dataclass(frozen=True)
class Line:
    """One channel as staff pauses and resumes it."""

    channel: str
    is_held: bool
    is_used: bool

    @property
    def label(self) -> str:
        """The channel as people name it."""
        return label_of(self.channel)


@dataclass(frozen=True)
class Sum:
    """Whom a draft goes to and what that costs, as far as one line holds it."""

    ways: Sequence[Way]
    bills: Sequence[Bill]

    @property
    def total(self) -> int:
        """How many destinations."""
        return sum(way.count for way in self.ways)

    @property
    def held(self) -> int:
        """How many of them wait until somebody resumes their channel."""
        return sum(way.count for way in self.ways if way.is_held)

    @property
    def kept(self) -> int:
        """How many of them get nothing, since mails are kept."""
        return sum(way.count for way in self.ways if way.is_kept and not way.is_held)

    @property
    def cost(self) -> str:
        """What it costs, a sum for each bill: `38.40 EUR + 0.02 USD`."""
        return " + ".join(bill.cost for bill in self.bills if bill.cost)

    @property
    def is_short(self) -> bool:
        """Whether not all of it may leave."""
        return any(bill.is_short for bill in self.bills)


def reach(page: Page, kind: str, components: Iterable[Component]) -> list[Way]:
    """How many destinations a word about these components goes to, by channel."""
    return _ways(page, counted(page, components, kind))


def waiting(news: Broadcast) -> list[Way]:
    """What of a broadcast waits because its channel, or everything, is paused."""
    unfinished = news.deliveries.unfinished().order_by("channel").values_list("channel")
    found = _ways(news.page, dict(unfinished.annotate(Count("pk"))))
    return [way for way in found if way.is_held]


def pauses(page: Page) -> list[str]:
    """The paused channels of a page, in words; every screen says by itself if everything is."""
    standing = page.pauses.standing().order_by("channel")
    said = _("%(channel)s is paused: what it would tell waits.")
    return [said % {"channel": label_of(each.channel)} for each in standing]


def lines(page: Page) -> list[Line]:
    """Every channel, e-mail first: whether it is paused, and whether it tells anybody."""
    paused = {each.channel for each in page.pauses.standing()}
    # Without those of a single incident, so that an index answers for a channel that nobody uses.
    told = Subscription.objects.confirmed().filter(page=page, incident=None)
    used = {name for name in channels() if name == MAIL or told.filter(channel=name).exists()}
    names = sorted(channels(), key=lambda name: (name != MAIL, label_of(name)))
    return [Line(name, name in paused, name in used | paused) for name in names]


def _ways(page: Page, counts: dict[str, int]) -> list[Way]:
    standing = {each.channel for each in Pause.objects.standing().of(page)}
    return [
        Way(
            channel,
            count,
            is_held=channel in standing or "" in standing,
            is_kept=channel == MAIL and keeps(),
        )
        for channel, count in counts.items()
    ]
