"""Northmail's colours, and its logo: an envelope under a star, drawn here."""

import io
from datetime import datetime
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from incidents.models import Page
from people.actors import Actor
from publishing.models import Attachment, Purpose, Theme

PINE: Final = "#0b5f58"
SNOW: Final = "#e9f5f2"
STAR: Final = "#d97706"
NIGHT_STAR: Final = "#fbbf24"
# Drawn four times as fine as it is kept, so that edges come out smooth.
FINE: Final = 4
HIGH: Final = 120
ENVELOPE: Final = ((8, 40), (128, 112))
FOOTER: Final = (
    "Northmail does not exist. This page is a demonstration of Candor; everything on it is made up."
)


def dress(page: Page, *, by: Actor, at: datetime) -> None:
    """Give the demo's page its own look."""
    Theme.of(page).change(
        accent=PINE,
        link=PINE,
        header_links=[{"label": "Help", "url": "https://help.example.com/"}],
        footer_links=[{"label": "northmail.example.com", "url": "https://northmail.example.com/"}],
        footer_text=FOOTER,
        by=by,
        at=at,
    )
    Attachment.put(page, Purpose.LOGO, logo(page.name, PINE, STAR), by=by, at=at)
    Attachment.put(page, Purpose.LOGO_DARK, logo(page.name, SNOW, NIGHT_STAR), by=by, at=at)
    Attachment.put(page, Purpose.FAVICON, sign(), by=by, at=at)


def logo(name: str, ink: str, star: str) -> bytes:
    """Return the sign with the name beside it."""
    font = ImageFont.load_default(68 * FINE)
    left = 152 * FINE
    width = left + round(font.getlength(name)) + 4 * FINE
    picture = Image.new("RGBA", (width, HIGH * FINE))
    pen = ImageDraw.Draw(picture)
    _envelope(pen, ink, star)
    pen.text((left, HIGH * FINE / 2), name, fill=ink, font=font, anchor="lm", stroke_width=3)
    return _saved(picture)


def sign() -> bytes:
    """Return the sign alone, on a ground of its own."""
    side = 136 * FINE
    picture = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), 30 * FINE, fill=PINE)
    _envelope(pen, SNOW, NIGHT_STAR)
    return _saved(picture)


def _envelope(pen: ImageDraw.ImageDraw, ink: str, star: str) -> None:
    (left, top), (right, bottom) = [(x * FINE, y * FINE) for x, y in ENVELOPE]
    thick = 9 * FINE
    pen.rounded_rectangle((left, top, right, bottom), 10 * FINE, outline=ink, width=thick)
    middle = ((left + right) / 2, 82 * FINE)
    flap = [(left + thick, top + thick), middle, (right - thick, top + thick)]
    pen.line(flap, fill=ink, width=thick, joint="curve")
    pen.polygon(_star(middle[0], 24 * FINE, 21 * FINE), fill=star)


def _star(x: float, y: float, far: float) -> list[tuple[float, float]]:
    """Return a star of four points, the northern one longest."""
    near = far * 0.22
    return [
        (x, y - far), (x + near, y - near), (x + far * 0.8, y), (x + near, y + near),
        (x, y + far), (x - near, y + near), (x - far * 0.8, y), (x - near, y - near),
    ]  # fmt: skip


def _saved(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    small = (picture.width // FINE, picture.height // FINE)
    picture.resize(small, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()
