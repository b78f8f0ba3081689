"""A badge for a README or any site: a name, a word and a colour, as SVG that needs no font file."""

from datetime import datetime
from typing import Final
from unicodedata import east_asian_width

from django.utils.html import format_html
from django.utils.text import Truncator

from incidents.models import Page
from publishing.artefact import SVG, Artefact
from publishing.formats import states
from publishing.formats.parts import component_of
from publishing.formats.states import State

LONGEST: Final = 48
PADDING: Final = 7
NARROW: Final = frozenset(" !'(),-./:;I[]fijlrt|")
WIDE: Final = frozenset("%@MWmw")
BADGE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img"'
    ' aria-labelledby="title"><title id="title">{name}: {word}</title>'
    '<clipPath id="round"><rect width="{width}" height="20" rx="3"/></clipPath>'
    '<g clip-path="url(#round)"><rect width="{left}" height="20" fill="#43474d"/>'
    '<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11"'
    ' text-anchor="middle" aria-hidden="true">'
    '<text x="{left_middle}" y="14" textLength="{left_text}">{label}</text>'
    '<text x="{right_middle}" y="14" textLength="{right_text}">{word}</text></g></svg>\n'
)


def of_page(page: Page, at: datetime) -> Artefact:
    """Render `/badge.svg`."""
    return _artefact("badge.svg", states.of_page(page, at), at)


def of_component(page: Page, at: datetime, public_id: str) -> Artefact:
    """Render `/components/<id>/badge.svg`."""
    component = component_of(page, public_id)
    state = states.of_component(component, at)
    return _artefact(f"{component.public_path}badge.svg", state, at)


def width_of(text: str) -> int:
    """About how wide a text is at 11 pixels; whichever font there is, it is fitted to that."""
    return round(sum(map(_width, text)))


def _artefact(path: str, state: State, at: datetime) -> Artefact:
    return Artefact(path, SVG, _drawn(state).encode(), at)


def _drawn(state: State) -> str:
    label = Truncator(state.name).chars(LONGEST)
    left_text, right_text = width_of(label), width_of(state.word)
    left, right = left_text + 2 * PADDING, right_text + 2 * PADDING
    return format_html(
        BADGE,
        name=state.name,
        label=label,
        word=state.word,
        colour=state.colour,
        width=left + right,
        left=left,
        right=right,
        left_text=left_text,
        right_text=right_text,
        left_middle=left / 2,
        right_middle=left + right / 2,
    )


def _width(sign: str) -> float:
    if sign in NARROW:
        return 4.4
    if sign in WIDE:
        return 10.5
    if east_asian_width(sign) in {"W", "F"}:
        return 11.5
    return 7.8 if sign.isupper() else 6.8
