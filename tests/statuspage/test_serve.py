"""The server itself: who is silent keeps nobody out, and what is half understood is not taken."""

import os
import resource
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from proof.product import Product
from proof.waiting import until
from statuspage.door.bridge import SENDING
from statuspage.management.commands import serve
from tests import ready

pytestmark = pytest.mark.slow

SILENCE = 8.0
# The server as it is, by a system that lets it open few files at first, and with less patience.
MAIN = f"""
import os, resource, sys
import django
from django.core.management import execute_from_command_line
os.environ["DJANGO_SETTINGS_MODULE"] = "statuspage.settings"
django.setup()
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
from statuspage.management.commands import serve
serve.SILENCE = {SILENCE * 1000:.0f}
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""
HEAD = b"POST /subscribe/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
CROWD = SENDING + 100


@pytest.fixture(scope="module")
def product(django_db_setup: None) -> Iterator[Product]:
    """A server with a page that is published."""
    with Product("crowded") as product:
        ready.spare(product.folder / "data")
        page = product.seed()["page"]
        product.start_server("-c", MAIN)
        until((product.published / page / "index.html").exists, 60, "the page is published")
        yield product


@pytest.fixture
def crowd() -> Iterator[ExitStack]:
    """Many sockets of our own, all closed in the end."""
    serve.room_for(CROWD)
    with ExitStack() as stack:
        yield stack


def said(product: Product, text: bytes, crowd: ExitStack) -> socket.socket:
    """Send that much and no more."""
    line = crowd.enter_context(socket.create_connection(("127.0.0.1", product.port), 10))
    line.sendall(text)
    line.settimeout(0)
    return line


def is_open(line: socket.socket) -> bool:
    """Whether the server still listens."""
    try:
        return bool(line.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return True
    except OSError:
        return False


def is_served(product: Product) -> None:
    """Assert that readers and probes are answered at once."""
    begun = time.monotonic()
    assert requests.get(f"{product.url}/livez", timeout=5).text == "alive\n"
    assert "Example Mail" in requests.get(product.url, timeout=5).text
    assert time.monotonic() - begun < 2


def test_who_is_silent_keeps_nobody_out_and_is_left(product: Product, crowd: ExitStack) -> None:
    lines = [said(product, HEAD, crowd) for _each in range(CROWD - 50)]
    lines += [said(product, b"", crowd) for _each in range(50)]
    is_served(product)
    assert all(map(is_open, lines))
    until(lambda: not any(map(is_open, lines)), SILENCE + 20, "they are left")


def test_bodies_that_never_come_keep_nobody_out(product: Product, crowd: ExitStack) -> None:
    lines = [said(product, HEAD + b"\r\ntext=", crowd) for _each in range(CROWD)]
    is_served(product)
    assert sum(map(is_open, lines)) >= SENDING


def test_http_2_is_not_half_understood(product: Product, crowd: ExitStack) -> None:
    settings = bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
    line = said(product, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings, crowd)
    line.settimeout(10)
    assert line.recv(100).startswith((b"HTTP/1.1 400", b"HTTP/1.1 505")) or not line.recv(1)


def test_a_server_says_that_its_web_process_was_killed(product: Product) -> None:
    minder = product.process("server")
    log = minder.log.read_text(encoding="utf-8")
    assert "ended by itself" not in log
    (child,) = Path(f"/proc/{minder.pid}/task/{minder.pid}/children").read_text().split()[-1:]
    os.kill(int(child), signal.SIGKILL)
    until(lambda: "ended by itself" in minder.log.read_text(encoding="utf-8"), 20, "it says so")


def test_there_is_no_more_room_than_the_system_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, given: limits.append(given))
    for hard, room in ((resource.RLIM_INFINITY, 4096), (20_000, 4096), (2048, 1024), (600, 300)):
        monkeypatch.setattr(resource, "getrlimit", lambda _kind, hard=hard: (256, hard))
        assert serve.room_for(4096) == room
    assert limits == [(5120, resource.RLIM_INFINITY), (5120, 20_000), (2048, 2048), (600, 600)]


@pytest.mark.parametrize("port", ["-1", "99999", "http"])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        serve.Command().run_from_argv(["manage.py", "serve", "--port", port])
    assert f"--port: a port is a number up to 65535, not “{port}”" in capsys.readouterr().err
