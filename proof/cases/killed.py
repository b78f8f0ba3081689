"""kill -9 in the middle of telling 2,000 subscribers: every one told, and the record says so."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_string

from proof import tools
from proof.product import Product, own_redis
from proof.verdict import Verdict
from proof.waiting import until
from tests.sinks.smtp import SmtpSink

# Longer than the lease of a sender that is gone (60 s), with time to send the rest.
PATIENCE = 150


def prove(verdict: Verdict) -> None:
    """Kill the embedded worker's process; then server, worker and beat around a Redis."""
    count = verdict.count or 2000
    with _site("killed", count) as (product, sink):
        verdict.measured(f"embedded: {_kill_midway(verdict, product, sink, count)}")
    if verdict.has(tools.REDIS, "with Redis, worker and beat"):
        with ExitStack() as stack:
            redis = own_redis(stack)
            product, sink = stack.enter_context(_site("killed-redis", count, REDIS_URL=redis))
            verdict.measured(
                f"with Redis, worker and beat: {_kill_midway(verdict, product, sink, count)}"
            )


@contextmanager
def _site(name: str, count: int, **settings: str) -> Iterator[tuple[Product, SmtpSink]]:
    with SmtpSink() as sink:
        mail = f"smtp://127.0.0.1:{sink.port}"
        with Product(name, EMAIL_URL=mail, **settings) as product:
            product.seed(subscribers=count)
            yield product, sink


def _kill_midway(verdict: Verdict, product: Product, sink: SmtpSink, count: int) -> str:
    product.start()
    product.python("-m", "proof.post")
    until(lambda: len(sink.entries) >= count // 4, 60, "a quarter of the mails")
    product.kill()
    before = len(sink.entries)
    verdict.expect(before < count, f"all {count} were told before the kill; take a larger N")
    restarted = time.monotonic()
    product.start()
    until(lambda: _unfinished(product) == 0, PATIENCE, "nothing left to tell", pause=0.5)
    seconds = time.monotonic() - restarted
    return f"{_count(verdict, product, sink, count, before)}, {seconds:.0f} s after the restart"


def _count(verdict: Verdict, product: Product, sink: SmtpSink, count: int, before: int) -> str:
    told = Counter(entry["recipients"][0] for entry in sink.entries)
    ids = {message_from_string(entry["data"])["Message-ID"] for entry in sink.entries}
    twice = len(sink.entries) - len(told)
    sent = dict(product.query("SELECT state, count(*) FROM notifications_delivery GROUP BY state"))
    verdict.expect(len(told) == count, f"{count - len(told)} of {count} were never told")
    verdict.expect(len(ids) == count, "a second copy came under another Message-ID")
    verdict.expect(sent == {"sent": count}, f"the record says {sent}")
    verdict.expect(twice <= 8, f"{twice} were told twice; at most one a sender may be")
    return f"killed after {before}, {count} of {count} told, {twice} twice, record: {count} sent"


def _unfinished(product: Product) -> int:
    waiting = "state IN ('pending', 'retry', 'claimed')"
    sql = f"SELECT count(*) FROM notifications_delivery WHERE {waiting}"
    (row,) = product.query(sql)
    return int(row[0])
