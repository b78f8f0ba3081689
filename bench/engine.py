"""The delivery engine as a whole: mails written out, sent and marked, a row each.

The limit is postfix's `smtp-source` handing mails of the same size to the same `smtp-sink` over 8
kept connections, in the same run. The promise of the journal holds at this speed.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from bench.mailing import sink, source
from proof import tools
from proof.product import Product, own_database

COUNT: Final = int(os.environ.get("N") or 100_000)
EMBEDDED: Final = 10_000
# As many processes as the mail lane has where it is deployed.
SENDERS: Final = 2
SIZE: Final = 8_900


def measure() -> Iterator[str]:
    """Return a line a figure, each beside its goal."""
    absent = [each for each in (tools.SMTP_SINK, tools.SMTP_SOURCE) if not each.path]
    if absent:
        yield f"mails from journal to mark: limit not measurable: {absent[0].install}"
        return
    with ExitStack() as stack:
        port = sink(stack)
        limit = source(port, SIZE, COUNT)
        if tools.postgres_answers():
            database = own_database(stack, "engine")
            figures = told(port, COUNT, SENDERS, DATABASE_URL=database)
            yield _line(f"PostgreSQL, {SENDERS} senders", figures, COUNT, limit)
        else:
            yield f"mails from journal to mark on PostgreSQL: {tools.POSTGRES_HINT}"
        line = _line("SQLite, embedded", told(port, EMBEDDED, 0), EMBEDDED, limit)
        yield f"{line} (goal 1,000/s)"


def told(port: int, count: int, senders: int, **settings: str) -> tuple[float, ...]:
    """Tell so many; seconds until the first was taken and until the last is marked, and MiB."""
    with Product("engine", EMAIL_URL=f"smtp://127.0.0.1:{port}", **settings) as product:
        product.seed(subscribers=count)
        said = product.python("-m", "bench.fanout", str(count), str(senders))
        return tuple(map(float, said.split()[-3:]))


def _line(name: str, told: tuple[float, ...], count: int, limit: float) -> str:
    first, seconds, memory = told
    rate = count / seconds
    return (
        f"{count:,} mails from journal to mark, {name}: {seconds:.1f} s = {rate:,.0f}/s = "
        f"{rate / limit:.2f} of smtp-source's {limit:,.0f}/s (goal 0.8), first after {first:.1f} s "
        f"(goal 3), {memory:.0f} MiB (goal 200)"
    )
