"""Texts that fit: each provider's way of counting, cuts at words, links that stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.chats.shortening import (
    Measure,
    clusters,
    fitted,
    graphemes,
    plainer,
    segments,
    utf8,
    utf16,
    weight_on_mastodon,
    weight_on_x,
)

LINK = "https://status.example.com/incidents/ab12cd34ef56/#update-ab12cd34ef56"
MEASURES = [len, graphemes, utf8, utf16, weight_on_x, weight_on_mastodon]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("plain", 5),
        ("e\u0301", 1),
        ("👩‍👩‍👧‍👦", 1),
        ("👍🏽", 1),
        ("🇩🇪🇫🇷", 2),
        ("❤️", 1),
        ("\r\n", 1),
        ("नि", 1),
        ("", 0),
    ],
)
def test_signs_are_counted_as_readers_see_them(text: str, count: int) -> None:
    assert graphemes(text) == count


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("plain", 5),
        ("ßéж", 3),
        ("郵便", 4),
        ("–“”", 3),
        ("…", 2),
        (LINK, 23),
        ("see status.example.com", 27),
    ],
)
def test_x_weighs_what_is_not_latin_twice_and_each_link_alike(text: str, weight: int) -> None:
    assert weight_on_x(text) == weight


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("a" * 69 + "…", 1),
        ("a" * 70 + "…", 2),
        ("😀" * 36, 2),
    ],
)
def test_an_sms_is_counted_in_the_messages_that_it_takes(text: str, count: int) -> None:
    assert segments(text) == count


def test_the_signs_of_typographers_cost_no_second_alphabet() -> None:
    assert segments(plainer("“Mail” – it’s down …" + "a" * 130)) == 1


def test_a_text_is_cut_at_a_word_and_its_paragraphs_stay() -> None:
    cut = fitted("One two.\n\nThree four five", f"\n{LINK}", limit=len(LINK) + 20)
    assert cut == f"One two.\n\nThree …\n{LINK}"


def test_a_word_without_end_is_cut_between_signs() -> None:
    assert fitted("👍🏽" * 50, "", limit=8, measure=graphemes) == "👍🏽" * 6 + " …"


def test_where_there_is_room_for_the_link_alone_it_stays_whole() -> None:
    assert fitted("Some words", f" {LINK}", limit=10) == LINK


@given(st.text(max_size=400), st.sampled_from(MEASURES), st.integers(80, 300))
def test_no_text_is_longer_than_its_room_nor_loses_its_link(
    text: str, measure: Measure, limit: int
) -> None:
    cut = fitted(text, f" {LINK}", limit=limit, measure=measure)
    assert measure(cut) <= limit
    assert cut.endswith(LINK)


@given(st.text(max_size=100))
def test_the_signs_of_a_text_are_the_text(text: str) -> None:
    assert "".join(clusters(text)) == text


@given(st.text(alphabet="aß€😀\n [", max_size=700))
def test_no_sms_is_longer_than_its_room(text: str) -> None:
    assert segments(fitted(text, f" {LINK}", limit=3, measure=segments, ellipsis=" ...")) <= 3
