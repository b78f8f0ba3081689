"""How times, lengths and amounts are said to readers."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _

from incidents.core.instants import spell


def moment(at: datetime, zone: ZoneInfo, *, seen_from: datetime | None = None) -> str:
    """`13 Dec 2012, 12:46 EST`; the year is left out when it is that of `seen_from`."""
    local = at.astimezone(zone)
    same_year = seen_from is not None and seen_from.astimezone(zone).year == local.year
    day = dateformat.format(local, "j M" if same_year else "j M Y")
    return f"{day}, {local:%H:%M} {zone_name(local)}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`12:46 EST`."""
    local = at.astimezone(zone)
    return f"{local:%H:%M} {zone_name(local)}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """`13 Dec 2012`."""
    return dateformat.format(at.astimezone(zone), "j M Y")


def zone_name(local: datetime) -> str:
    """The abbreviation, or the offset where there is none ("UTC+03:00")."""
    name = local.tzname() or ""
    return name if name[:1].isalpha() else offset_name(local)


def offset_name(local: datetime) -> str:
    """`UTC−05:00`; plain `UTC` at zero."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours:02d}:{rest:02d}" if minutes else "UTC"


def offset(at: datetime, origin: datetime) -> str:
    """`+31 h 59 min` after the origin, `−2 h` before it."""
    sign = "−" if at < origin else "+"
    return f"{sign}{spell(at - origin)}"


def running(length: timedelta) -> str:
    """A length that still grows; past three days it is told in days ("10 d 5 h")."""
    hours = int(length.total_seconds()) // 3600
    return spell(length) if hours < 72 else f"{hours // 24} d {hours % 24} h"


def amount(count: int, unit: str, *, about: bool) -> str:
    """`about 8,000 messages`."""
    figure = f"{count:,} {unit}".strip()
    return _("about %s") % figure if about else figure


def percent(share: int, unit: str = "", *, about: bool = False) -> str:
    """`10 %`, or `about 10 % of messages`."""
    words = _("%(share)d %% of %(unit)s") if unit else "%(share)d %%"
    figure = words % {"share": share, "unit": unit}
    return _("about %s") % figure if about else figure
