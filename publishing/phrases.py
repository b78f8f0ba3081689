"""How times, lengths and amounts are said to readers."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import dateformat, numberformat
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from incidents.core.instants import spell

# How dates are written: letters of Django's `date` filter, in each language's own order.
WITH_YEAR: Final = pgettext_lazy("letters of Django's date filter", "j M Y")
WITHOUT_YEAR: Final = pgettext_lazy("letters of Django's date filter", "j M")
MONTH: Final = pgettext_lazy("letters of Django's date filter", "M Y")


def moment(at: datetime, zone: ZoneInfo, *, seen_from: datetime | None = None) -> str:
    """`13 Dec 2012, 12:46 EST`; the year is left out when it is that of `seen_from`."""
    local = at.astimezone(zone)
    same_year = seen_from is not None and seen_from.astimezone(zone).year == local.year
    on = dateformat.format(local, str(WITHOUT_YEAR if same_year else WITH_YEAR))
    return _("%(day)s, %(time)s") % {"day": on, "time": clock(at, zone)}


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`12:46 EST`."""
    local = at.astimezone(zone)
    return f"{local:%H:%M} {zone_name(local)}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """`13 Dec 2012`."""
    return calendar_day(at.astimezone(zone))


def calendar_day(on: date) -> str:
    """`13 Dec 2012`."""
    return dateformat.format(on, str(WITH_YEAR))


def month(on: date) -> str:
    """`Dec 2012`."""
    return dateformat.format(on, str(MONTH))


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
    if hours < 72:
        return spell(length)
    return f"{_('%d d') % (hours // 24)} {_('%d h') % (hours % 24)}"


def amount(count: int, unit: str, *, about: bool) -> str:
    """`about 8,000 messages`."""
    figure = f"{number(count)} {unit}".strip()
    return _("about %s") % figure if about else figure


def percent(share: int, unit: str = "", *, about: bool = False) -> str:
    """`10 %`, or `about 10 % of messages`."""
    figure = share_of(str(share))
    if unit:
        figure = _("%(share)s of %(unit)s") % {"share": figure, "unit": unit}
    return _("about %s") % figure if about else figure


def share_of(figure: str) -> str:
    """`99.95 %`, from digits that were cut off already: they are rounded no more."""
    return _("%s %%") % figure.replace(".", get_format("DECIMAL_SEPARATOR"))


def number(value: float, decimals: int = 0) -> str:
    """`1,250.5`, by the habits of the language."""
    return numberformat.format(
        f"{value:.{decimals}f}",
        get_format("DECIMAL_SEPARATOR"),
        decimals,
        grouping=3,
        thousand_sep=get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
    )


def listed(words: Iterable[str]) -> str:
    """Words one after the other, with the comma of the language."""
    return _(", ").join(words)
