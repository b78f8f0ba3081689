"""The picture that chats show beside a link: colour, sign, and words where the font has them."""

from datetime import datetime
from functools import cache, lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from incidents.models import Page
from publishing.artefact import PNG, Artefact
from publishing.formats import states
from publishing.formats.states import State

SIZE: Final = (1200, 630)
PAPER: Final = "#fcfbf9"
INK: Final = "#1c1e21"
MARGIN: Final = 96
SIGN: Final = 220
# Signs are drawn larger and made smaller, which smooths their edges.
FINE: Final = 4
TALLEST: Final = 92
WORDS: Final = 64
LEAST: Final = 36

type Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def of_page(page: Page, at: datetime) -> Artefact:
    """Render `/card.png`."""
    return Artefact("card.png", PNG, drawn(states.of_page(page, at)), at)


@lru_cache(maxsize=64)  # drawing takes long, and most turns of the publisher find the same state
def drawn(state: State) -> bytes:
    """Draw a state as a PNG of 1200 by 630."""
    card = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    width, height = SIZE
    pen.rectangle((0, height - 28, width, height), fill=state.colour)
    beside = MARGIN + SIGN + 56
    name = _fitted(state.name, width - 2 * MARGIN, TALLEST)
    word = _fitted(state.word, width - beside - MARGIN, WORDS)
    middle = height // 2 + 70 if name else height // 2
    card.paste(_sign(state), (MARGIN, middle - SIGN // 2), _sign_mask())
    if name:
        pen.text((MARGIN, 150), state.name, fill=INK, font=name, anchor="lm")
    if word:
        pen.text((beside, middle), state.word, fill=state.colour, font=word, anchor="lm")
    return _packed(card)


def _fitted(text: str, width: int, tallest: int) -> Font | None:
    """The largest font in which a text fits, or None where it lacks a sign of it or gets small."""
    if not text or any(_is_unknown(sign) for sign in text):
        return None
    for size in range(tallest, LEAST - 1, -4):
        if (font := _font(size)).getlength(text) <= width:
            return font
    return None


@cache
def _font(size: int) -> Font:
    return ImageFont.load_default(size)


@cache
def _is_unknown(sign: str) -> bool:
    font = _font(LEAST)
    return not sign.isspace() and bytes(font.getmask(sign)) == bytes(font.getmask("\uffff"))


def _sign(state: State) -> Image.Image:
    side = SIGN * FINE
    sign = Image.new("RGB", (side, side), state.colour)
    _SIGNS[state.look](ImageDraw.Draw(sign), side / 24)
    return sign.resize((SIGN, SIGN), Image.Resampling.LANCZOS)


@cache
def _sign_mask() -> Image.Image:
    side = SIGN * FINE
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), fill=255)
    return mask.resize((SIGN, SIGN), Image.Resampling.LANCZOS)


def _line(pen: ImageDraw.ImageDraw, unit: float, *points: tuple[float, float]) -> None:
    """A line with round ends, in the same 24 units as the icons of the pages."""
    placed = [(x * unit, y * unit) for x, y in points]
    wide = round(2 * unit)
    pen.line(placed, fill=PAPER, width=wide, joint="curve")
    for x, y in (placed[0], placed[-1]):
        pen.ellipse((x - unit, y - unit, x + unit, y + unit), fill=PAPER)


def _check(pen: ImageDraw.ImageDraw, unit: float) -> None:
    _line(pen, unit, (7, 12.5), (10.5, 16), (17, 8.5))


def _cross(pen: ImageDraw.ImageDraw, unit: float) -> None:
    _line(pen, unit, (8, 8), (16, 16))
    _line(pen, unit, (16, 8), (8, 16))


def _half(pen: ImageDraw.ImageDraw, unit: float) -> None:
    box = (6.5 * unit, 6.5 * unit, 17.5 * unit, 17.5 * unit)
    pen.ellipse(box, outline=PAPER, width=round(1.6 * unit))
    pen.pieslice(box, 90, 270, fill=PAPER)


def _wave(pen: ImageDraw.ImageDraw, unit: float) -> None:
    _line(pen, unit, (6, 13.5), (8.5, 9.5), (12, 14.5), (15.5, 9.5), (18, 13.5))


def _clock(pen: ImageDraw.ImageDraw, unit: float) -> None:
    box = (6 * unit, 6 * unit, 18 * unit, 18 * unit)
    pen.ellipse(box, outline=PAPER, width=round(1.6 * unit))
    _line(pen, unit, (12, 8.8), (12, 12), (14.4, 13.6))


_SIGNS: Final = {
    "good": _check,
    "maintenance": _clock,
    "degraded": _wave,
    "partial": _half,
    "major": _cross,
}


def _packed(card: Image.Image) -> bytes:
    out = BytesIO()
    few = card.quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()
