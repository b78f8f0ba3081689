"""From the greeting to the first mail: old servers, encryption, log-in."""

import ssl
from pathlib import Path

import pytest

from notifications.outcomes import Verdict
from tests.notifications.mail.smtp.conftest import Posted, letters, post
from tests.sinks.certificates import Authority
from tests.sinks.smtp import SmtpSink


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority of our own."""
    return Authority(tmp_path)


def trusting(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.path))


def all_sent(posted: Posted) -> bool:
    return {outcome.verdict for outcome in posted.outcomes.values()} == {Verdict.SENT}


def test_a_server_of_old_is_greeted_by_helo(sink: SmtpSink) -> None:
    sink.extended, sink.offers = False, []
    assert all_sent(post(sink, letters(5), connections=1))
    assert sink.commands[:2] == ["EHLO localhost", "HELO localhost"]


def test_mails_go_over_starttls(sink: SmtpSink, authority: Authority) -> None:
    sink.tls, sink.offers = authority.server(), ["STARTTLS", "PIPELINING"]
    assert all_sent(post(sink, letters(30), tls=trusting(authority), starttls=True))
    assert len(sink.entries) == 30


def test_mails_go_over_tls_from_the_first_byte(sink: SmtpSink, authority: Authority) -> None:
    sink.tls, sink.implicit = authority.server(), True
    assert all_sent(post(sink, letters(30), tls=trusting(authority)))
    assert len(sink.entries) == 30


@pytest.mark.parametrize("implicit", [True, False])
@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_a_certificate_that_is_not_the_servers_gets_no_mail(
    sink: SmtpSink, authority: Authority, tmp_path: Path, implicit: bool, wrong: str
) -> None:
    other = Authority(tmp_path, "another")
    sink.tls = other.server() if wrong == "authority" else authority.server("mail.example.com")
    sink.implicit, sink.offers = implicit, ["STARTTLS"]
    posted = post(sink, letters(3), tls=trusting(authority), starttls=not implicit)
    assert "certificate verify failed" in posted.trouble.lower() or "CERTIFICATE" in posted.trouble
    assert (posted.outcomes, sink.entries) == ({}, [])


def test_without_starttls_nothing_is_sent_in_clear(sink: SmtpSink, authority: Authority) -> None:
    posted = post(sink, letters(3), tls=trusting(authority), starttls=True)
    assert posted.trouble == "the server offers no STARTTLS"
    assert sink.commands == ["EHLO localhost"]


def test_words_before_the_encryption_are_not_taken_for_the_servers(
    sink: SmtpSink, authority: Authority
) -> None:
    sink.tls, sink.offers = authority.server(), ["STARTTLS"]
    sink.slipped_in = "\r\n250 evil"
    posted = post(sink, letters(3), tls=trusting(authority), starttls=True)
    assert posted.trouble in {
        "the server spoke on before the encryption",
        "an answer to nothing: 250 evil",
    }
    assert sink.entries == []


@pytest.mark.parametrize("offer", ["AUTH PLAIN LOGIN", "AUTH=LOGIN", "AUTH LOGIN CRAM-MD5"])
def test_we_log_in_as_the_server_offers(sink: SmtpSink, offer: str) -> None:
    sink.login, sink.offers = ("ada", "pässword"), [offer, "PIPELINING"]
    assert all_sent(post(sink, letters(3), username="ada", password="pässword", connections=1))
    assert sink.commands[1] == ("AUTH PLAIN" if "PLAIN" in offer else "AUTH LOGIN")


@pytest.mark.parametrize("offer", ["AUTH PLAIN", "AUTH LOGIN"])
def test_a_wrong_password_is_tried_once(sink: SmtpSink, offer: str) -> None:
    sink.login, sink.offers = ("ada", "right"), [offer]
    posted = post(sink, letters(3), username="ada", password="wrong")
    assert (posted.trouble, sink.connections) == ("535 5.7.8 Wrong", 1)


def test_a_server_without_a_log_in_that_we_know_is_in_trouble(sink: SmtpSink) -> None:
    sink.offers = ["AUTH GSSAPI"]
    posted = post(sink, letters(3), username="ada", password="secret")
    assert posted.trouble == "the server offers neither AUTH PLAIN nor AUTH LOGIN"
