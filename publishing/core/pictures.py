"""Pictures that somebody uploads, drawn anew: nothing of the file that was sent survives."""

import io
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.core.exceptions import ValidationError
from PIL import Image, ImageOps

from incidents.core.checks import refusal

PNG: Final = "image/png"
LARGEST_BYTES: Final = 512 * 1024
LARGEST_SIDE: Final = 4096
MOST_PIXELS: Final = 4_000_000
SMALLEST_SIDE: Final = 16
# Above this a picture is drawn with 256 colours: it is loaded before everything else in an outage.
FINE_BYTES: Final = 4 * 1024
FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
AGAIN: Final = "Save it again as PNG, JPEG, WebP or GIF, and upload that."

_SVG: Final = re.compile(rb"<\s*(?:!doctype\s+)?svg\b|<\?xml\b", re.IGNORECASE)
_BROKEN: Final = (
    OSError, SyntaxError, ValueError, EOFError, MemoryError, ArithmeticError, LookupError,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """How large a picture is kept; a square one is filled up with nothing around it."""

    width: int
    height: int
    square: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG of our own making."""

    body: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """What tells it from every other."""
        return sha256(self.body).hexdigest()


def redrawn(data: bytes, box: Box, *, field: str) -> Picture:
    """Return the pixels of an upload, made to fit `box`, as a file of our own.

    Raises ValidationError on `field` for what is too large, broken, or no picture at all; the size
    is read off the header before anything is unpacked. Of an animation the first frame is taken.
    """
    _check_file(data, field)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _check_size(*opened.size, field)
            drawn = _drawn(opened, box)
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large("This picture has far too many pixels", field) from error
    except _BROKEN as error:
        raise refusal(field, f"This file is no whole picture, or it is damaged. {AGAIN}") from error
    if drawn.getchannel("A").getextrema()[1] == 0:
        raise refusal(field, "Nothing can be seen in this picture: all of it is transparent.")
    return Picture(_encoded(drawn), *drawn.size)


def _check_file(data: bytes, field: str) -> None:
    if not data:
        raise refusal(field, f"This file is empty. {AGAIN}")
    if len(data) > LARGEST_BYTES:
        size = f"{len(data) / 1024:,.0f} KB; at most {LARGEST_BYTES // 1024} KB"
        raise refusal(field, f"This file has {size}. Make the picture smaller and try again.")
    if _SVG.search(data[:1024].lstrip(b"\xef\xbb\xbf")):
        raise refusal(
            field,
            "An SVG can carry scripts, so none is taken. Export it as PNG, 480 pixels wide, and "
            "upload that.",
        )
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        # Its decoder makes room for all pixels before it says how many there are.
        _check_size(*_size_of_webp(data, field), field)


def _check_size(width: int, height: int, field: str) -> None:
    size = f"This picture is {width:,} by {height:,} pixels"
    if max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS:
        raise _too_large(size, field)
    if min(width, height) < SMALLEST_SIDE:
        raise refusal(field, f"{size}; at least {SMALLEST_SIDE} on each side can be seen.")


def _too_large(size: str, field: str) -> ValidationError:
    return refusal(
        field,
        f"{size}; at most {LARGEST_SIDE:,} on a side and {MOST_PIXELS / 1e6:g} million in all. "
        "Make it smaller and try again.",
    )


def _size_of_webp(data: bytes, field: str) -> tuple[int, int]:
    """Read width and height where the format keeps them, by the kind of its first chunk."""
    kind, head = data[12:16], data[20:30]
    if len(head) < 10 or kind not in {b"VP8X", b"VP8L", b"VP8 "}:
        raise refusal(field, f"This file is no whole picture, or it is damaged. {AGAIN}")
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    sides = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return next(sides), next(sides)


def _drawn(opened: Image.Image, box: Box) -> Image.Image:
    """Return the first frame, upright, in the box, on a canvas that knows nothing of the file."""
    upright = ImageOps.exif_transpose(opened).convert("RGBA")
    upright.thumbnail((box.width, box.height), Image.Resampling.LANCZOS)
    width, height = upright.size
    size = (max(width, height),) * 2 if box.square else (width, height)
    canvas = Image.new("RGBA", size)
    canvas.paste(upright, ((size[0] - width) // 2, (size[1] - height) // 2))
    return canvas


def _encoded(picture: Image.Image) -> bytes:
    body = _png(picture)
    return body if len(body) <= FINE_BYTES else min(body, _png(_with_few_colours(picture)), key=len)


def _with_few_colours(picture: Image.Image) -> Image.Image:
    return picture.quantize(256, method=Image.Quantize.FASTOCTREE)


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
