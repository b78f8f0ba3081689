"""Pictures that nobody drew: small good ones, and files that only claim to be pictures."""

import io
import struct
import zlib

from PIL import Image

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SCRIPT = b"*/=1;alert(document.domain)//"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def drawn(
    size: tuple[int, int] = (300, 60),
    kind: str = "PNG",
    colour: tuple[int, int, int, int] = (15, 118, 110, 255),
    **options: object,
) -> bytes:
    """Return a file of one colour, with a stripe that tells its left from its right."""
    mode = "RGB" if kind == "JPEG" else "RGBA"
    picture = Image.new("RGBA", size, colour)
    picture.paste((255, 255, 255, 255), (0, 0, size[0] // 3, size[1]))
    file = io.BytesIO()
    picture.convert(mode).save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG, with its checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_claiming(width: int, height: int, body: bytes = b"") -> bytes:
    """Return a PNG whose header claims a size, over a body that need not hold it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(body, 9))
    return PNG_SIGNATURE + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """Return a PNG of 400 million pixels in half a megabyte: rows of nothing, packed twice over."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = (b"\0" + b"\0" * (width // 8)) * height
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return PNG_SIGNATURE + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """Return a small PNG with 300 MB of comment in it."""
    whole = drawn()
    packed = zlib.compress(b"\0" * 300_000_000, 9)
    comment = chunk(b"zTXt", b"Comment\0\0" + packed)
    return whole[:33] + comment + whole[33:]


def webp_claiming(width: int, height: int) -> bytes:
    """Return an animated WebP whose canvas claims a size."""
    whole = bytearray(animated("WEBP"))
    whole[24:27] = (width - 1).to_bytes(3, "little")
    whole[27:30] = (height - 1).to_bytes(3, "little")
    return bytes(whole)


def animated(kind: str) -> bytes:
    """Return three frames: red, green, blue."""
    first, *rest = (Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue"))
    file = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    first.save(file, kind, save_all=True, append_images=rest, duration=100, **options)
    return file.getvalue()


def polyglot() -> bytes:
    """Return a GIF that a browser also takes for a script, as `<script src=logo.gif>` would."""
    gif = bytearray(drawn((64, 64), "GIF"))
    comment = b"\x21\xfe" + bytes([len(SCRIPT)]) + SCRIPT + b"\0"
    return bytes(gif[:-1]) + comment + b";" + b"\n" + SCRIPT


def with_exif() -> bytes:
    """Return a photograph that knows where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x010E] = "Secret place"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    icc = b"\0" * 36 + b"acsp" + b"PRIVATE PROFILE" + b"\0" * 100
    return drawn((90, 60), "JPEG", exif=exif, comment=b"made by Alice", icc_profile=icc)
