"""Colours: what WCAG says of pairs, what browsers mix, and what would do instead."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.core.colours import BLACK, WHITE, Colour

channels = st.integers(0, 255)
colours = st.builds(Colour, channels, channels, channels)
needed = st.sampled_from([3.0, 4.5, 7.0])


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.00),
    ],
)
def test_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    seen = Colour.parse(first).contrast(Colour.parse(second))
    assert seen == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("#1F3A5F", "#1f3a5f"), ("abc", "#aabbcc"), (" #09f ", "#0099ff"), ("000000", "#000000")],
)
def test_hex_is_read_in_each_of_its_spellings(text: str, meant: str) -> None:
    assert str(Colour.parse(text)) == meant


@pytest.mark.parametrize(
    "text", ["", "#", "#12", "#1234", "#12345678", "red", "#gggggg", "#１２３"]
)
def test_what_is_no_colour_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="#1f3a5f"):
        Colour.parse(text)


@given(colours)
def test_what_is_written_is_read_again(colour: Colour) -> None:
    assert Colour.parse(str(colour)) == colour


@given(colours, colours)
def test_contrast_has_no_direction_and_stays_within_its_bounds(one: Colour, two: Colour) -> None:
    assert one.contrast(two) == two.contrast(one)
    assert 1 <= one.contrast(two) <= 21.0001
    assert one.contrast(one) == 1


@given(colours, colours)
def test_a_mixture_of_all_and_nothing_is_the_colour_itself(one: Colour, two: Colour) -> None:
    assert one.mixed(two, 1) == one
    assert one.mixed(two, 0) == two


@pytest.mark.parametrize(
    ("first", "share", "second", "mixture"),
    [
        # As Chromium computes color-mix(in oklab, ...).
        ("#b02a22", 0.09, "#ffffff", "#faecea"),
        ("#1f3a5f", 0.88, "#1c1e21", "#1f3757"),
        ("#ff0000", 0.5, "#0000ff", "#8c53a2"),
        ("#855700", 0.09, "#1c1f23", "#252424"),
        ("#62cd96", 0.09, "#1c1f23", "#232c2c"),
    ],
)
def test_mixing_is_that_of_browsers(first: str, share: float, second: str, mixture: str) -> None:
    assert str(Colour.parse(first).mixed(Colour.parse(second), share)) == mixture


@given(colours, colours, needed)
def test_what_is_suggested_passes(colour: Colour, behind: Colour, ratio: float) -> None:
    instead = colour.nearest(lambda shade: shade.contrast(behind) >= ratio)
    reachable = max(behind.contrast(BLACK), behind.contrast(WHITE)) >= ratio
    assert (instead is not None) == reachable
    if instead is not None:
        assert instead.contrast(behind) >= ratio


@given(colours, colours)
def test_what_passes_is_left_alone(colour: Colour, behind: Colour) -> None:
    ratio = colour.contrast(behind)
    assert colour.nearest(lambda shade: shade.contrast(behind) >= ratio) == colour


@given(colours, needed)
def test_nothing_nearer_would_do(colour: Colour, ratio: float) -> None:
    """On white, shades only get better the darker they are: the suggestion is the first of them."""
    instead = colour.nearest(lambda shade: shade.contrast(WHITE) >= ratio)
    assert instead is not None
    if instead != colour:
        assert instead.contrast(WHITE) < ratio * 1.2


def test_shades_run_from_black_to_white_in_order() -> None:
    seen: list[Colour] = []
    Colour.parse("#1f3a5f").nearest(lambda shade: bool(seen.append(shade)))  # type: ignore[func-returns-value]
    assert {BLACK, WHITE} <= set(seen)
    lights = [shade.luminance for shade in sorted(set(seen), key=lambda each: each.luminance)]
    assert all(second - first < 0.05 for first, second in pairwise(lights))
