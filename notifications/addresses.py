"""E-mail addresses as people type them: exactly one, deliverable by any server."""

from django.core.exceptions import ValidationError
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
        raise ValueError("An e-mail address holds no line breaks or control characters.")
    if text.count("@") > 1 or any(char in text for char in SEPARATORS):
        raise ValueError("Write exactly one e-mail address, without a name, like ada@example.com.")
    local, _, _ = text.rpartition("@")
    if not local.isascii():
        raise ValueError(
            "The part before the @ has letters that many mail servers cannot take; "
            "use an address with plain letters there."
        )
    return _validated(text)


def _validated(text: str) -> str:
    try:
        checked = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError as wrong:
        why = str(wrong).replace("email", "e-mail")
        raise ValueError(f"This is not an e-mail address. {why}") from wrong
    return (checked.ascii_email or checked.normalized).lower()
