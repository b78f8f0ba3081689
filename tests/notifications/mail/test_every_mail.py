"""Every kind of mail, in every language, about hostile titles, as strict parsers read its bytes."""

import re
from collections import Counter
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any, cast

import pytest

from incidents.core.languages import SPOKEN, is_right_to_left
from incidents.models import Page
from notifications.models import Delivery
from people.actors import Actor
from tests.notifications.mailbag import HOSTILE, READER, Mailbag
from tests.sinks.smtp import SmtpSink

STRICT = policy.default.clone(raise_on_defect=True)
ONCE = (
    "from to subject date message-id mime-version content-type auto-submitted list-id"
).split()  # fmt: skip
LITERAL = ("list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id", "references")
# Where Gmail cuts a mail off.
LARGEST = 102_000


class Looks(HTMLParser):
    """What stands in a mail's HTML: tags in order of opening, and where they lead."""

    void = frozenset({"meta", "br", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attrs: dict[str, dict[str, str | None]] = {}
        self.links: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attrs.setdefault(tag, dict(attrs))
        assert not [name for name, _value in attrs if name.startswith("on") or name == "src"]
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in self.void:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def read(raw: bytes) -> EmailMessage:
    """The mail as a parser reads it that forgives nothing."""
    mail = message_from_bytes(raw, policy=STRICT)
    for part in mail.walk():
        assert part.defects == []
        for value in part.values():
            assert cast("Any", value).defects == ()
    return mail


def lines_of(raw: bytes) -> dict[str, str]:
    """The header's lines, unfolded by nobody: what is literal must stand on one."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    pairs = (line.partition(": ") for line in head.split("\r\n") if line[0] not in " \t")
    return {name.lower(): value for name, _colon, value in pairs}


def check_bytes(raw: bytes) -> None:
    assert raw.isascii()
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    head, _blank, body = raw.partition(b"\r\n\r\n")
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    assert max(len(line) for line in body.split(b"\r\n")) <= 78


def check_head(mail: EmailMessage, line: dict[str, str], recipients: list[str]) -> None:
    counted = Counter(name.lower() for name in mail)
    assert [counted[name] for name in ONCE] == [1] * len(ONCE)
    assert not {"bcc", "cc", "sender", "reply-to"} & set(counted)
    to = cast("AddressHeader", mail["To"])
    assert [each.addr_spec for each in to.addresses] == recipients
    assert len(cast("AddressHeader", mail["From"]).addresses) == 1
    assert mail["Auto-Submitted"] == "auto-generated"
    assert line["list-id"] == "<mail.status.localhost>"
    subject = str(mail["Subject"])
    assert subject == " ".join(subject.split())
    assert subject.splitlines() == [subject]


def check_way_out(mail: EmailMessage, line: dict[str, str], html: Looks, text: str) -> None:
    if "List-Unsubscribe" not in mail:
        assert "List-Unsubscribe-Post" not in mail
        return
    found = re.fullmatch(r"<(https?://[!-~]+/unsubscribe/[0-9a-z]+/)>", line["list-unsubscribe"])
    assert found is not None
    assert line["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert found[1] in text
    assert found[1] in html.links


def check_looks(html: Looks, source: str, language: str) -> None:
    assert len(source.encode()) < LARGEST
    right = is_right_to_left(language)
    assert html.attrs["html"] == {"lang": language, "dir": "rtl" if right else "ltr"}
    assert not set(html.tags) & {"img", "script", "link", "iframe", "object", "form", "svg"}
    assert not re.search(r"url\(|@import|javascript:|background=", source)
    assert '<meta name="color-scheme" content="light dark">' in source
    assert "@media (prefers-color-scheme: dark)" in source
    assert all(link.startswith(("http://localhost", "https://example.com")) for link in html.links)
    gist = re.search(r'<div class="preheader">(.*?)</div>', source, re.DOTALL)
    assert gist is not None
    assert gist[1].strip()


@pytest.mark.parametrize("language", SPOKEN)
def test_every_mail_is_what_a_strict_parser_takes(
    page: Page, smtp: SmtpSink, by: Actor, at: datetime, language: str
) -> None:
    raws = Mailbag(page, by, at, language).fill(smtp)
    ids: dict[str, list[str]] = {}
    kinds: Counter[str] = Counter()
    for raw, entry in zip(raws, smtp.entries, strict=True):
        mail, line = read(raw), lines_of(raw)
        body, looks = mail.get_body(("plain",)), mail.get_body(("html",))
        assert body is not None
        assert looks is not None
        types = [part.get_content_type() for part in mail.walk()]
        assert types == ["multipart/alternative", "text/plain", "text/html"]
        text, source = body.get_content(), looks.get_content()
        html = Looks(source)
        check_bytes(raw)
        check_head(mail, line, entry["recipients"])
        assert [line[name] for name in LITERAL if name in line and "=?" in line[name]] == []
        check_way_out(mail, line, html, text)
        check_looks(html, source, "en" if entry["recipients"] != [READER] else language)
        # Text stands alone: whoever reads no HTML is led to the same places.
        assert {link for link in html.links if "localhost" in link} <= set(
            re.findall(r"https?://[^\s>]+[^\s>.,:]", text)
        )
        before = ids.setdefault(entry["recipients"][0], [])
        references = str(mail.get("References", "")).split()
        assert set(references) <= set(before)
        assert references[-1:] == str(mail.get("In-Reply-To", "")).split()
        assert str(mail["Message-ID"]) not in before
        before.append(str(mail["Message-ID"]))
        kinds[str(bool(references))] += 1
        assert "49" not in str(mail["Subject"])
    assert kinds["True"] >= 3 * len(HOSTILE)
    # Work that begins and ends in one look of the clock is told in one mail.
    done = [Delivery.State.SENT, Delivery.State.SUPERSEDED]
    assert not Delivery.objects.exclude(state__in=done).exists()
