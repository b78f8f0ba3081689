"""Many letters over several lines, and a server that fails in every way there is."""

import errno
import socket
from collections import Counter
from itertools import count

import pytest

from notifications.mail.smtp.pool import TRIES, Pool
from notifications.mail.smtp.server import Patience, Server
from notifications.outcomes import Verdict
from tests.notifications.mail.smtp.conftest import letters, post
from tests.sinks.smtp import DROP, HANG, TAKE_AND_DROP, SmtpSink


def told(sink: SmtpSink) -> Counter[str]:
    """How often each address was told."""
    return Counter(entry["recipients"][0] for entry in sink.entries)


@pytest.mark.parametrize("offers", [["PIPELINING", "SIZE 100000"], ["8BITMIME"], []])
def test_all_letters_arrive_as_they_are(sink: SmtpSink, offers: list[str]) -> None:
    sink.offers = offers
    posted = post(sink, letters(40))
    assert set(posted.outcomes) == set(range(40))
    assert set(told(sink).values()) == {1}
    assert sorted(sink.raw) == sorted(
        f"Subject: {number}\r\n\r\n.Text\r\n".encode() for number in range(40)
    )
    assert {entry["sender"] for entry in sink.entries} == {"status@example.com"}


def test_a_single_letter_opens_a_single_line(sink: SmtpSink) -> None:
    post(sink, letters(1), connections=16)
    assert sink.connections == 1


def test_many_letters_share_the_lines_that_are_allowed(sink: SmtpSink) -> None:
    post(sink, letters(60), connections=3)
    assert sink.connections == 3


def test_no_letters_open_no_line(sink: SmtpSink) -> None:
    assert post(sink, []).trouble == ""
    assert sink.connections == 0


def test_what_a_round_holds_was_accepted_before_more_is_written(sink: SmtpSink) -> None:
    posted = post(sink, letters(30), connections=1)
    assert [key for each in posted.rounds for key in each] == list(range(30))
    assert max(map(len, posted.rounds)) == 1


@pytest.mark.parametrize("offers", [["PIPELINING"], []])
@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("450 4.2.0 greylisted", Verdict.RETRY),
        ("451 4.7.1 later", Verdict.RETRY),
        ("550 5.1.1 no such user", Verdict.UNDELIVERABLE),
        ("550 5.7.1 not from you", Verdict.FAILED),
        ("550 5.1.0 rejected", Verdict.FAILED),
        ("550 5.1.1 <us@example.com>: Sender address rejected: User unknown", Verdict.RETRY),
        ("550 5.1.8 sender domain not found", Verdict.RETRY),
    ],
)
def test_a_refused_address_holds_up_nobody(
    sink: SmtpSink, offers: list[str], lenient: bool, answer: str, verdict: Verdict
) -> None:
    sink.offers, sink.lenient = offers, lenient
    sink.at_rcpt = lambda address, _: answer if address.startswith("reader3@") else "250 Ok"
    posted = post(sink, letters(12), connections=1)
    assert posted.outcomes.pop(3).verdict is verdict
    assert {outcome.verdict for outcome in posted.outcomes.values()} == {Verdict.SENT}
    assert (len(sink.entries), sink.connections) == (11, 1)


@pytest.mark.parametrize("offers", [["PIPELINING"], []])
def test_a_refused_sender_says_nothing_of_the_reader(sink: SmtpSink, offers: list[str]) -> None:
    sink.offers = offers
    sink.at_mail = lambda _sender, count: "550 5.7.1 not you" if count == 2 else "250 Ok"
    posted = post(sink, letters(3), connections=1)
    assert posted.words(2) == "retry: Sender refused: 550 5.7.1 not you"
    assert len(sink.entries) == 2


@pytest.mark.parametrize("offers", [["PIPELINING"], []])
def test_a_refusal_before_the_text_is_about_the_mail(sink: SmtpSink, offers: list[str]) -> None:
    sink.offers, sink.at_354 = offers, "452 4.3.1 disk full"
    posted = post(sink, letters(2), connections=1)
    assert posted.words(0) == posted.words(1) == "retry: 452 4.3.1 disk full"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("451 4.3.0 try again", "retry: 451 4.3.0 try again"),
        ("554 5.6.0 spam", "failed: 554 5.6.0 spam"),
        ("421 4.3.2 going down", "retry: 421 4.3.2 going down"),
        (DROP, "retry: Unanswered: it may have arrived (the server hung up)"),
        (HANG, "retry: Unanswered: it may have arrived (the server did not answer in time)"),
    ],
)
def test_each_end_of_a_text_means_something(sink: SmtpSink, answer: str, verdict: str) -> None:
    sink.at_data = lambda address, _: answer if address.startswith("reader3@") else "250 Ok"
    posted = post(sink, letters(12), connections=2)
    assert posted.words(3) == verdict
    assert sum(outcome.verdict is Verdict.SENT for outcome in posted.outcomes.values()) == 11
    assert len(told(sink)) == (12 if answer == DROP else 11)
    assert set(told(sink).values()) == {1}


def test_a_line_that_drops_after_each_mail_costs_nothing(sink: SmtpSink) -> None:
    sink.at_data = lambda _address, _count: TAKE_AND_DROP
    posted = post(sink, letters(9), connections=2)
    assert {outcome.verdict for outcome in posted.outcomes.values()} == {Verdict.SENT}
    assert set(told(sink).values()) == {1}


def test_so_many_mails_a_line_and_no_more_cost_nothing(sink: SmtpSink) -> None:
    sent: Counter[str] = Counter()

    def limit(sender: str, _count: int) -> str:
        sent[sender] += 1
        return "421 4.7.0 enough for one session" if sent[sender] % 4 == 0 else "250 Ok"

    sink.at_mail = limit
    posted = post(sink, letters(12), connections=1)
    assert {outcome.verdict for outcome in posted.outcomes.values()} == {Verdict.SENT}
    assert set(told(sink).values()) == {1}


@pytest.mark.parametrize("answer", [DROP, "421 4.7.0 go away"])
def test_a_letter_that_breaks_one_line_after_another_has_to_wait(
    sink: SmtpSink, answer: str
) -> None:
    sink.at_rcpt = lambda address, _: answer if address.startswith("reader3@") else "250 Ok"
    posted = post(sink, letters(12), connections=2)
    assert posted.outcomes.pop(3).verdict is Verdict.RETRY
    assert {outcome.verdict for outcome in posted.outcomes.values()} == {Verdict.SENT}
    assert sink.connections <= 2 + TRIES
    assert set(told(sink).values()) == {1}


@pytest.mark.parametrize("refusal", ["421 4.7.0 too many connections", "554 no", DROP, HANG])
def test_where_more_lines_are_refused_those_that_stand_have_to_do(
    sink: SmtpSink, refusal: str
) -> None:
    sink.greet = lambda _number, number_open: refusal if number_open > 2 else "220 hello"
    posted = post(sink, letters(60), connections=8)
    assert {outcome.verdict for outcome in posted.outcomes.values()} == {Verdict.SENT}
    assert sink.connections <= 16


@pytest.mark.parametrize(
    ("greeting", "trouble"),
    [
        ("554 5.7.1 not you", "554 5.7.1 not you"),
        ("421 4.3.2 busy", "421 4.3.2 busy"),
        (DROP, "the server hung up"),
        (HANG, "the server did not answer in time"),
        ("SSH-2.0-sshd", "no SMTP reply: b'SSH-2.0-sshd'"),
    ],
)
def test_a_server_that_takes_nobody_is_asked_once(
    sink: SmtpSink, greeting: str, trouble: str
) -> None:
    sink.greeting = greeting
    posted = post(sink, letters(5))
    assert (posted.trouble, sink.connections) == (trouble, 1)
    assert posted.outcomes == {}


def test_a_server_that_is_not_there_is_in_trouble() -> None:
    with SmtpSink() as gone:
        pass
    assert "refused" in post(gone, letters(3)).trouble


def test_a_name_that_nobody_knows_is_in_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    pool = Pool(Server("mail.invalid"), iter(letters(3)))
    assert list(pool.run(print)) == []
    assert pool.trouble == "mail.invalid: Name or service not known"


def test_a_server_that_falls_silent_holds_up_its_letter_only(sink: SmtpSink) -> None:
    sink.at_rcpt = lambda address, _: HANG if address.startswith("reader3@") else "250 Ok"
    posted = post(sink, letters(12), connections=2)
    assert posted.words(3) == "retry: the server did not answer in time"
    assert sum(outcome.verdict is Verdict.SENT for outcome in posted.outcomes.values()) == 11


def test_a_provider_gets_no_more_a_second_than_it_takes(sink: SmtpSink) -> None:
    post(sink, letters(6), per_second=20.0, connections=8)
    times = [entry["seen_at"] for entry in sink.entries]
    assert times[-1] - times[0] >= 4 / 20


def test_lines_are_closed_when_nobody_wants_the_rest(sink: SmtpSink) -> None:
    rounds = Pool(Server("127.0.0.1", sink.port), iter(letters(50))).run(lambda keys: None)
    assert next(each for each in rounds if each)
    rounds.close()


def test_a_server_that_refused_more_lines_is_asked_again_later(sink: SmtpSink) -> None:
    sink.greet = lambda number, _open: "421 busy" if number in {2, 3, 4} else "220 hello"
    seconds = count()
    server = Server("127.0.0.1", sink.port, connections=4, patience=Patience.of(1e6))
    pool = Pool(server, iter(letters(100)), clock=lambda: next(seconds) / 10)
    assert sum(len(settled) for settled in pool.run(lambda keys: None)) == 100
    assert (pool.trouble, sink.connections) == ("", 7)


def test_a_server_that_stood_before_may_stumble(sink: SmtpSink) -> None:
    sink.greet = lambda number, _open: DROP if number in {2, 3} else "220 hello"
    sink.at_mail = lambda _sender, count: (
        "421 closing" if count == 2 and sink.connections < 3 else "250 Ok"
    )
    posted = post(sink, letters(8), connections=1)
    assert {outcome.verdict for outcome in posted.outcomes.values()} == {Verdict.SENT}
    assert sink.connections == 4


def test_a_machine_that_has_no_socket_left_is_in_trouble(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("notifications.mail.smtp.pool.Connection", none_left)
    assert "Too many open files" in post(sink, letters(3)).trouble
