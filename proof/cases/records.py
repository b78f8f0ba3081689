"""A database that hangs up on everybody, and one that hangs, while many are told."""

import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import psycopg

from proof import tools
from proof.crowd import Crowd
from proof.product import own_database
from proof.proxy import Proxy
from proof.verdict import NotProven, Verdict
from proof.waiting import until

READERS = 3000
TIMES = 3
STALL = 5.0
WITHIN = 5.0
PATIENCE = 150
END_ALL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def prove(verdict: Verdict) -> None:
    """End every connection a few times, then stall them all; N is the readers."""
    if not tools.postgres_answers():
        raise NotProven(tools.POSTGRES_HINT)
    with ExitStack() as stack:
        direct = own_database(stack, "records")
        parts = urlsplit(direct)
        proxy = stack.enter_context(Proxy(parts.hostname or "127.0.0.1", parts.port or 5432))
        through = parts._replace(netloc=f"{parts.username}@127.0.0.1:{proxy.port}").geturl()
        crowd = Crowd(stack, "records", verdict.count or READERS, DATABASE_URL=through)
        crowd.product.start()
        crowd.tell()
        ended = [_end_all(crowd, direct, part / 8) for part in range(1, TIMES + 1)]
        stalled = _stall(crowd, proxy)
        crowd.until_told(PATIENCE)
        worst = max(stalled, *ended)
        verdict.expect(worst <= WITHIN, f"senders went on only after {worst:.1f} s")
        verdict.measured(crowd.told_once(verdict))
        verdict.measured(f"all connections ended {TIMES} times: on again after {max(ended):.1f} s")
        verdict.measured(f"stalled for {STALL:g} s: on again after {stalled:.1f} s")


def _end_all(crowd: Crowd, direct: str, share: float) -> float:
    crowd.until_heard(share)
    with psycopg.connect(direct) as connection:
        connection.execute(END_ALL)
    return _on_again(crowd)


def _stall(crowd: Crowd, proxy: Proxy) -> float:
    crowd.until_heard(0.5)
    proxy.hang()
    time.sleep(STALL)
    proxy.mend()
    return _on_again(crowd)


def _on_again(crowd: Crowd) -> float:
    """The seconds until more is sent, and marked as sent."""
    began, marked, heard = time.monotonic(), crowd.marked, crowd.heard
    until(lambda: crowd.marked > marked and crowd.heard > heard, 60, "senders go on")
    return time.monotonic() - began
