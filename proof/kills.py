"""Killing senders one after the other, over a sink that writes down before it answers."""

import time
from contextlib import ExitStack
from typing import Any, Final

from proof import tools
from proof.process import Process
from proof.product import Product, own_database
from proof.telling import Tally
from proof.verdict import Verdict
from proof.waiting import until
from tests.sinks.http import HttpSink, Reply
from tests.sinks.smtp import SmtpSink

A_KILL: Final = 200
IN_FLIGHT: Final = {"mail": 16, "webhooks": 16}
PATIENCE: Final = 240
# Each has two lines.
HOSTS: Final = 16
# In seconds: what was on its way to the sink when its sender died is written down by then.
SETTLING: Final = 0.1


class Kills:
    """One lane: two updates told to many, and senders that die while they tell them."""

    def __init__(self, lane: str, kills: int) -> None:
        self.lane, self.kills = lane, kills
        self.count = A_KILL * max(kills, 5)

    def prove(self, verdict: Verdict) -> str:
        """Kill, let the last one end, and count."""
        with ExitStack() as stack:
            product, sink = self._site(stack)
            tally = self._tell(product, sink, [])
            left = self._unfinished(product)
        missing, inversions = tally.missing(2, self.count), tally.inversions
        most = max(tally.twice, default=0)
        verdict.expect(missing == 0, f"{self.lane}: {missing} never heard the newest word")
        verdict.expect(left == 0, f"{self.lane}: the record says that {left} are unsent")
        verdict.expect(inversions == 0, f"{self.lane}: {inversions} out of order")
        verdict.expect(tally.other_ids == 0, f"{self.lane}: a copy came under another id")
        allowed = IN_FLIGHT[self.lane]
        verdict.expect(most <= allowed, f"{self.lane}: {most} twice after one kill")
        unexcused = tally.twice_unkilled
        verdict.expect(unexcused == 0, f"{self.lane}: {unexcused} twice without a kill")
        return (
            f"{self.lane}: {self.kills} kills over {self.count} of each of two updates: 0 lost, "
            f"0 out of order, {sum(tally.twice)} twice, at most {most} a kill under the same id"
        )

    def without_guard(self, verdict: Verdict) -> str:
        """The same without the order guard, to show that it matters."""
        with ExitStack() as stack:
            product, sink = self._site(stack)
            tally = self._tell(product, sink, ["unguarded"])
        verdict.expect(tally.inversions, "nothing came out of order without the guard either")
        return f"without the order guard {tally.inversions} out of order"

    def _site(self, stack: ExitStack) -> tuple[Product, Any]:
        sink: Any = stack.enter_context(SmtpSink() if self.lane == "mail" else HttpSink())
        settings = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        if tools.postgres_answers():
            settings["DATABASE_URL"] = own_database(stack, f"kills_{self.lane}")
        product = stack.enter_context(Product("kills", **settings))
        if isinstance(sink, SmtpSink):
            # One in twenty is put off at first; what comes after it must not overtake it.
            sink.at_rcpt = _now_and_then()
            product.seed(subscribers=self.count)
        else:
            hosts = [sink.host, *(each.host for each in _more_hosts(stack, sink))]
            product.seed(webhooks=self.count, webhook=f"{sink.url}/hook", hosts=hosts)
        return product, sink

    def _tell(self, product: Product, sink: Any, how: list[str]) -> Tally:
        product.python("-m", "proof.post", "marker-1-end")
        after: list[int] = []
        for number in range(self.kills):
            if number == self.kills // 2:
                product.python("-m", "proof.post", "marker-2-end")
            sender = self._sender(product, how)
            enough = len(sink.entries) + A_KILL * 3 // 4
            until(lambda: len(sink.entries) >= enough or self._told(product), 60, "some are told")  # noqa: B023
            sender.kill()
            time.sleep(SETTLING)
            after.append(len(sink.entries))
        if not self.kills:
            self._half_then_newer(product, sink, how)
        with self._sender(product, how):
            until(lambda: self._told(product), PATIENCE, "nothing left to tell", pause=0.5)
        if self.lane == "mail":
            return Tally.of_mails(sink.entries, after)
        return Tally.of_webhooks(sink.entries, after)

    def _half_then_newer(self, product: Product, sink: Any, how: list[str]) -> None:
        with self._sender(product, how):
            until(lambda: len(sink.entries) >= self.count // 2, 60, "half are told")
            product.python("-m", "proof.post", "marker-2-end")

    def _sender(self, product: Product, how: list[str]) -> Process:
        return product.run("sender", "-m", "proof.sender", self.lane, *how)

    def _told(self, product: Product) -> bool:
        opened = product.query("SELECT count(*) FROM notifications_broadcast")[0][0]
        return bool(opened == 2 and self._unfinished(product) == 0)

    def _unfinished(self, product: Product) -> int:
        waiting = "delivery WHERE state IN ('pending', 'retry', 'claimed')"
        unwritten = "broadcast WHERE expanded_at IS NULL"
        sql = "SELECT count(*) FROM notifications_"
        return sum(int(product.query(sql + each)[0][0]) for each in (waiting, unwritten))


def _more_hosts(stack: ExitStack, first: HttpSink) -> list[HttpSink]:
    """So many that all the lines a sender may have are used; they write into one book."""
    hosts = [f"127.0.0.{number}" for number in range(2, HOSTS + 1)]
    others = [stack.enter_context(HttpSink(host=host, port=first.port)) for host in hosts]
    for each in (first, *others):
        each.ledger = first.ledger
        each.reply = lambda _entry: Reply(delay=0.005)
    return others


def _now_and_then() -> Any:
    seen: set[str] = set()

    def judge(address: str, _count: int) -> str:
        first, number = address not in seen, int("".join(filter(str.isdigit, address)))
        seen.add(address)
        return "451 4.7.1 later" if first and number % 20 == 0 else "250 2.1.5 Ok"

    return judge
