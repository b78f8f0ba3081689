"""Exactly one address, in a form that every server takes."""

import pytest
from django.core.exceptions import ValidationError

from notifications.mail.addresses import validate_address

REFUSED = [
    "",
    "ada",
    "ada@",
    "@example.com",
    "a@example.com, b@example.com",
    "a@example.com;b@example.com",
    "a@example.com b@example.com",
    "a@b@example.com",
    "Ada <ada@example.com>",
    "ada@example.com\r\nBcc: eve@example.com",
    "ada@example.com\nx",
    "ada\x00@example.com",
    "jörg@example.com",
    "ada@example..com",
    ".ada@example.com",
    "ada@localhost",
    "ada@[127.0.0.1]",
    '"a b"@example.com',
    "a" * 65 + "@example.com",
    "ada\u2028@example.com",
    "ada@exam\u202eple.com",
]


@pytest.mark.parametrize("text", REFUSED)
def test_anything_but_one_plain_address_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_address(text, "address")
    assert "address" in refused.value.message_dict


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada@example.com", "ada@example.com"),
        (" Ada.Example+status@Example.COM ", "ada.example+status@example.com"),
        ("info@münchen.example", "info@xn--mnchen-3ya.example"),
        ("o'neil@example.com", "o'neil@example.com"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert validate_address(typed) == kept
