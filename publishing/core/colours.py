"""Colours of themes: read from hex, compared by WCAG 2.2, mixed as browsers mix them."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

_HEX: Final = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE | re.ASCII)
STEPS: Final = 125

type Lab = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Colour:
    """An opaque sRGB colour; each channel from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `#1f3a5f` or `#abc`; raises ValueError for anything else."""
        found = _HEX.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"“{text[:20]}” is no colour; write one like #1f3a5f.")
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return cls(*bytes.fromhex(digits))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """WCAG's relative luminance, from 0 for black to 1 for white."""
        return _luminance(self.red, self.green, self.blue)

    def contrast(self, other: Self) -> float:
        """Return WCAG's contrast ratio, from 1 to 21."""
        darker, lighter = sorted((self.luminance, other.luminance))
        return (lighter + 0.05) / (darker + 0.05)

    def on(self, surfaces: Iterable[Self]) -> float:
        """Return the contrast on the worst of `surfaces`."""
        return min(self.contrast(surface) for surface in surfaces)

    def mixed(self, other: Self, share: float) -> Self:
        """Return what CSS makes of `color-mix(in oklab, self share, other)`."""
        pairs = zip(self._lab, other._lab, strict=True)
        lightness, a, b = (mine * share + theirs * (1 - share) for mine, theirs in pairs)
        return self._from_lab((lightness, a, b))

    def nearest(self, passes: Callable[[Self], bool]) -> Self | None:
        """Return the colour nearest in lightness for which `passes` holds; itself if it does.

        The hue stays; saturation fades towards black and white, which both are tried last.
        """
        for step in range(STEPS + 1):
            for shade in (self._shaded(-step / STEPS), self._shaded(step / STEPS)):
                if shade is not None and passes(shade):
                    return shade
        return None

    def _shaded(self, by: float) -> Self | None:
        lightness, a, b = self._lab
        # Neither black nor white has a lightness of exactly 0 or 1.
        wanted = lightness + by
        if not -1 / STEPS < wanted < 1 + 1 / STEPS:
            return None
        if by == 0:
            return self
        wanted = min(max(wanted, 0.0), 1.0)
        room = lightness if by < 0 else 1 - lightness
        left = wanted if by < 0 else 1 - wanted
        fade = left / room if room > 0 else 0.0
        return self._from_lab((wanted, a * fade, b * fade))

    @property
    def _lab(self) -> Lab:
        return _lab(self.red, self.green, self.blue)

    @classmethod
    def _from_lab(cls, lab: Lab) -> Self:
        lightness, a, b = lab
        long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return cls(
            _fold(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
            _fold(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
            _fold(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
        )


@lru_cache(maxsize=4096)
def _luminance(red: int, green: int, blue: int) -> float:
    return 0.2126 * _unfold(red) + 0.7152 * _unfold(green) + 0.0722 * _unfold(blue)


@lru_cache(maxsize=4096)
def _lab(red: int, green: int, blue: int) -> Lab:
    """Björn Ottosson's OKLab: lightness, and the two axes of colour."""
    r, g, b = _unfold(red), _unfold(green), _unfold(blue)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@lru_cache(maxsize=256)
def _unfold(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _fold(linear: float) -> int:
    linear = min(max(linear, 0.0), 1.0)
    share = linear * 12.92 if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(share * 255)


BLACK: Final = Colour(0, 0, 0)
WHITE: Final = Colour(255, 255, 255)
