"""Endpoints that hang, drip, flood, reset or redirect cost nobody but themselves."""

import json
import socket
import sys
from contextlib import ExitStack
from itertools import cycle
from urllib.parse import urlsplit

from proof import tools
from proof.hostile import BAD
from proof.process import Process
from proof.product import Product
from proof.verdict import Verdict
from proof.waiting import answers, free_port, until

ENDPOINTS = 200
EXPECTED = {
    "well": ["sent"], "hang": ["retry"], "drip": ["retry"], "huge": ["sent"], "bomb": ["sent"],
    "reset": ["retry"], "loop": ["retry"], "gone": ["gone"], "wait": ["retry after 120"],
}  # fmt: skip


def prove(verdict: Verdict) -> None:
    """One in five is hostile; the others are as quick as without them."""
    count = verdict.count or ENDPOINTS
    port, bad = free_port(), cycle(BAD)
    kinds = [next(bad) if number % 5 == 0 else "well" for number in range(count)]
    hosts = [f"127.0.{5 if kind == 'well' else 6}.{n % 250 + 1}" for n, kind in enumerate(kinds)]
    urls = [f"http://{host}:{port}/{kind}" for host, kind in zip(hosts, kinds, strict=True)]
    with ExitStack() as stack, Product("endpoints") as product:
        # Two processes, so that what the hostile ones cost themselves is not put down to us.
        for net in ("127.0.5.", "127.0.6."):
            mine = dict.fromkeys(host for host in hosts if host.startswith(net))
            command = [sys.executable, "-m", "proof.hostile", str(port), ",".join(mine)]
            log = product.folder / f"{net}log"
            stack.enter_context(Process(command, log=log, cwd=tools.root()))
        until(lambda: all(map(answers, urls[1:5])) and _listens(urls[0]), 10, "the endpoints")
        seen = json.loads(product.python("-m", "proof.calls", *urls))
    slower = seen["during"] / seen["before"]
    for kind, verdicts in seen["kinds"].items():
        verdict.expect(verdicts == EXPECTED[kind], f"{kind} came to {verdicts}")
    verdict.expect(seen["longest"] <= 11, f"one cost {seen['longest']:.1f} s")
    verdict.expect(seen["megabytes"] <= 50, f"memory grew by {seen['megabytes']:.0f} MB")
    verdict.expect(slower <= 1.5, f"healthy ones took {slower:.2f} times as long")
    verdict.measured(f"{count} endpoints, {count - kinds.count('well')} of them hostile")
    verdict.measured(f"healthy ones: p95 {slower:.2f} times that without them")
    verdict.measured(
        f"the longest cost {seen['longest']:.1f} s, memory +{seen['megabytes']:.0f} MB"
    )
    verdict.measured("410 ended it, Retry-After was kept")


def _listens(url: str) -> bool:
    place = urlsplit(url)
    try:
        socket.create_connection((place.hostname, place.port), 2).close()
    except OSError:
        return False
    return True
