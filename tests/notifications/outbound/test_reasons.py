"""A call that fails says in words of people what to look at."""

import socket
from datetime import datetime

import pytest

from notifications.channels.webhook import judge
from notifications.outbound.reasons import reason
from notifications.outbound.results import Answer, OutboundError, TooSlow, Unreachable


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
         "the name hooks.example.com could not be found"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
         "the name hooks.example.com could not be looked up just now"),
        (ConnectionRefusedError(111, "Connection refused"), "connection refused"),
        (TimeoutError("timed out"), "it took too long"),
        (ValueError("odd"), "ValueError: odd"),
    ],
)  # fmt: skip
def test_what_failed_is_said_in_words(problem: Exception, words: str) -> None:
    assert reason(problem, "hooks.example.com") == words


def test_the_cause_is_said_not_what_was_made_of_it() -> None:
    outer = OSError("outer")
    outer.__cause__ = ConnectionResetError(104, "Connection reset by peer")
    assert reason(outer, "hooks.example.com") == "connection reset by peer"


def test_a_failure_names_its_kind_without_the_names_of_python() -> None:
    assert Unreachable("connection refused").words == "Unreachable: connection refused"
    assert TooSlow("no answer within 10 s").words == "Too slow: no answer within 10 s"
    assert OutboundError().words == "No answer"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (410, "HTTP 410: the receiver wants no more."),
        (302, "HTTP 302: the receiver sends us elsewhere; give the address it leads to."),
        (503, "HTTP 503: the receiver failed."),
        (418, "HTTP 418"),
    ],
)
def test_a_status_says_what_it_means(status: int, words: str, at: datetime) -> None:
    assert judge(Answer(status, {}, b""), at).detail == words
