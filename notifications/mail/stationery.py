"""A mail printed once for all its readers: only address, ids and links differ between them."""

import re
import secrets
from email.message import EmailMessage
from email.quoprimime import body_encode
from email.utils import parseaddr
from typing import Final

from django.utils import timezone, translation

from notifications.bulletins import Bulletin
from notifications.mail.bounces.return_paths import return_path
from notifications.mail.mails import WIRE, common_headers, rendered, sender, subject_line
from notifications.mail.smtp.letters import Letter, dotted
from notifications.mail.threads import Thread
from notifications.models.links import root_in
from notifications.parcels import Parcel
from notifications.tokens import LENGTH_OF_A_TOKEN, maker

LONGEST_LINE: Final = 76
LONGEST_HEADER: Final = 998
CRLF: Final = b"\r\n"
_LINE_ENDS: Final = re.compile("\r\n?")


class Misprint(Exception):
    """The sheet would not read as the ordinary mail does."""


class Sheet:
    """The mail of one bulletin in one language, with gaps for what is a reader's own."""

    def __init__(self, bulletin: Bulletin, language: str) -> None:
        # Two words that stand in no text, as long as what will take their place.
        manage, leave = _gap(), _gap()
        page = bulletin.page
        root = root_in(page, language)
        links = {
            "manage_url": page.url(f"{root}subscriptions/{manage}/"),
            "unsubscribe_url": page.url(f"{root}subscriptions/unsubscribe/{leave}/"),
        }
        context = {"page": page, "bulletin": bulletin} | links
        with translation.override(language):
            text, html = rendered("update", context, bulletin.own)
        _check_links(text, html, leave)
        gaps = re.compile(f"({manage}|{leave})")
        message = _head(bulletin, links["unsubscribe_url"]) + _body(text, html, gaps)
        _check_lines(message)
        self._sender = parseaddr(sender(page))[1]
        self._thread = Thread.on(page)
        self._to_manage, self._to_leave = maker("manage"), maker("unsubscribe")
        self._pieces = re.split(gaps.pattern.encode(), dotted(message) + b".\r\n")
        self._manage, self._leave = _places(self._pieces, manage), _places(self._pieces, leave)
        expected = 1 + sum(words.count(leave) for words in (text, html))
        if len(self._leave) != expected:
            raise Misprint(f"{len(self._leave)} links to leave rather than {expected}")

    def letter(self, parcel: Parcel) -> Letter:
        """What the ordinary mail of this delivery would be, once parsed."""
        manage = self._to_manage(parcel.public_id, parcel.nonce).encode()
        leave = self._to_leave(parcel.public_id, parcel.nonce).encode()
        pieces = [self._own_lines(parcel), *self._pieces]
        for place in self._manage:
            pieces[place] = manage
        for place in self._leave:
            pieces[place] = leave
        envelope = return_path(parcel.delivery) or self._sender
        return Letter(parcel.delivery, envelope, parcel.destination, b"".join(pieces))

    def _own_lines(self, parcel: Parcel) -> bytes:
        mine = self._thread.lines(parcel.broadcast, parcel.destination, parcel.earlier)
        return f"To: {parcel.destination}\r\n{mine}".encode("ascii")


def _gap() -> str:
    return secrets.token_hex(LENGTH_OF_A_TOKEN // 2)


def _places(pieces: list[bytes], gap: str) -> list[int]:
    """Where a gap is once the reader's own lines stand before all pieces."""
    word = gap.encode()
    return [place for place, piece in enumerate(pieces, start=1) if piece == word]


def _head(bulletin: Bulletin, unsubscribe_url: str) -> bytes:
    head: EmailMessage = EmailMessage(policy=WIRE)
    head["Subject"] = subject_line(bulletin.subject)
    head["From"] = sender(bulletin.page)
    head["Date"] = timezone.now()
    leaving = {
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    for name, value in (common_headers(bulletin.page) | leaving).items():
        head[name] = value
    head["MIME-Version"] = "1.0"
    return head.as_bytes().rstrip(CRLF) + CRLF


def _body(text: str, html: str, gaps: re.Pattern[str]) -> bytes:
    boundary = f"=_{secrets.token_hex(16)}"
    line = f"--{boundary}".encode()
    kind = f'Content-Type: multipart/alternative; boundary="{boundary}"'.encode()
    parts = [line, _part(text, "plain", gaps), line, _part(html, "html", gaps), line + b"--"]
    return CRLF.join([kind, b"", *parts, b""])


def _part(words: str, kind: str, gaps: re.Pattern[str]) -> bytes:
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable'
    )
    # Soft breaks on both sides keep a gap whole, wherever it stands in its line. What stands in
    # for it while its line is measured leaves room for the break.
    *before, last = gaps.split(_LINE_ENDS.sub("\n", words))
    printed = "".join(_printed(piece + "~")[:-1] + "=\n" for piece in before) + _printed(last)
    return (head + "\r\n\r\n" + printed.replace("\n", "\r\n")).encode("ascii")


def _printed(words: str) -> str:
    """Words in quoted-printable."""
    return body_encode(words.encode().decode("latin-1"), LONGEST_LINE)


def _check_links(text: str, html: str, leave: str) -> None:
    """A mail that nobody can end must not go out."""
    if leave not in text or leave not in html:
        raise Misprint("no link to leave")


def _check_lines(message: bytes) -> None:
    head, _blank, body = message.partition(CRLF + CRLF)
    longest = {"header": max(map(len, head.split(CRLF))), "body": max(map(len, body.split(CRLF)))}
    if longest["header"] > LONGEST_HEADER or longest["body"] > LONGEST_LINE:
        raise Misprint(f"a line is too long: {longest}")
    if message.count(b"\n") != message.count(CRLF) or not message.isascii():
        raise Misprint("bytes that some servers change")
