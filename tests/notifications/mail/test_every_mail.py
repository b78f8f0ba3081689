"""Every kind of mail, in every language, about hostile titles, as strict parsers read its bytes."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import pytest
from django.template.base import Template
from django.test.signals import template_rendered

from incidents.core.languages import is_right_to_left
from incidents.models import Page
from notifications import watching
from notifications.mail.mails import sender
from notifications.models import Delivery, Heartbeat
from people.actors import Actor
from tests.notifications.mailbag import HOSTILE, READERS, Mailbag
from tests.sinks.smtp import SmtpSink

STRICT = policy.default.clone(raise_on_defect=True)
ONCE = (
    "from to subject date message-id mime-version content-type auto-submitted list-id"
).split()  # fmt: skip
LITERAL = ("list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id", "references")
# Where Gmail cuts a mail off.
LARGEST = 102_000
TEMPLATES = [*(Path(__file__).parents[3] / "templates" / "notifications").iterdir()]
MOMENT = re.compile(r"\b\d\d:\d\d (UTC[+−]\d\d:\d\d|[A-Z]{3,4})")


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


def contents_of(mail: EmailMessage) -> tuple[str, str]:
    """The text and the HTML; there is nothing else."""
    types = [part.get_content_type() for part in mail.walk()]
    assert types == ["multipart/alternative", "text/plain", "text/html"]
    text, html = mail.iter_parts()
    return text.get_content(), html.get_content()


def check_head(mail: EmailMessage, line: dict[str, str], recipient: str) -> None:
    counted = Counter(name.lower() for name in mail)
    assert [counted[name] for name in ONCE] == [1] * len(ONCE)
    assert not {"bcc", "cc", "sender", "reply-to"} & set(counted)
    to = cast("AddressHeader", mail["To"])
    assert [each.addr_spec for each in to.addresses] == [recipient]
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


def check_thread(mail: EmailMessage, before: list[str]) -> bool:
    """Adds its id to those before it; returns whether it refers to any of them."""
    references = str(mail.get("References", "")).split()
    assert set(references) <= set(before)
    assert references[-1:] == str(mail.get("In-Reply-To", "")).split()
    assert str(mail["Message-ID"]) not in before
    before.append(str(mail["Message-ID"]))
    return bool(references)


def check_clock(text: str, source: str, *, of_reader: bool) -> int:
    """Whose clock each time is read from, by the name of its zone; returns how many there are."""
    named = MOMENT.findall(text)
    assert set(named) <= {"UTC+05:45" if of_reader else "UTC"}
    assert sorted(MOMENT.findall(source)) == sorted(named)
    return len(named)


@pytest.fixture
def used() -> Iterator[set[str]]:
    """The names of the templates from which mails were made."""
    names: set[str] = set()

    def note(template: Template, **_other: Any) -> None:
        names.add(template.name or "")

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def test_every_mail_is_what_a_strict_parser_takes(
    page: Page, smtp: SmtpSink, loopback_open: None, used: set[str], by: Actor, at: datetime
) -> None:
    raws = Mailbag(page, by, at).fill(smtp)
    assert used == {f"notifications/{each.name}" for each in TEMPLATES}
    ids: dict[str, list[str]] = {}
    answering, times = Counter[str](), Counter[str]()
    for raw, entry in zip(raws, smtp.entries, strict=True):
        (recipient,) = entry["recipients"]
        mail, line = read(raw), lines_of(raw)
        text, source = contents_of(mail)
        html = Looks(source)
        check_bytes(raw)
        check_head(mail, line, recipient)
        assert [line[name] for name in LITERAL if name in line and "=?" in line[name]] == []
        check_way_out(mail, line, html, text)
        # Whoever is on call reads the console's language.
        check_looks(html, source, READERS.get(recipient, "en"))
        times[recipient] += check_clock(text, source, of_reader=recipient in READERS)
        # Text stands alone: whoever reads no HTML is led to the same places.
        assert {link for link in html.links if "localhost" in link} <= set(
            re.findall(r"https?://[^\s>]+[^\s>.,:]", text)
        )
        answering[recipient] += check_thread(mail, ids.setdefault(recipient, []))
        assert "49" not in str(mail["Subject"])
    for reader in READERS:
        assert answering[reader] >= 3 * len(HOSTILE)
        assert times[reader] >= 6 * len(HOSTILE)
    assert sum(times[other] for other in times.keys() - READERS.keys()) >= 1
    # Work that begins and ends in one look of the clock is told in one mail.
    done = [Delivery.State.SENT, Delivery.State.SUPERSEDED]
    left = Delivery.objects.exclude(state__in=done)
    # Of a day that was taken back altogether nobody is told.
    told = [(each.destination, each.stream, each.state) for each in left]
    assert sorted(told) == [
        (reader, "digest", Delivery.State.SUPPRESSED) for reader in sorted(READERS)
    ]


def test_a_line_break_in_a_name_that_was_taken_once_costs_nobody_a_mail() -> None:
    page = Page(sender_name="North\x85mail", sender_email="status@example.com")
    header = sender(page)
    assert (header, header.splitlines()) == ("North mail <status@example.com>", [header])


def test_what_the_watcher_writes_past_the_notifier_is_taken_too(
    page: Page, smtp: SmtpSink, by: Actor, at: datetime
) -> None:
    Page.objects.update(on_call_email="oncall@example.com", name=HOSTILE[1][:120], sender_name="")
    Heartbeat.beat("sweep", at)
    watching.look(at + timedelta(minutes=2))
    Heartbeat.beat("sweep", at + timedelta(minutes=3))
    watching.look(at + timedelta(minutes=3))
    assert len(smtp.raw) == 2
    for raw in smtp.raw:
        mail = read(raw)
        check_bytes(raw)
        assert str(mail["Auto-Submitted"]) == "auto-generated"
        assert mail["Message-ID"]
