"""Readers of one page who are mailed over a server that takes its time, and who keep count."""

import time
from contextlib import ExitStack
from typing import Any, Final

from proof import tools
from proof.product import Product, own_database
from proof.telling import Tally
from proof.verdict import Verdict
from proof.waiting import until
from tests.sinks.smtp import SmtpSink

A_MAIL: Final = 0.1
READER: Final = "reader"


class Crowd:
    """A product, on PostgreSQL where there is one, with readers and the server of their mails."""

    def __init__(self, stack: ExitStack, name: str, count: int, **settings: str) -> None:
        self.count, self.updates, self.incident = count, 0, ""
        self.sink = stack.enter_context(SmtpSink())
        # Slow enough for something to happen in the middle.
        self.sink.at_data = _slowly
        settings["EMAIL_URL"] = f"smtp://127.0.0.1:{self.sink.port}"
        if "DATABASE_URL" not in settings and tools.postgres_answers():
            settings["DATABASE_URL"] = own_database(stack, name)
        self.product = stack.enter_context(Product(name, **settings))
        self.product.seed(subscribers=count)

    @property
    def heard(self) -> int:
        """How many mails reached a reader so far, of all updates."""
        return len(self._entries)

    @property
    def marked(self) -> int:
        """How many mails to readers are sent as far as the record knows."""
        return self._ask(f"delivery WHERE state = 'sent' AND destination LIKE '{READER}%'")

    @property
    def is_told(self) -> bool:
        """Whether the record says that everything was told."""
        opened = self._ask("broadcast WHERE expanded_at IS NOT NULL")
        waiting = self._ask("delivery WHERE state IN ('pending', 'retry', 'claimed')")
        return opened >= self.updates and waiting == 0

    def tell(self) -> None:
        """Post one more update for everybody."""
        self.incident = self.product.python("-m", "proof.post", self.next_mark()).strip()

    def next_mark(self) -> str:
        """What is to stand in one more update."""
        self.updates += 1
        return _mark(self.updates)

    def until_heard(self, share: float) -> None:
        """Wait until so many of the readers heard the newest update."""
        enough = (self.updates - 1 + share) * self.count
        until(lambda: self.heard >= enough, 90, f"{share:.0%} of the mails")

    def until_told(self, seconds: float) -> None:
        """Wait until nothing is left to tell."""
        until(lambda: self.is_told, seconds, "nothing left to tell", pause=0.5)

    def told_once(self, verdict: Verdict) -> str:
        """Expect that every reader got every update once, and that the record says so."""
        got = Tally.of_mails(self._entries, ()).got.values()
        mails = self.count * self.updates
        lost = mails - sum(len(set(each)) for each in got)
        twice = sum(len(each) - len(set(each)) for each in got)
        verdict.expect(lost == 0, f"{lost} of {mails} mails never came")
        verdict.expect(twice == 0, f"{twice} of {mails} mails came twice")
        verdict.expect(self.marked == mails, f"the record says {self.marked} of {mails}")
        return f"{mails} mails: 0 lost, 0 twice"

    @property
    def is_up_to_date(self) -> bool:
        """Whether every reader got the newest update."""
        newest = _mark(self.updates)
        return sum(newest in each["data"] for each in self._entries) >= self.count

    def told_all(self, verdict: Verdict) -> str:
        """Expect that every reader got the newest update, nothing twice, and nothing after it."""
        tally = Tally.of_mails(self._entries, ())
        lost = tally.missing(self.updates, self.count)
        twice = sum(len(rows) - len(set(rows)) for rows in tally.got.values())
        verdict.expect(lost == 0, f"{lost} of {self.count} never got the newest update")
        verdict.expect(twice == 0, f"{twice} mails came twice")
        verdict.expect(tally.inversions == 0, f"{tally.inversions} mails came out of order")
        return "0 lost, 0 twice, 0 out of order"

    @property
    def _entries(self) -> list[dict[str, Any]]:
        entries = list(self.sink.entries)
        return [each for each in entries if each["recipients"][0].startswith(READER)]

    def _ask(self, what: str) -> int:
        ((found,),) = self.product.query(f"SELECT count(*) FROM notifications_{what}")
        return int(found)


def _mark(number: int) -> str:
    return f"marker-{number}-end"


def _slowly(_recipient: str, _count: int) -> str:
    time.sleep(A_MAIL)
    return "250 2.0.0 Ok"
