"""Bounces and complaints as mails: RFC 3464 (multipart/report) and RFC 5965 (feedback)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses
from hashlib import sha256
from typing import Any, Final

from notifications.mail.bounces.fates import Fate, exact, fate_of
from notifications.mail.bounces.return_paths import delivery_in

# A bounce may carry the whole mail along; what we need stands before it.
MOST_BYTES: Final = 262_144
MOST_PARTS: Final = 50
# Where a mail server writes the address at which the report arrived.
ARRIVED_AT: Final = (
    "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "to",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """One bounce or complaint about one delivery of ours."""

    delivery: int
    fate: Fate
    reason: str
    digest: str


def read(raw: bytes, arrived_at: str = "") -> Report | None:
    """What a mail that came to the return path says; None when it is no report on a mail of ours.

    Automatic replies, "still trying" and forgeries are none. Never raises, whatever the bytes are.
    """
    try:
        mail = message_from_bytes(raw[:MOST_BYTES], policy=policy.compat32)
        parts = dict(_parts(mail))
    except RecursionError:
        # Mails within mails within mails: nobody's bounce looks like that.
        return None
    delivery = _delivery(arrived_at, mail, parts)
    said = _complaint(parts) or _failure(parts)
    if delivery is None or said is None:
        return None
    fate, reason = said
    return Report(delivery, fate, reason[:300], sha256(raw).hexdigest())


def _parts(mail: Message) -> Iterator[tuple[str, Message]]:
    """The first part of each type; a nested mail's own parts come after the report's."""
    seen: set[str] = set()
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        kind = part.get_content_type()
        if kind not in seen:
            seen.add(kind)
            yield kind, part


def _delivery(arrived_at: str, mail: Message, parts: dict[str, Message]) -> int | None:
    for address in (arrived_at, *_addresses(mail, parts)):
        if (delivery := delivery_in(address)) is not None:
            return delivery
    return None


def _addresses(mail: Message, parts: dict[str, Message]) -> Iterator[str]:
    yield from _listed(mail, *ARRIVED_AT)
    # A complaint comes to the operator of the route; the mail it is about names our return path.
    for block in _blocks(parts.get("message/feedback-report")):
        yield from _listed(block, "original-mail-from")
    for kind in ("message/rfc822", "text/rfc822-headers"):
        for block in _blocks(parts.get(kind)):
            yield from _listed(block, "return-path")


def _listed(block: Message, *names: str) -> list[str]:
    values = [_text(value) for name in names for value in block.get_all(name, [])]
    return [address for _name, address in getaddresses(values)]


def _complaint(parts: dict[str, Message]) -> tuple[Fate, str] | None:
    for block in _blocks(parts.get("message/feedback-report")):
        kind = _field(block, "feedback-type").lower()
        if kind and kind != "not-spam":
            reporter = _field(block, "user-agent") or _field(block, "source")
            return Fate.COMPLAINT, f"Marked as spam ({kind}) {reporter}".strip()
    return None


def _failure(parts: dict[str, Message]) -> tuple[Fate, str] | None:
    status = parts.get("message/delivery-status") or parts.get("message/global-delivery-status")
    for block in _blocks(status):
        if _field(block, "action").lower() == "failed":
            code, diagnostic = _field(block, "status"), _field(block, "diagnostic-code")
            words = diagnostic.partition(";")[2].strip() or diagnostic or "no reason given"
            known = exact(code, diagnostic)
            return fate_of(code, diagnostic), words if known in words else f"{known} {words}"
    return None


def _blocks(part: Message | None) -> list[Message]:
    """The groups of fields of a part, whichever way the parser took it."""
    if part is None:
        return []
    content: Any = part.get_payload()
    if isinstance(content, list):
        return [found for block in content for found in (block, *_groups(block))]
    return _groups(part)


def _groups(part: Message) -> list[Message]:
    raw = part.get_payload(decode=True)
    text = raw if isinstance(raw, bytes) else b""
    groups = text.replace(b"\r\n", b"\n").split(b"\n\n")[:MOST_PARTS]
    return [message_from_bytes(group.lstrip(b"\n")) for group in groups]


def _field(block: Message, name: str) -> str:
    return " ".join(_text(block.get(name, "")).split())


def _text(value: object) -> str:
    """A field without what no database keeps."""
    text = str(value).encode("utf-8", "replace").decode("utf-8", "replace")
    return text.replace("\x00", "")
