"""Senders killed in the middle, again and again: nobody is left out, nothing comes out of order."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_string

from proof import tools
from proof.broker import Broker
from proof.kills import Kills
from proof.product import Product
from proof.verdict import Verdict
from proof.waiting import until
from tests.sinks.smtp import SmtpSink

READERS = 1000
KILLS = 6
PATIENCE = 150
# Less than a lease: who starts again on the host of a dead sender need not wait for its end.
WITHIN = 60
IN_FLIGHT = 16


def prove(verdict: Verdict) -> None:
    """Kill senders of mails and of webhooks; then the whole embedded product, and one with Redis.

    N is the number of kills: N=50 kills 50 times over 10,000 mails and as many webhooks.
    """
    kills = verdict.count or KILLS
    for lane in ("mail", "webhooks"):
        verdict.measured(Kills(lane, kills).prove(verdict))
    verdict.measured(Kills("mail", 0).without_guard(verdict))
    with _site("killed", READERS) as (product, sink):
        verdict.measured(f"embedded: {_kill_midway(verdict, product, sink, READERS)}")
    if verdict.has(tools.REDIS, "with Redis, worker and beat"):
        with ExitStack() as stack:
            redis = Broker(stack).url
            product, sink = stack.enter_context(_site("killed-redis", READERS, REDIS_URL=redis))
            verdict.measured(
                f"with Redis, worker and beat: {_kill_midway(verdict, product, sink, READERS)}"
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
    verdict.expect(seconds <= WITHIN, f"told only {seconds:.0f} s after the restart")
    return f"{_count(verdict, product, sink, count, before)}, {seconds:.0f} s after the restart"


def _count(verdict: Verdict, product: Product, sink: SmtpSink, count: int, before: int) -> str:
    told = Counter(entry["recipients"][0] for entry in sink.entries)
    ids = {message_from_string(entry["data"])["Message-ID"] for entry in sink.entries}
    twice = len(sink.entries) - len(told)
    sent = dict(product.query("SELECT state, count(*) FROM notifications_delivery GROUP BY state"))
    verdict.expect(len(told) == count, f"{count - len(told)} of {count} were never told")
    verdict.expect(len(ids) == count, "a second copy came under another Message-ID")
    verdict.expect(sent == {"sent": count}, f"the record says {sent}")
    verdict.expect(twice <= IN_FLIGHT, f"{twice} were told twice; at most {IN_FLIGHT} may be")
    return f"killed after {before}, {count} of {count} told, {twice} twice, record: {count} sent"


def _unfinished(product: Product) -> int:
    waiting = "state IN ('pending', 'retry', 'claimed')"
    sql = f"SELECT count(*) FROM notifications_delivery WHERE {waiting}"
    (row,) = product.query(sql)
    return int(row[0])
