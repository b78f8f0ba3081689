"""Times, icons and levels in templates: a time always carries its zone and a machine's stamp."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import template
from django.template.context import Context
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from incidents.core import clocks, markup
from incidents.core.calendar import Period, day_of
from incidents.core.instants import spell
from incidents.core.languages import local_name
from incidents.core.links import absolute_markdown
from incidents.models import Incident, Update
from publishing import assets
from publishing.words import phrases, stamps, uptimes
from publishing.words.tongues import further
from publishing.words.wording import Words, words_of

register = template.Library()

ICON_OF: Final = {
    "operational": "check",
    "none": "check",
    "resolved": "check",
    "completed": "check",
    "degraded_performance": "wave",
    "minor": "wave",
    "partial_outage": "half",
    "major": "half",
    "major_outage": "cross",
    "critical": "cross",
    "cancelled": "minus",
    "ended": "minus",
    "published": "info",
    "investigating": "alarm",
    "identified": "alarm",
    "monitoring": "clock",
}


@register.simple_tag(takes_context=True)
def when(
    context: Context, at: datetime | None, form: str = "moment", *, about: bool = False
) -> SafeString:
    """A `<time>` in the page's zone, which a script turns into the reader's own."""
    if at is None:
        return mark_safe("")
    zone: ZoneInfo = context["zone"]
    text = escape(_FORMS[form](at, zone, context["at"]))
    told = mark_safe(f'<time datetime="{_stamp(at, zone)}" data-form="{form}">{text}</time>')
    return format_html(_("about {0}"), told) if about else told


@register.simple_tag(takes_context=True)
def span(
    context: Context,
    start: datetime,
    end: datetime | None,
    form: str = "moment",
    *,
    about: bool = False,
) -> SafeString:
    """From when to when, the day once where it is the same; what has no end goes on."""
    begins = when(context, start, form, about=about)
    if end is None:
        return format_html(_("{0}, goes on"), begins)
    zone: ZoneInfo = context["zone"]
    shown = "clock" if day_of(start, zone) == day_of(end, zone) else form
    # The script asks again whether it is one day: midnight is elsewhere in the reader's zone.
    ends = format_html(
        '<time datetime="{}" data-start="{}" data-form="{}">{}</time>',
        _stamp(end, zone),
        _stamp(start, zone),
        form,
        _FORMS[shown](end, zone, context["at"]),
    )
    return format_html(_("{0} to {1}"), begins, ends)


@register.simple_tag(takes_context=True)
def since(
    context: Context, at: datetime, form: str = "moment", *, about: bool = False
) -> SafeString:
    """From when on, and how long that is by now."""
    begins = when(context, at, form, about=about)
    return format_html(_("since {0} ({1})"), begins, elapsed(context, at))


@register.simple_tag
def on_day(on: date) -> SafeString:
    """A day of the calendar, the same in every zone."""
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), clocks.calendar_day(on))


@register.simple_tag
def about(text: str, is_rough: bool) -> SafeString:
    """A figure that may be a rough one."""
    return format_html(_("about {0}"), text) if is_rough else format_html("{}", text)


@register.simple_tag
def labelled(label: str, text: str) -> SafeString:
    """`Fix: the second disk`; the label alone where there is nothing to say."""
    if not text:
        return format_html("{}", label)
    return format_html(_("{0}: {1}"), fenced(label), fenced(text))


@register.filter
def fenced(text: str) -> SafeString:
    """Staff's words within a line that may run the other way: they end where they end."""
    return format_html("<bdi>{}</bdi>" if get_language_bidi() else "{}", text)


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime) -> str:
    """A time as plain words, for feeds, which outlive the year that they are read in."""
    return clocks.moment(at, context["zone"])


@register.simple_tag(takes_context=True)
def elapsed(context: Context, since: datetime) -> SafeString:
    """A length that runs on, as of the page's stamp; a script keeps it going."""
    running = "" if context.get("frozen") else f' data-since="{since.isoformat()}"'
    text = escape(phrases.running(context["at"] - since))
    return mark_safe(f'<span class="figure"{running}>{text}</span>')


@register.simple_tag(takes_context=True)
def countdown(context: Context, due: datetime) -> SafeString:
    """`in 12 min` or `10 min late`, as of the page's stamp; a script keeps it going."""
    left: timedelta = due - context["at"]
    words = _("in %s") if left > timedelta() else _("%s late")
    if context.get("frozen"):
        return format_html('<span class="figure">{}</span>', words % spell(left))
    return format_html(
        '<span class="figure" data-due="{}" data-ahead="{}" data-late="{}">{}</span>',
        due.isoformat(),
        _("in %s"),
        _("%s late"),
        words % spell(left),
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign of the sprite; words beside it carry the meaning."""
    return format_html(
        '<svg class="icon icon--{0}" aria-hidden="true"><use href="#i-{0}"/></svg>', name
    )


@register.filter
def icon_of(level: str) -> str:
    """The sign of a level, impact or status; planned work has the spanner."""
    return ICON_OF.get(level, "spanner")


@register.simple_tag
def asset(name: str) -> str:
    """The file name of a style sheet or script, which changes with its content."""
    return assets.named(name).file_name


@register.simple_tag
def words_for_scripts() -> SafeString:
    """Attributes from which the script says times and lengths in the language of the page."""
    return _words_for_scripts(get_language())


@lru_cache
def _words_for_scripts(_language: str | None) -> SafeString:
    return format_html_join(" ", 'data-{}="{}"', phrases.for_scripts().items())


@register.filter
def stamped(at: datetime) -> str:
    """The stamp in the address of a page as it stood then."""
    return stamps.stamped(at)


@register.simple_tag(takes_context=True)
def wording(context: Context, update: Update) -> Words:
    """The words of an update in the language of the page."""
    return words_of(update, context["page"], context["at"])


@register.filter
def own_name(code: str) -> str:
    """A language as those who speak it call it: “Deutsch”."""
    return local_name(code)


@register.filter
def name_here(code: str) -> str:
    """A language as a sentence calls it: “en anglais”."""
    return phrases.language_name(code)


@register.simple_tag(takes_context=True)
def not_yet_in(context: Context, update: Update, incident: Incident) -> list[str]:
    """The languages in which other updates of the same story are told, but not this one.

    Where the page itself exists in a language, it says so there, and not here.
    """
    told = {text.language for text in update.texts.all()}
    elsewhere = {text.language for other in incident.updates.all() for text in other.texts.all()}
    missing = elsewhere - told - set(further(context["page"]))
    return [local_name(code) for code in sorted(missing)]


@register.filter
def plain(text: str, page: str) -> str:
    """The words of a Markdown text of the page at that address, without its signs."""
    return markup.plain(absolute_markdown(text, page))


@register.filter
def excerpt(text: str) -> str:
    """The words alone, without the addresses of their links: for lines that lead there anyway."""
    return markup.excerpt(text)


@register.filter
def in_zone(at: datetime, zone: ZoneInfo) -> datetime:
    """The same instant on that zone's clock, out of reach of the server's own zone."""
    return at.astimezone(zone).replace(tzinfo=None)


@register.filter
def zone_word(at: datetime, zone: ZoneInfo) -> str:
    """`EST`."""
    return clocks.zone_name(at.astimezone(zone))


@register.filter
def day(on: date) -> str:
    """`13 Dec 2012`."""
    return clocks.calendar_day(on)


@register.filter
def period_name(period: Period) -> str:
    """`Mar 2026`, or `Q1 2026`."""
    return uptimes.named(period)


@register.filter
def inline(label: str) -> str:
    """A label within a sentence."""
    return phrases.inline(label)


@register.filter
def percent(share: int) -> str:
    """`40 %`."""
    return phrases.percent(share)


@register.filter
def grouped(count: int) -> str:
    """`12,431`, as the language groups digits."""
    return number_format(count, force_grouping=True)


@register.filter
def minutes(count: int) -> str:
    """`1 h` for 60."""
    return spell(timedelta(minutes=count))


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


_FORMS: Final[dict[str, Any]] = {
    "moment": lambda at, zone, now: clocks.moment(at, zone, seen_from=now),
    "full": lambda at, zone, now: clocks.moment(at, zone),
    "clock": lambda at, zone, now: clocks.clock(at, zone),
    "day": lambda at, zone, now: clocks.day(at, zone),
}
