"""A mail printed once for all its readers: only address, ids and links differ between them."""

import re
import secrets
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr

from django.utils import timezone, translation

from notifications.bulletins import Bulletin
from notifications.mails import (
    WIRE,
    common_headers,
    own_headers,
    rendered,
    sender,
    subject_line,
)
from notifications.models import Delivery
from notifications.tokens import LENGTH_OF_A_TOKEN

Pieces = list[bytes]


@dataclass(frozen=True)
class Wire:
    """One mail as bytes, with its envelope."""

    sender: str
    recipient: str
    data: bytes


class Sheet:
    """The mail of one bulletin with gaps for what is a reader's own."""

    def __init__(self, bulletin: Bulletin) -> None:
        # Two words that stand in no text, as long as what will take their place.
        self._manage, self._leave = (_gap(), _gap())
        self.sender = parseaddr(sender(bulletin.page))[1]
        boundary = f"=_{secrets.token_hex(16)}"
        self._head = _head(bulletin, boundary)
        self._pieces = self._cut(self._body(bulletin, boundary))

    def addressed(self, delivery: Delivery, earlier: Sequence[str]) -> Wire:
        """The same bytes as the ordinary mail of this delivery would be, once parsed."""
        subscription = delivery.subscription
        if subscription is None:
            raise ValueError("Only subscribers' mails are printed from a sheet.")
        own = {"To": delivery.destination} | own_headers(delivery, earlier)
        lines = "".join(f"{name}: {value}\r\n" for name, value in own.items()).encode("ascii")
        links = {
            self._manage.encode(): subscription.token("manage").encode(),
            self._leave.encode(): subscription.token("unsubscribe").encode(),
        }
        body = b"".join(links.get(piece, piece) for piece in self._pieces)
        return Wire(self.sender, delivery.destination, lines + self._head + body)

    def _body(self, bulletin: Bulletin, boundary: str) -> bytes:
        page = bulletin.page
        links = {
            "manage_url": page.url(f"subscriptions/{self._manage}/"),
            "unsubscribe_url": page.url(f"subscriptions/unsubscribe/{self._leave}/"),
        }
        context = {"page": page, "bulletin": bulletin} | links
        with translation.override(page.language):
            text, html = rendered("update", context)
        parts = [
            _part(words, kind, self._gaps) for words, kind in ((text, "plain"), (html, "html"))
        ]
        line = f"--{boundary}".encode()
        return b"\r\n".join([line, parts[0], line, parts[1], line + b"--", b""])

    @property
    def _gaps(self) -> re.Pattern[str]:
        return re.compile(f"({self._manage}|{self._leave})")

    def _cut(self, body: bytes) -> Pieces:
        return re.compile(self._gaps.pattern.encode()).split(body)


def _gap() -> str:
    return secrets.token_hex(LENGTH_OF_A_TOKEN // 2)


def _head(bulletin: Bulletin, boundary: str) -> bytes:
    head: EmailMessage = EmailMessage(policy=WIRE)
    head["Subject"] = subject_line(bulletin.subject)
    head["From"] = sender(bulletin.page)
    head["Date"] = timezone.now()
    for name, value in common_headers(bulletin.page).items():
        head[name] = value
    head["MIME-Version"] = "1.0"
    kind = f'Content-Type: multipart/alternative; boundary="{boundary}"'
    return b"\r\n".join([head.as_bytes().rstrip(b"\r\n"), kind.encode(), b"", b""])


def _part(words: str, kind: str, gaps: re.Pattern[str]) -> bytes:
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable'
    )
    # Soft breaks on both sides keep a gap whole, wherever it stands in its line.
    printed = b"=\n".join(b2a_qp(piece.encode()) for piece in gaps.split(words))
    return head.encode() + b"\r\n\r\n" + printed.replace(b"\n", b"\r\n")
