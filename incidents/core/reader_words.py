"""What readers type: bounded, without control characters, and an address only if it is one."""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from incidents.core.checks import refusal

TEXT_LIMIT: Final = 1000
# Line breaks are how people write; whatever else is no character is how others break things.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_ANY_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def check_text(text: str) -> str:
    """Return what a reader wrote; raises ValidationError on "text"."""
    text = text.replace("\r\n", "\n").replace("\t", " ").strip()
    if not text:
        raise refusal("text", _("Write what you want to know, or what you still see."))
    if len(text) > TEXT_LIMIT:
        raise refusal(
            "text",
            _("At most %(most)d characters; these are %(count)d. Shorten it, please.")
            % {"most": TEXT_LIMIT, "count": len(text)},
        )
    if found := _CONTROL.search(text):
        raise refusal(
            "text",
            _("A control character (%s) is in this. Type it as plain text.")
            % f"U+{ord(found[0]):04X}",
        )
    return text


def check_contact(address: str) -> str:
    """Return an e-mail address, or nothing; raises ValidationError on "contact"."""
    if _ANY_CONTROL.search(address):
        raise refusal("contact", _("An e-mail address holds no line breaks or control characters."))
    address = address.strip()
    try:
        if address:
            validate_email(address)
    except ValidationError as error:
        raise refusal(
            "contact", _("This is no e-mail address; write one like ada@example.com, or none.")
        ) from error
    return address
