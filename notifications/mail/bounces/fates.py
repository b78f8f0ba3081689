"""What can become of a mail after it was taken, and how a status code is read (RFC 3463)."""

import re
from typing import Final

from django.db.models import TextChoices

STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# No such mailbox, domain or recipient; moved; disabled; the domain takes no mail (RFC 7505).
# 5.1.0 says nothing of that: it stands for any trouble with an address, the sender's included.
GONE: Final = re.compile(r"5\.(1\.(1|2|3|6|10)|2\.1|4\.4)")
# Policy, security and content: the address is well, this mail was not wanted.
NOT_WANTED: Final = re.compile(r"5\.[67]\.\d+")

# Come again later, or: the mailbox is full, or the mail too large for it.
FOR_NOW: Final = re.compile(r"4\.\d+\.\d+|5\.2\.[23]")
# "Sender address rejected: User unknown", "invalid sender", "MAIL FROM ..."; 5.1.7 and 5.1.8.
ABOUT_SENDER: Final = re.compile(
    r"\bsender(?:'s)?(?: e?-?mail)? (?:address|domain|verif|rejected|denied|refused|unknown|is )"
    r"|\b(?:bad|invalid|unknown|unverified) sender\b|\bmail from\b|\b5\.1\.[78]\b",
    re.IGNORECASE,
)


class Fate(TextChoices):
    """What came back."""

    HARD = "hard", "The address does not work"
    SOFT = "soft", "It could not be delivered"
    REFUSED = "refused", "This mail was refused"
    COMPLAINT = "complaint", "Marked as spam by the reader"
    LEFT = "left", "The reader left at the mail provider"


def fate_of(status: str, diagnostic: str = "", *, otherwise: Fate = Fate.SOFT) -> Fate:
    """What a status such as 5.1.1 means; the remote server's own words are more exact than x.0.0.

    Whatever is not known to be for good is soft: only its repetition suppresses an address.
    """
    if is_about_sender(f"{status} {diagnostic}"):
        return Fate.REFUSED
    code = exact(status, diagnostic)
    meanings = ((GONE, Fate.HARD), (NOT_WANTED, Fate.REFUSED), (FOR_NOW, Fate.SOFT))
    known = (fate for pattern, fate in meanings if pattern.fullmatch(code))
    return next(known, otherwise)


def is_about_sender(words: str) -> bool:
    """Whether a refusal is about who sent it, and so says nothing of the reader."""
    return ABOUT_SENDER.search(words) is not None


def exact(status: str, diagnostic: str = "") -> str:
    """The most telling code of the two; blank when there is none."""
    codes = [found[0] for text in (status, diagnostic) if (found := STATUS.search(text))]
    telling = [code for code in codes if not code.endswith(".0.0")]
    return next(iter(telling or codes), "")
