"""A server refuses a port that is taken and a database that is not there, and outlives no parent."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from proof.tools import root
from proof.waiting import until
from statuspage import starting

MINDED = """
import multiprocessing, os, time
from statuspage import starting

def work():
    print(os.getpid(), flush=True)
    starting.end_with_parent()
    time.sleep(60)

multiprocessing.get_context("fork").Process(target=work).start()
time.sleep(60)
"""
# Where this test runs, which is not where that server stands.
PLACES = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


@contextmanager
def listening(*, shared: bool) -> Iterator[int]:
    with closing(socket.socket()) as taken:
        if shared:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.mark.parametrize("shared", [False, True])
def test_a_port_is_taken_while_somebody_listens_there(shared: bool) -> None:
    with listening(shared=shared) as port:
        assert starting.is_taken("127.0.0.1", port, patience=0)
    assert not starting.is_taken("127.0.0.1", port, patience=0)


def test_whoever_leaves_the_port_in_time_has_not_taken_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([True, True, False])
    monkeypatch.setattr(starting, "_is_taken_now", lambda _host, _port: next(looks))
    monkeypatch.setattr(starting, "PAUSE", 0)
    assert not starting.is_taken("127.0.0.1", 8000)
    assert not list(looks)


def test_a_host_that_is_not_ours_is_another_trouble() -> None:
    with pytest.raises(OSError, match="assign"):
        starting.is_taken("192.0.2.1", 0)


def test_a_web_process_ends_with_the_one_that_minds_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", MINDED], stdout=subprocess.PIPE, text=True, cwd=root()
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
        until(lambda: _is_gone(child), 10, "the child is gone")


def test_before_the_first_migration_a_server_says_what_to_do_and_makes_no_file(
    tmp_path: Path,
) -> None:
    served = _serve(tmp_path)
    assert "run `manage.py migrate`" in served.stderr
    assert served.returncode == 1
    assert not list(tmp_path.glob("*.sqlite3*"))


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with listening(shared=True) as port:
        served = _serve(tmp_path, "--port", str(port))
    assert f"127.0.0.1:{port}" in served.stderr
    assert served.returncode == 1


def _serve(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in PLACES}
    return subprocess.run(
        [sys.executable, "manage.py", "serve", *(arguments or ("--port", "0"))],
        cwd=root(),
        env=kept | {"DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _is_gone(pid: int) -> bool:
    """Whether a process runs no more; nobody may have asked yet how it ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
    except FileNotFoundError:
        return True
    return state == "Z"
