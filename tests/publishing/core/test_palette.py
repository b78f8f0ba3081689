"""What chosen colours come to, and what is said where nobody could read them."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proof.tools import root
from publishing.core.colours import Colour
from publishing.core.palette import (
    DEFAULTS,
    FOCUS,
    HOVER,
    SIGN,
    STATES,
    TEXT,
    TINT,
    Finding,
    Palette,
    Scheme,
)

CSS: Path = root() / "static" / "candor" / "css"
hexes = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def findings(**fields: str) -> list[Finding]:
    """What is wrong with a theme of these colours."""
    return [found for palette in Palette.pair(fields) for found in palette.findings()]


def test_the_figures_are_those_of_the_style_sheet() -> None:
    text = (CSS / "tokens.css").read_text()
    pairs = dict(re.findall(r"--([a-z-]+): (light-dark\(#\w+, #\w+\));", text))
    known = {
        scheme: DEFAULTS[scheme] | STATES[scheme] | {"focus": FOCUS[scheme]} for scheme in Scheme
    }
    for name in known[Scheme.LIGHT]:
        wanted = f"light-dark({known[Scheme.LIGHT][name]}, {known[Scheme.DARK][name]})"
        assert pairs[name] == wanted
    assert f"var(--state) {TINT:.0%}, var(--raised)" in text
    assert f"var(--accent) {HOVER:.0%}, var(--ink)" in (CSS / "base.css").read_text()


@pytest.mark.parametrize("scheme", Scheme)
def test_candors_own_look_passes_everywhere(scheme: Scheme) -> None:
    usual, known = Palette(scheme, {}), DEFAULTS[scheme]
    behind = usual.surfaces.all
    assert usual.surfaces.states() >= TEXT
    assert usual.surfaces.focus() >= SIGN
    assert min(known[name].on(behind) for name in ("ink", "ink-soft", "link")) >= TEXT
    assert known["line-strong"].on(usual.surfaces.plain) >= SIGN
    assert known["on-accent"].contrast(known["accent"]) >= TEXT
    assert usual.properties() == {}


def test_a_brand_colour_alone_is_enough() -> None:
    light, dark = Palette.pair({"accent": "#0f766e", "link": "#0f766e"})
    assert not findings(accent="#0f766e", link="#0f766e")
    assert str(light.properties()["accent"]) == "#0f766e"
    assert dark.properties()["link"] != light.properties()["link"], "the dark has a shade of it"
    assert dark.link.on(dark.surfaces.all) >= TEXT


def test_words_on_buttons_are_dark_on_a_bright_brand() -> None:
    light, _dark = Palette.pair({"accent": "#ffd400"})
    assert light.on_accent.luminance < 0.1
    assert not findings(accent="#ffd400")


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"link": "#268bd2"}, "link", r"Links on the background: 3\.\d\d to 1, and 4\.5 to 1"),
        ({"text": "#999999"}, "text", r"Text on the background: 2\.\d\d to 1"),
        ({"background": "#bbbbbb"}, "background", r"Words of states on the background: 2\.\d\d"),
        ({"background_dark": "#555555"}, "background_dark", r"Words of states"),
        ({"text_dark": "#666666"}, "text_dark", r"Text on the background"),
        (
            {"accent": "#ffd400", "button_text": "#ffffff"},
            "button_text",
            r"Words on buttons: 1\.\d\d to 1, and 4\.5 to 1 is needed; #\w{6} would do\.",
        ),
        ({"accent": "#777777"}, "accent", r"Words on buttons: 4\.\d\d to 1"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field_where_it_was_chosen(
    fields: dict[str, str], field: str, said: str
) -> None:
    found = findings(**fields)
    assert {each.field for each in found} == {field}
    assert re.match(said, str(found[0])), str(found[0])
    assert found[0].instead is not None


@settings(max_examples=50)
@given(st.fixed_dictionaries({}, optional={
    name + scheme: hexes
    for scheme in Scheme for name in ("accent", "button_text", "link", "text", "background")
}))  # fmt: skip
def test_whatever_is_chosen_what_would_do_does(fields: dict[str, str]) -> None:
    for each in findings(**fields):
        assert each.seen < each.needed
        if each.instead is not None and not each.field.startswith("background"):
            again = findings(**fields | {each.field: str(each.instead)})
            assert (each.field, each.pair) not in {(found.field, found.pair) for found in again}


@settings(max_examples=50)
@given(background=hexes)
def test_a_background_that_passes_carries_all_that_is_derived_from_it(background: str) -> None:
    for scheme in Scheme:
        fields = {f"background{scheme}": background}
        if not findings(**fields):
            palette = Palette(scheme, {"background": Colour.parse(background)})
            derived = palette.properties()
            soft = derived.get("ink-soft", DEFAULTS[scheme]["ink-soft"])
            strong = derived.get("line-strong", DEFAULTS[scheme]["line-strong"])
            assert soft.on(palette.surfaces.all) >= TEXT
            assert strong.on(palette.surfaces.plain) >= SIGN


def test_a_suggested_background_passes_with_everything_else() -> None:
    (found, *_) = findings(background="#bbbbbb")
    assert findings(background=str(found.instead)) == []
