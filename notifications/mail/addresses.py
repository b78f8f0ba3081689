"""E-mail addresses as people type them: exactly one, deliverable by any server."""

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

SEPARATORS = ",;<>"


def validate_address(text: str, field: str = "email") -> str:
    """One addr-spec in canonical form (lower case, IDN domain in ASCII); ValidationError else."""
    try:
        return _canonical(text.strip(" \t"))
    except ValueError as wrong:
        raise ValidationError({field: [str(wrong)]}) from wrong


def _canonical(text: str) -> str:
    if not text.isprintable():
        raise ValueError(_("An e-mail address holds no line breaks or control characters."))
    if text.count("@") > 1 or any(char in text for char in SEPARATORS):
        raise ValueError(
            _("Write exactly one e-mail address, without a name, like ada@example.com.")
        )
    if not text.rpartition("@")[0].isascii():
        raise ValueError(
            _(
                "The part before the @ has letters that many mail servers cannot take; "
                "use an address with plain letters there."
            )
        )
    return _validated(text)


def _why(wrong: EmailNotValidError) -> list[str]:
    """What exactly is wrong is known in English only."""
    return [str(wrong).replace("email", "e-mail")] if (get_language() or "en")[:2] == "en" else []


def _validated(text: str) -> str:
    try:
        checked = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError as wrong:
        raise ValueError(" ".join([_("This is not an e-mail address."), *_why(wrong)])) from wrong
    return (checked.ascii_email or checked.normalized).lower()
