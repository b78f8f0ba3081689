"""Uploads: what readers get is ours, and nothing of the file that was sent."""

import io
import tracemalloc
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from publishing.core.pictures import FINE_BYTES, LARGEST_BYTES, PNG, Box, Picture, redrawn
from tests.publishing.themes import pictures

BOX = Box(720, 120)
SQUARE = Box(180, 180, square=True)


def opened(picture: Picture) -> Image.Image:
    """Look at what readers get."""
    found = Image.open(io.BytesIO(picture.body))
    found.load()
    return found


def refused(data: bytes) -> str:
    """What is said of a file that is not taken."""
    with pytest.raises(ValidationError) as error:
        redrawn(data, BOX, field="logo")
    assert list(error.value.message_dict) == ["logo"]
    return " ".join(error.value.messages)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_each_kind_becomes_a_png(kind: str) -> None:
    picture = redrawn(pictures.drawn(kind=kind), BOX, field="logo")
    assert (picture.width, picture.height) == (300, 60)
    assert opened(picture).format == "PNG"
    assert opened(picture).convert("RGB").getpixel((10, 10)) == (255, 255, 255)
    assert PNG == "image/png"


def test_a_large_one_is_made_to_fit_and_a_small_one_is_left() -> None:
    large = redrawn(pictures.drawn((1600, 800)), BOX, field="logo")
    assert (large.width, large.height) == (240, 120)
    small = redrawn(pictures.drawn((20, 18)), BOX, field="logo")
    assert (small.width, small.height) == (20, 18)


def test_the_sign_in_the_tab_is_square_with_nothing_around_it() -> None:
    picture = redrawn(pictures.drawn((300, 60)), SQUARE, field="favicon")
    assert picture.width == picture.height == 180
    assert opened(picture).convert("RGBA").getpixel((90, 5)) == (0, 0, 0, 0)


def test_a_photograph_is_kept_small() -> None:
    noise = Image.effect_noise((720, 120), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "PNG")
    picture = redrawn(file.getvalue(), BOX, field="logo")
    assert opened(picture).mode == "P"
    assert len(picture.body) < 20 * FINE_BYTES


def test_of_a_photograph_only_its_pixels_are_left_and_upright() -> None:
    data = pictures.with_exif()
    assert b"Secret place" in data
    picture = redrawn(data, BOX, field="logo")
    for secret in (b"Secret", b"Alice", b"PRIVATE", b"Exif", b"eXIf", b"iCCP", b"tEXt"):
        assert secret not in picture.body
    assert not opened(picture).getexif()
    assert (picture.width, picture.height) == (60, 90), "it lay on its side"


def test_a_picture_that_is_a_script_as_well_is_none_afterwards() -> None:
    data = pictures.polyglot()
    assert pictures.SCRIPT in data
    picture = redrawn(data, BOX, field="logo")
    assert b"alert" not in picture.body
    assert picture.body.startswith(pictures.PNG_SIGNATURE)
    assert picture.body.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken(kind: str) -> None:
    picture = redrawn(pictures.animated(kind), BOX, field="logo")
    assert getattr(opened(picture), "n_frames", 1) == 1
    assert opened(picture).convert("RGB").getpixel((30, 30)) == (255, 0, 0)


@pytest.mark.parametrize("data", [
    pictures.SVG,
    b"\xef\xbb\xbf  \n" + pictures.SVG,
    b'<?xml version="1.0"?><!-- logo --><svg onload="alert(1)"/>',
    b"<!DOCTYPE svg><SVG/>",
])  # fmt: skip
def test_an_svg_is_refused_in_words_that_say_what_to_use(data: bytes) -> None:
    assert refused(data) == (
        "An SVG can carry scripts, so none is taken. "
        "Export it as PNG, 480 pixels wide, and upload that."
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This file is empty."),
        (b"hello", "This file is no whole picture"),
        (b"<html><script>alert(1)</script>", "This file is no whole picture"),
        (b"BM" + b"\0" * 60, "This file is no whole picture"),
        (b"%PDF-1.7\n", "This file is no whole picture"),
        (b"RIFF\x10\0\0\0WEBPjunk", "This file is no whole picture"),
        (pictures.drawn()[:200], "This file is no whole picture"),
        (pictures.drawn(kind="JPEG")[:400], "This file is no whole picture"),
        (pictures.png_claiming(500, 500), "This file is no whole picture"),
        (b"\0" * (LARGEST_BYTES + 1), "This file has 512 KB; at most 512 KB."),
        (pictures.png_claiming(9_000, 9_000), "9,000 by 9,000 pixels; at most 4,096 on a side"),
        (pictures.png_claiming(11_000, 11_000), "far too many pixels; at most 4,096 on a side"),
        (pictures.png_claiming(30_000, 30_000), "far too many pixels; at most 4,096 on a side"),
        (pictures.png_claiming(5_000, 10), "5,000 by 10 pixels; at most 4,096 on a side"),
        (pictures.png_claiming(2**31 - 1, 2**31 - 1), "at most 4,096 on a side and 4 million"),
        (pictures.webp_claiming(16_000, 16_000), "16,000 by 16,000 pixels; at most 4,096"),
        (pictures.drawn((15, 400)), "15 by 400 pixels; at least 16 on each side"),
        (b"GIF89a", "This file is no whole picture"),
    ],
)  # fmt: skip
def test_what_is_no_picture_to_publish_is_refused_with_the_way_out(data: bytes, said: str) -> None:
    assert said in refused(data)


def test_what_nobody_could_see_is_refused() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (100, 40), (255, 0, 0, 0)).save(file, "PNG")
    assert "all of it is transparent" in refused(file.getvalue())


def test_a_bomb_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[object] = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", unpacked.append)
    data = pictures.bomb()
    assert len(data) < LARGEST_BYTES
    assert "far too many pixels" in refused(data)
    assert unpacked == []


def test_a_comment_that_is_a_bomb_is_not_unpacked() -> None:
    data = pictures.text_bomb()
    assert len(data) < LARGEST_BYTES
    tracemalloc.start()
    try:
        assert refused(data)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@settings(max_examples=200)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]),
    flips=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6),
    cut=st.integers(0, 2000),
)
def test_a_damaged_file_gives_a_picture_or_a_refusal_and_nothing_else(
    kind: str, flips: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(pictures.drawn((64, 32), kind))
    for at, byte in flips:
        data[at % len(data)] = byte
    sent = bytes(data[: max(8, len(data) - cut % 40)])
    with suppress(ValidationError):
        picture = redrawn(sent, BOX, field="logo")
        assert opened(picture).size == (picture.width, picture.height)
