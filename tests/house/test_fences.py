"""The fences around the tests hold, and a verdict says what was and what was not proven."""

import socket

import pytest

from proof.tools import Tool
from proof.verdict import BrokenPromise, Verdict
from tests.network import NetworkClosed

ABSENT = Tool("Nothing", ("no-such-program-anywhere",), "install nothing")


@pytest.mark.parametrize("host", ["93.184.215.14", "2606:2800::1", "169.254.169.254"])
def test_no_connection_leaves_this_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as line, pytest.raises(NetworkClosed):
        line.connect((host, 443))


def test_no_name_is_looked_up_elsewhere() -> None:
    with pytest.raises(NetworkClosed):
        socket.getaddrinfo("status.example.com", 443)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f.1"])
def test_this_machine_is_open(host: str) -> None:
    assert socket.getaddrinfo(host, 80)


def test_figures_make_a_pass() -> None:
    verdict = Verdict("told", 0)
    verdict.measured("page 0.2 s")
    assert str(verdict) == "told: PASS page 0.2 s"
    assert not verdict.failed


def test_a_missing_tool_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    verdict = Verdict("told", 0)
    verdict.measured("embedded 0.2 s")
    assert not verdict.has(ABSENT, "with Nothing")
    assert str(verdict).endswith("; with Nothing NOT PROVEN: install nothing")
    assert not verdict.failed


def test_what_ci_cannot_prove_fails_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    verdict = Verdict("told", 0)
    verdict.left_out("told", "install nothing")
    assert str(verdict) == "told: NOT PROVEN: install nothing"
    assert verdict.failed


def test_a_promise_that_does_not_hold_stops_the_case() -> None:
    with pytest.raises(BrokenPromise, match="within 2 s"):
        Verdict("told", 0).expect(held=False, promise="the page within 2 s")
