"""What one line may hold."""

import pytest
from django.core.exceptions import ValidationError

from incidents.core import checks


@pytest.mark.parametrize(
    "char", ["\n", "\r", "\x00", "\x7f", "\x85", "\x9b", "\u2028", "\ufffe", "\uffff"]
)
def test_what_would_break_a_header_or_a_feed_is_refused(char: str) -> None:
    with pytest.raises(ValidationError) as refused:
        checks.line(f"Mail{char}down", field="title")
    assert "control characters" in refused.value.message_dict["title"][0]


@pytest.mark.parametrize("char", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_what_turns_the_direction_of_text_is_refused_by_its_name(char: str) -> None:
    with pytest.raises(ValidationError) as refused:
        checks.line(f"Mail{char}down", field="title")
    assert f"U+{ord(char):04X}" in refused.value.message_dict["title"][0]


def test_a_line_is_trimmed_and_bounded() -> None:
    assert checks.line("  Mail is down ", field="title") == "Mail is down"
    with pytest.raises(ValidationError):
        checks.line("x" * 256, field="title")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("007", 7), ("9" * 12, 10**12 - 1), ("9" * 13, None), ("9" * 5000, None),
        ("", None), ("-1", None), ("1.5", None), ("²", None), (" 1", None), ("1\x00", None),
    ],
)  # fmt: skip
def test_a_number_is_whole_and_not_endless(text: str, number: int | None) -> None:
    assert checks.number(text) == number


def test_what_is_looked_for_holds_no_nul() -> None:
    assert checks.sought(" a\x00da\x00 ") == "ada"
    assert checks.sought("\x00 ") == ""
