"""How times, lengths and amounts are said to readers."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.conf.locale import LANG_INFO
from django.utils import dateformat, numberformat
from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from incidents.core import clocks
from incidents.core.instants import between, spell
from incidents.core.languages import local_name
from incidents.core.uptime_words import share_of

# These write the names of languages with a capital, wherever they stand.
CAPITALISING: Final = ("en", "de", "nl")


def offset(at: datetime, origin: datetime) -> str:
    """`+31 h 59 min` after the origin, `−2 h` before it."""
    sign = "−" if at < origin else "+"
    return f"{sign}{spell(between(origin, at))}"


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


def for_scripts() -> dict[str, str]:
    """The words from which a script says times and lengths as the server does."""
    # However a language writes them in its dates: `Dec`, `déc.` or `dic`.
    letter = next((each for each in "Nb" if each in str(clocks.WITH_YEAR)), "M")
    months = (dateformat.format(date(2000, number, 1), letter) for number in range(1, 13))
    return {
        "day": str(clocks.WITH_YEAR),
        "day-short": str(clocks.WITHOUT_YEAR),
        "moment": _(clocks.MOMENT),
        "months": "|".join(months),
        "units": "|".join([_("%d s"), _("%d min"), _("%d h"), _("%d d")]),
    }


def language_name(code: str) -> str:
    """A language as a sentence calls it: “en anglais”; by its own name where nobody knows that."""
    if code not in LANG_INFO:
        return local_name(code)
    name, spoken = _(LANG_INFO[code]["name"]), get_language() or ""
    return name if spoken.startswith(CAPITALISING) else name.lower()


def inline(label: object) -> str:
    """A label within a sentence: in small letters, but for German, whose nouns keep theirs."""
    said = str(label)
    return said if (get_language() or "").startswith("de") else said.lower()
