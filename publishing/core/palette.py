"""What a few chosen colours make of the properties of the style sheet, and if one can read it."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from publishing.core.colours import BLACK, WHITE, Colour

# WCAG 2.2 AA: 1.4.3 for text, 1.4.11 for what is no text.
TEXT: Final = 4.5
SIGN: Final = 3.0
ROLES: Final = ("accent", "button_text", "link", "text", "background")
# As tokens.css and base.css mix them.
TINT: Final = 0.09
HOVER: Final = 0.88


class Scheme(StrEnum):
    """The value is the ending of the fields that belong to it."""

    LIGHT = ""
    DARK = "_dark"


def _read(**names: str) -> dict[str, Colour]:
    return {name.replace("_", "-"): Colour.parse(text) for name, text in names.items()}


# The same figures as in static/candor/css/tokens.css; a test compares them.
DEFAULTS: Final = {
    Scheme.LIGHT: _read(
        paper="#fcfbf9", raised="#ffffff", sunken="#f3f1ed", ink="#1c1e21", ink_soft="#565a61",
        line="#e2dfd9", line_strong="#87898f", link="#1d4f9e", accent="#1f3a5f",
        on_accent="#ffffff",
    ),
    Scheme.DARK: _read(
        paper="#15171a", raised="#1c1f23", sunken="#101214", ink="#eceae6", ink_soft="#a8abb0",
        line="#31353b", line_strong="#797e86", link="#93bbff", accent="#b9d2f5",
        on_accent="#12181f",
    ),
}  # fmt: skip
STATES: Final = {
    Scheme.LIGHT: _read(
        good="#1b7347", maintenance="#2a5cab", degraded="#855700", partial="#a5450c",
        major="#b02a22",
    ),
    Scheme.DARK: _read(
        good="#62cd96", maintenance="#8fb5fa", degraded="#ecbd5c", partial="#f59c62",
        major="#ff938a",
    ),
}  # fmt: skip
FOCUS: Final = {
    Scheme.LIGHT: Colour.parse("#0b63ce"),
    Scheme.DARK: Colour.parse("#8fbdff"),
}
# The two that the words of a button choose from where none was chosen.
LABELS: Final = (WHITE, Colour.parse("#12181f"))


@dataclass(frozen=True, slots=True)
class Finding:
    """A pair that is too weak: where it was chosen, what was seen, what would do."""

    field: str
    pair: str
    seen: float
    needed: float
    instead: Colour | None

    def __str__(self) -> str:
        seen = math.floor(self.seen * 100) / 100
        weak = f"{self.pair}: {seen:.2f} to 1, and {self.needed:g} to 1 is needed"
        return f"{weak}; {self.instead or 'no shade of it'} would do."


@dataclass(frozen=True)
class Surfaces:
    """What stands behind text: the page, boxes on it, and boxes in the tint of a state."""

    paper: Colour
    raised: Colour
    sunken: Colour
    scheme: Scheme

    @classmethod
    def of(cls, background: Colour, scheme: Scheme) -> "Surfaces":
        """Return the boxes that go with a background."""
        lighter, darker = (0.6, 0.04) if scheme is Scheme.LIGHT else (0.04, 0.2)
        raised, sunken = WHITE.mixed(background, lighter), BLACK.mixed(background, darker)
        return cls(background, raised, sunken, scheme)

    @classmethod
    def usual(cls, scheme: Scheme) -> "Surfaces":
        """Return those of Candor's own look."""
        known = DEFAULTS[scheme]
        return cls(known["paper"], known["raised"], known["sunken"], scheme)

    @property
    def plain(self) -> tuple[Colour, Colour, Colour]:
        """Those without a state."""
        return (self.paper, self.raised, self.sunken)

    @cached_property
    def all(self) -> list[Colour]:
        """All of them."""
        return [*self.plain, *map(self.tinted, STATES[self.scheme].values())]

    def tinted(self, state: Colour) -> Colour:
        """Return the box of a state."""
        return state.mixed(self.raised, TINT)

    def states(self) -> float:
        """Return the contrast of the weakest state, on its own box and on the others."""
        words = STATES[self.scheme].values()
        return min(word.on([*self.plain, self.tinted(word)]) for word in words)

    def focus(self) -> float:
        """Return the contrast of the ring around what has the focus."""
        return FOCUS[self.scheme].on(self.plain)


class Palette:
    """The colours of one scheme."""

    def __init__(
        self, scheme: Scheme, chosen: Mapping[str, Colour], light: "Palette | None" = None
    ) -> None:
        self.scheme = scheme
        self.chosen = dict(chosen)
        self._light = light

    @classmethod
    def pair(cls, fields: Mapping[str, str]) -> "tuple[Palette, Palette]":
        """Return light and dark for what stands in the fields of a theme; "" is not chosen."""
        chosen = {
            scheme: {
                role: Colour.parse(text) for role in ROLES if (text := fields.get(role + scheme))
            }
            for scheme in Scheme
        }
        light = cls(Scheme.LIGHT, chosen[Scheme.LIGHT])
        return light, cls(Scheme.DARK, chosen[Scheme.DARK], light)

    @cached_property
    def surfaces(self) -> Surfaces:
        """What stands behind text."""
        background = self.chosen.get("background")
        return Surfaces.of(background, self.scheme) if background else Surfaces.usual(self.scheme)

    @cached_property
    def ink(self) -> Colour:
        """Text."""
        return self.chosen.get("text") or self._usual("ink")

    @cached_property
    def link(self) -> Colour:
        """Links; in the dark a shade of the light ones if nothing else is chosen."""
        return self.chosen.get("link") or self._after_light("link", TEXT) or self._usual("link")

    @cached_property
    def accent(self) -> Colour:
        """Buttons; in the dark a shade of the light ones if nothing else is chosen."""
        chosen = self.chosen.get("accent") or self._after_light("accent", SIGN)
        return chosen or self._usual("accent")

    @cached_property
    def on_accent(self) -> Colour:
        """Words on buttons: what is chosen, else whichever of two reads best."""
        if "button_text" in self.chosen:
            return self.chosen["button_text"]
        if self.accent == self._usual("accent"):
            return self._usual("on-accent")
        return max(LABELS, key=lambda label: label.on(self._buttons(self.accent)))

    def properties(self) -> dict[str, Colour]:
        """Return custom properties of the style sheet that differ from Candor's own look."""
        given = {"link": self.link, "accent": self.accent, "on-accent": self.on_accent}
        if self.chosen.keys() & {"text", "background"}:
            given |= self._page()
        usual = DEFAULTS[self.scheme]
        return {name: colour for name, colour in given.items() if colour != usual[name]}

    def findings(self) -> Iterator[Finding]:
        """Yield the pairs that are too weak, each at the field where it was chosen."""
        for each in (self._states(), self._focus(), self._text(), self._links(), self._button()):
            if each is not None:
                yield each

    def _page(self) -> dict[str, Colour]:
        surfaces = self.surfaces
        return {
            "paper": surfaces.paper,
            "raised": surfaces.raised,
            "sunken": surfaces.sunken,
            "ink": self.ink,
            "ink-soft": self._softened(0.72, TEXT, surfaces.all),
            "line": self.ink.mixed(surfaces.paper, 0.14),
            "line-strong": self._softened(0.5, SIGN, list(surfaces.plain)),
        }

    def _softened(self, share: float, needed: float, behind: list[Colour]) -> Colour:
        soft = self.ink.mixed(self.surfaces.paper, share)
        return soft.nearest(lambda shade: shade.on(behind) >= needed) or self.ink

    def _states(self) -> Finding | None:
        if "background" not in self.chosen:
            return None
        return self._behind("Words of states on the background", self.surfaces.states(), TEXT)

    def _focus(self) -> Finding | None:
        if "background" not in self.chosen:
            return None
        return self._behind("The focus ring on the background", self.surfaces.focus(), SIGN)

    def _text(self) -> Finding | None:
        if not self.chosen.keys() & {"text", "background"}:
            return None
        return self._words("text", "Text on the background", self.ink)

    def _links(self) -> Finding | None:
        if not self.chosen.keys() & {"link", "background"}:
            return None
        return self._words("link", "Links on the background", self.link)

    def _words(self, role: str, pair: str, words: Colour) -> Finding | None:
        seen = words.on(self.surfaces.all)
        if role not in self.chosen:
            return self._behind(pair, seen, TEXT)
        behind = self.surfaces.all
        return self._finding(role, pair, seen, TEXT, words, lambda shade: shade.on(behind) >= TEXT)

    def _button(self) -> Finding | None:
        seen = self.on_accent.on(self._buttons(self.accent))
        pair = "Words on buttons"
        if "button_text" in self.chosen:
            behind = self._buttons(self.accent)
            return self._finding(
                "button_text",
                pair,
                seen,
                TEXT,
                self.on_accent,
                lambda each: each.on(behind) >= TEXT,
            )
        if "accent" not in self.chosen:
            return None
        return self._finding("accent", pair, seen, TEXT, self.accent, self._carries_words)

    def _behind(self, pair: str, seen: float, needed: float) -> Finding | None:
        """A background that what stands on it cannot be read on."""
        if seen >= needed:
            return None
        return Finding(f"background{self.scheme}", pair, seen, needed, self._background)

    @cached_property
    def _background(self) -> Colour | None:
        """The nearest background that carries everything."""
        return self.surfaces.paper.nearest(self._can_be_behind)

    def _finding(
        self,
        role: str,
        pair: str,
        seen: float,
        needed: float,
        colour: Colour,
        would_do: Callable[[Colour], bool],
    ) -> Finding | None:
        if seen >= needed:
            return None
        return Finding(role + self.scheme, pair, seen, needed, colour.nearest(would_do))

    def _can_be_behind(self, background: Colour) -> bool:
        surfaces = Surfaces.of(background, self.scheme)
        words = (self.ink, self.chosen.get("link") or self._usual("link"))
        return (
            surfaces.states() >= TEXT
            and surfaces.focus() >= SIGN
            and all(each.on(surfaces.all) >= TEXT for each in words)
        )

    def _buttons(self, accent: Colour) -> tuple[Colour, Colour]:
        """A button, and the same under the pointer."""
        return (accent, accent.mixed(self.ink, HOVER))

    def _carries_words(self, accent: Colour) -> bool:
        return any(label.on(self._buttons(accent)) >= TEXT for label in LABELS)

    def _after_light(self, role: str, needed: float) -> Colour | None:
        chosen = self._light.chosen.get(role) if self._light else None
        if chosen is None:
            return None
        behind = self.surfaces.all
        return chosen.nearest(
            lambda shade: (
                shade.on(behind) >= needed and (role != "accent" or self._carries_words(shade))
            )
        )

    def _usual(self, name: str) -> Colour:
        return DEFAULTS[self.scheme][name]
