"""Mails on the wire: how fast they are written, and sent beside postfix's own tools.

The limit is `smtp-source` handing mails of the same size to the same `smtp-sink` over 8 kept
connections, in turn with us in the same run.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Final

from proof import tools
from proof.process import Process
from proof.product import Product
from proof.waiting import free_port, listens, until

COUNT: Final = 20_000
ROUNDS: Final = 3
LINES: Final = (8, 16)


def measure() -> Iterator[str]:
    """Return a line a figure, each beside its goal."""
    with ExitStack() as stack:
        product = stack.enter_context(Product("mailing"))
        product.seed()
        first, third, size = product.python("-m", "bench.letters", str(COUNT)).split()
        yield (
            f"mails written: {float(first):,.0f}/s a core (goal 100,000), {float(third):,.0f}/s "
            f"where two came before, {int(size):,} bytes each"
        )
        absent = [each for each in (tools.SMTP_SINK, tools.SMTP_SOURCE) if not each.path]
        if absent:
            yield f"mails on the wire: limit not measurable: {absent[0].install}"
            return
        yield _beside(product, sink(stack), int(size))


def _beside(product: Product, port: int, size: int) -> str:
    limits: list[float] = []
    ours: dict[int, list[float]] = {lines: [] for lines in LINES}
    for _round in range(ROUNDS):
        limits.append(source(port, size))
        for lines, rates in ours.items():
            sent = product.python("-m", "bench.letters", str(COUNT), str(port), str(lines))
            rates.append(float(sent))
    limit = median(limits)
    figures = ", ".join(
        f"over {lines} lines {median(rates):,.0f}/s = {median(rates) / limit:.2f}"
        for lines, rates in ours.items()
    )
    return f"mails on the wire: {figures} of smtp-source's {limit:,.0f}/s (goal 1.0)"


def source(port: int, size: int, count: int = COUNT) -> float:
    """Mails a second that postfix hands over to postfix, 8 at a time."""
    command = [tools.SMTP_SOURCE.path, "-s", "8", "-d", "-m", str(count), "-l", str(size)]
    who = ["-f", "status@example.com", "-t", "reader@example.com"]
    began = time.monotonic()
    subprocess.run([*command, *who, f"127.0.0.1:{port}"], check=True)
    return count / (time.monotonic() - began)


def sink(stack: ExitStack) -> int:
    """Start a mail server that takes everything and keeps nothing; returns its port."""
    port, folder = free_port(), Path(mkdtemp(prefix="candor-sink-"))
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [tools.SMTP_SINK.path, *user, f"127.0.0.1:{port}", "512"]
    stack.enter_context(Process(command, log=folder / "sink.log", cwd=folder))
    until(lambda: listens(port), 10, "smtp-sink answers")
    return port
