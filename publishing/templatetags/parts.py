"""What stands on a page a hundred times, drawn by Python: templates in loops took half its time."""

from functools import lru_cache
from html import escape
from typing import Final, NamedTuple

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from incidents.core.clocks import calendar_day
from incidents.core.levels import Level
from incidents.core.lifecycles import Status
from publishing.bars import DAYS, HEIGHT, STEP, WIDTH, Bars
from publishing.templatetags.candor import icon_of

register = template.Library()

ACROSS: Final = DAYS * STEP - (STEP - WIDTH)


class Words(NamedTuple):
    """What is said at every component, in one language, ready to stand in a page."""

    begin: str
    end: str
    names: dict[str, str]


@lru_cache(64)
def _words(_language: str | None) -> Words:
    names: dict[str, str] = {each: escape(each.label) for each in (*Level, *Status)}
    return Words(escape(_("90 days ago")), escape(_("Today")), names)


@register.simple_tag
def level(name: str, word: str = "") -> SafeString:
    """A level or status in its colour, with its sign, and in its own word or the one given."""
    sign = icon_of(name)
    said = escape(word) if word else _words(get_language()).names[name]
    return mark_safe(
        f'<span class="badge" data-level="{name}">'
        f'<svg class="icon icon--{sign}" aria-hidden="true"><use href="#i-{sign}"/></svg>'
        f"{said}</span>"
    )


@register.simple_tag
def drawing(bars: Bars) -> SafeString:
    """The ninety days of a component, and what they show in words."""
    days = len(bars.troubled)
    words = ngettext(
        "The last 90 days: %(days)s day with trouble",
        "The last 90 days: %(days)s days with trouble",
        days,
    )
    paths = "".join(f'<path class="{name}" d="{path}"/>' for name, path in bars.paths)
    return mark_safe(
        f'<svg class="bars" viewBox="0 0 {ACROSS} {HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(words % {"days": days})}">{paths}</svg>'
    )


@register.simple_tag(takes_context=True)
def ninety_days(context: Context, bars: Bars) -> SafeString:
    """The drawing with its scale and figure; below it, folded, each day with trouble."""
    words = _words(get_language())
    scale = f"<span>{words.begin}</span> <b>{escape(bars.said)}</b> <span>{words.end}</span>"
    if not bars.troubled:
        return drawing(bars) + mark_safe(f'\n    <p class="days">{scale}</p>')
    page = escape(context["root"] + bars.path)
    days = "".join(
        f'<li data-level="{day.level}"><a href="{page}#{day.anchor}">'
        f"{escape(calendar_day(day.on))}</a>"
        f'<span class="badge">{words.names[day.level]}, {escape(day.length)}</span></li>'
        for day in bars.troubled
    )
    return drawing(bars) + mark_safe(
        f'\n    <details class="days">\n      <summary>{scale}</summary>'
        f"\n      <ul>{days}</ul>\n    </details>"
    )
