"""A million subscribers of one page: what the first mail takes, and whether memory stays flat."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from bench.engine import SENDERS, told
from bench.mailing import sink
from proof import tools
from proof.product import own_database

COUNT: Final = int(os.environ.get("N") or 1_000_000)
BESIDE: Final = 20_000


def measure() -> Iterator[str]:
    """Return one line: the same fan-out twice, to few and to a million."""
    name = f"{COUNT:,} subscribers, PostgreSQL"
    if not tools.SMTP_SINK.path:
        yield f"{name}: limit not measurable: {tools.SMTP_SINK.install}"
        return
    if not tools.postgres_answers():
        yield f"{name}: limit not measurable: {tools.POSTGRES_HINT}"
        return
    with ExitStack() as stack:
        port = sink(stack)
        few, many = (own_database(stack, each) for each in ("few", "million"))
        _first, _seconds, little = told(port, BESIDE, SENDERS, DATABASE_URL=few)
        first, seconds, memory = told(port, COUNT, SENDERS, DATABASE_URL=many)
    yield (
        f"{name}: first mail after {first:.1f} s (goal 3), all {seconds:.0f} s, {memory:.0f} MiB, "
        f"{memory / little:.2f} of what {BESIDE:,} take ({little:.0f}; goal 1.1)"
    )
