"""What stands on a page a hundred times, drawn by Python: templates in loops took half its time."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from html import escape
from typing import Final, NamedTuple

from django import template
from django.template.context import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from incidents.core.clocks import calendar_day
from incidents.core.levels import Level
from incidents.core.lifecycles import Status
from incidents.models import Component
from publishing.drawn.bars import DAYS, HEIGHT, STEP, WIDTH, Bars, Day, paths
from publishing.pages.uptime import Cell, Row
from publishing.story.overview import Stretch
from publishing.templatetags.candor import icon_of, since

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
    said = escape(word) if word else _words(get_language()).names[name]
    return mark_safe(_badge(name, said))


@lru_cache(512)
def _badge(name: str, said: str) -> str:
    sign = icon_of(name)
    return (
        f'<span class="badge" data-level="{name}">'
        f'<svg class="icon icon--{sign}" aria-hidden="true"><use href="#i-{sign}"/></svg>'
        f"{said}</span>"
    )


@register.simple_tag(takes_context=True)
def histories(context: Context, components: Iterable[tuple[str, str]]) -> SafeString:
    """A link to the whole history of each component, of which the public id and name are given."""
    root = escape(context["root"])
    return mark_safe("".join(_history(root, *each) for each in components))


@register.simple_tag(takes_context=True)
def uptimes(context: Context, rows: Iterable[Row]) -> SafeString:
    """The rows of components in a table of periods."""
    root = context["root"]
    line = '<tr><th scope="row"><a href="{}{}">{}</a></th>{}</tr>'
    told = ((root, row.path, row.name, figures(row.cells)) for row in rows)
    return format_html_join("\n", line, told)


@register.simple_tag
def figures(cells: Iterable[Cell]) -> SafeString:
    """The figures of one row, period by period."""
    return mark_safe("".join(_figure(each.label, each.figure, each.aside) for each in cells))


# Most components do alike in most periods.
@lru_cache(2048)
def _figure(label: str, figure: str, aside: str) -> str:
    about = f' <span class="about">{escape(aside)}</span>' if aside else ""
    return f'<td class="num" data-label="{escape(label)}"><span>{escape(figure)}{about}</span></td>'


@register.simple_tag
def drawing(bars: Bars) -> SafeString:
    """The ninety days of a component, and what they show in words."""
    return mark_safe(_picture(get_language(), bars))


@register.simple_tag(takes_context=True)
def parts(context: Context, bars: Iterable[Bars], rank: int) -> SafeString:
    """Components on the front page: each with its name, level and days, and what it waits for."""
    page = Around(get_language(), context["root"], context.get("original") or "")
    return mark_safe("\n".join(_component(page, each, rank) for each in bars))


@register.simple_tag(takes_context=True)
def extent(context: Context, stretch: Stretch) -> SafeString:
    """How much of a component is hit, and since when, unless the incident says that already."""
    window, is_told_above = stretch.window, "incident" in context
    told = [window.cohort.name] if window.cohort else []
    if stretch.amount:
        told.append(stretch.amount)
    if not is_told_above or window.start != context["story"].began or stretch.about:
        told.append(since(context, window.start, about=stretch.about))
    return format_html_join(_(", "), "{}", ([each] for each in told))


@register.simple_tag
def boxes(components: Iterable[Component], ticked: Collection[str]) -> SafeString:
    """A box to tick for each component; `ticked` holds the public ids of those that are."""
    return mark_safe("\n    ".join(_box(each, each.public_id in ticked) for each in components))


class Around(NamedTuple):
    """The page on which components stand; `original` marks words that staff did not translate."""

    language: str | None
    root: str
    original: str


class Head(NamedTuple):
    """What is said of a component above its days."""

    href: str
    name: str
    level: str
    description: str
    needs: tuple[str, ...]


def _component(page: Around, bars: Bars, rank: int) -> str:
    part = bars.component
    head = Head(page.root + bars.path, bars.name, bars.level, part.description, bars.ill_needs)
    days = _days(page.language, page.root, bars) if bars.is_drawn else ""
    return _part(page, rank, head, days)


def _history(root: str, public_id: str, name: str) -> str:
    return f'<li><a href="{root}components/{public_id}/history/">{escape(name)}</a></li>'


def _box(component: Component, is_ticked: bool) -> str:
    return (
        '<label class="check"><input type="checkbox" name="components"'
        f' value="{component.public_id}"{" checked" if is_ticked else ""}>'
        f" {escape(component.name)}</label>"
    )


def _days(language: str | None, root: str, bars: Bars) -> str:
    picture, troubled = _picture(language, bars), tuple(bars.troubled)
    return _ninety_days(language, root + bars.path, picture, bars.said, troubled)


def _picture(language: str | None, bars: Bars) -> str:
    return _drawn(_trouble(language, len(bars.troubled)), bars.marks)


@lru_cache(1024)
def _trouble(_language: str | None, days: int) -> str:
    words = ngettext(
        "The last 90 days: %(days)s day with trouble",
        "The last 90 days: %(days)s days with trouble",
        days,
    )
    return escape(words % {"days": days})


# Of a thousand components few are another than a minute ago: the others stand as they were.
@lru_cache(4096)
def _part(page: Around, rank: int, head: Head, days: str) -> str:
    about = "".join(f'<p class="part__about">{escape(each)}</p>' for each in head.needs)
    if head.description:
        about += f'<p class="part__about"{page.original}>{escape(head.description)}</p>'
    badge = _badge(head.level, _words(page.language).names[head.level])
    return (
        f'<div class="part"><div class="part__head"><h{rank} class="part__name">'
        f'<a href="{escape(head.href)}">{escape(head.name)}</a></h{rank}>'
        f"{badge}</div>{about}{days}</div>"
    )


@lru_cache(4096)
def _drawn(words: str, marks: tuple[str, ...]) -> str:
    drawn = "".join(f'<path class="{name}" d="{path}"/>' for name, path in paths(marks).items())
    return (
        f'<svg class="bars" viewBox="0 0 {ACROSS} {HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="{words}">{drawn}</svg>'
    )


@lru_cache(4096)
def _ninety_days(
    language: str | None, page: str, picture: str, said: str, troubled: tuple[Day, ...]
) -> str:
    words = _words(language)
    scale = f"<span>{words.begin}</span> <b>{escape(said)}</b> <span>{words.end}</span>"
    if not troubled:
        return f'{picture}\n    <p class="days">{scale}</p>'
    days = "".join(
        f'<li data-level="{day.level}"><a href="{escape(page)}#{day.anchor}">'
        f"{escape(calendar_day(day.on))}</a>"
        f'<span class="badge">{words.names[day.level]}, {escape(day.length)}</span></li>'
        for day in troubled
    )
    return (
        f'{picture}\n    <details class="days">\n      <summary>{scale}</summary>'
        f"\n      <ul>{days}</ul>\n    </details>"
    )
