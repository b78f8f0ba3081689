"""Services that tests start or use; absent ones skip a test here and fail it in CI."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from proof.tools import Tool, in_ci
from proof.waiting import free_port, until


def need(tool: Tool) -> str:
    """Return the path of `tool`, or skip (in CI: fail) saying how to get it."""
    return tool.path or missing(f"{tool.name} is not here: {tool.install}")


def missing(why: str) -> str:
    """Skip the test; in CI nothing that is promised goes untested, so fail it."""
    if in_ci():
        pytest.fail(why)
    pytest.skip(why)


@contextmanager
def redis(program: str, folder: Path) -> Iterator[str]:
    """Run a Redis of our own, which keeps nothing, and return its URL."""
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir"]
    with subprocess.Popen([*command, str(folder)], stdout=subprocess.DEVNULL) as server:
        try:
            url = f"redis://127.0.0.1:{port}/0"
            until(lambda: _pings(url), 10, "Redis answers")
            yield url
        finally:
            server.terminate()


def _pings(url: str) -> bool:
    client = Redis.from_url(url)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
