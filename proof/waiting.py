"""Waiting for something to become true, with a limit, and addresses to wait at."""

import socket
import time
from collections.abc import Callable

import requests

from proof.verdict import BrokenPromise


def until[Seen](look: Callable[[], Seen], seconds: float, what: str, pause: float = 0.02) -> Seen:
    """Return what `look` returns once it is true; BrokenPromise(what) after `seconds`."""
    limit = time.monotonic() + seconds
    while True:
        if seen := look():
            return seen
        if time.monotonic() > limit:
            raise BrokenPromise(f"{what} not within {seconds:g} s")
        time.sleep(pause)


def answers(url: str) -> bool:
    """Whether a server answers at `url`, whatever it says."""
    try:
        return requests.get(url, timeout=2, allow_redirects=False).status_code < 500
    except requests.RequestException:
        return False


def listens(port: int) -> bool:
    """Whether somebody listens on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Return a port on loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
