"""Bounces as mails: whose they are, what they say, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from notifications.mail.bounces.fates import Fate
from notifications.mail.bounces.reports import read
from notifications.mail.bounces.return_paths import delivery_in, return_path
from tests.notifications.returned import complained, failed


@pytest.fixture(autouse=True)
def _mailbox(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@status.example.com"


@pytest.mark.parametrize("where", ["bounces@status.example.com", "@bounces.example.com"])
def test_each_delivery_has_a_return_path_of_its_own(settings: Settings, where: str) -> None:
    settings.BOUNCE_ADDRESS = where
    paths = [return_path(number) for number in (1, 2, 2**63 - 1)]
    assert [delivery_in(path) for path in paths] == [1, 2, 2**63 - 1]
    assert [delivery_in(path.upper()) for path in paths] == [1, 2, 2**63 - 1]
    assert all(path.endswith(where.partition("@")[2]) for path in paths)
    # RFC 5321 leaves room for that many characters before the @.
    assert max(len(path.partition("@")[0]) for path in paths) <= 64


def test_without_a_mailbox_there_is_no_return_path(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = ""
    assert return_path(1) == ""


@given(st.integers(0, 2**63), st.text(max_size=40))
def test_nobody_makes_up_a_return_path(number: int, text: str) -> None:
    for local in (text, f"{number:x}-{text}", f"bounces+{number:x}-{'0' * 16}", f"0x{number:x}"):
        assert delivery_in(f"{local}@status.example.com") is None


@pytest.mark.parametrize(
    ("status", "diagnostic", "fate"),
    [
        ("5.1.1", "550 5.1.1 no such user", Fate.HARD),
        ("5.1.10", "556 5.1.10 null MX", Fate.HARD),
        ("5.2.1", "550 5.2.1 disabled", Fate.HARD),
        ("5.0.0", "550 5.1.1 unknown", Fate.HARD),
        ("5.4.4", "unable to route", Fate.HARD),
        ("5.2.2", "552 5.2.2 mailbox full", Fate.SOFT),
        ("4.4.7", "expired", Fate.SOFT),
        ("5.0.0", "554 no", Fate.SOFT),
        ("5.1.0", "550 5.1.0 rejected", Fate.SOFT),
        ("5.1.1", "550 5.1.1 Sender address rejected: User unknown", Fate.REFUSED),
        ("5.7.1", "550 5.7.1 blocked by policy", Fate.REFUSED),
        ("5.0.0", "550 5.7.26 unauthenticated", Fate.REFUSED),
    ],
)
def test_the_status_says_what_became_of_a_mail(status: str, diagnostic: str, fate: Fate) -> None:
    report = read(failed(return_path(7), status=status, diagnostic=diagnostic))
    assert report is not None
    assert (report.delivery, report.fate) == (7, fate)
    assert diagnostic in report.reason


def test_a_complaint_is_known_by_the_mail_it_is_about() -> None:
    report = read(complained(return_path(7)))
    assert report is not None
    assert (report.delivery, report.fate) == (7, Fate.COMPLAINT)
    assert report.reason == "Marked as spam (abuse) SomeGenerator/1.0"


def test_a_pipe_may_say_where_the_bounce_arrived() -> None:
    raw = failed("somebody@example.org")
    assert read(raw) is None
    report = read(raw, return_path(7))
    assert report is not None
    assert report.delivery == 7


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_is_still_tried_or_has_arrived_is_no_bounce(action: str) -> None:
    assert read(failed(return_path(7), action=action)) is None


def test_automatic_replies_and_forgeries_are_none() -> None:
    reply = f"To: {return_path(7)}\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
    assert read(reply.encode()) is None
    forged = return_path(7).replace("+7-", "+8-")
    assert read(failed(forged)) is None


def test_a_report_with_addresses_in_utf8_is_read() -> None:
    raw = failed(return_path(7)).replace(b"message/delivery", b"message/global-delivery")
    report = read(raw)
    assert report is not None
    assert report.fate is Fate.HARD


@given(st.binary(max_size=600), st.integers(0, 2000))
def test_broken_mails_break_nothing(junk: bytes, place: int) -> None:
    read(junk)
    raw = failed(return_path(7))
    read(raw[:place] + junk + raw[place:])


def test_mails_within_mails_without_end_break_nothing() -> None:
    read(b"Content-Type: message/rfc822\r\n\r\n" * 9000)
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (each, each)
        for each in range(5000)
    )
    read(deep)
