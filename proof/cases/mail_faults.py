"""A mail server that fails for one mail in twenty: nobody is lost, and few hear twice.

421 in mid-session, greylisting, an address that does not exist, and a line that drops after DATA
each hit one mail in a hundred; every 25th line fails in its encryption.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from proof.product import Product
from proof.verdict import Verdict
from proof.waiting import until
from tests.sinks.certificates import Authority
from tests.sinks.smtp import DROP, SmtpSink

# The second attempt comes after a minute.
PATIENCE: Final = 200
CLOSING, GREY, UNKNOWN, DROPPED = range(4)
FAULTS: Final = {
    CLOSING: "421 4.3.2 closing this session",
    GREY: "451 4.7.1 greylisted",
    UNKNOWN: "550 5.1.1 no such user",
}


def prove(verdict: Verdict) -> None:
    """Tell readers of an incident over such a server, with STARTTLS."""
    count = verdict.count or 2000
    folder = Path(mkdtemp(prefix="candor-authority-"))
    authority = Authority(folder)
    with SmtpSink() as sink:
        script = Script(sink, count)
        sink.tls, sink.offers = authority.server(), ["PIPELINING", "STARTTLS"]
        mail = f"smtp://127.0.0.1:{sink.port}?starttls=yes"
        trust = {"SSL_CERT_FILE": str(authority.path)}
        with Product("mail-faults", EMAIL_URL=mail, **trust) as product:
            product.seed(subscribers=count)
            product.start()
            product.python("-m", "proof.post")
            until(lambda: _is_told(product), PATIENCE, "nothing left to tell", pause=0.5)
            verdict.measured(_count(verdict, product, sink, script))


@dataclass
class Script:
    """What fails: each fault hits its mails once, but the unknown address for good."""

    sink: SmtpSink
    count: int
    met: Counter[int] = field(default_factory=Counter)
    tried: set[str] = field(default_factory=set)
    tls: int = 0

    def __post_init__(self) -> None:
        self.sink.at_rcpt, self.sink.at_data = self.recipient, self.text
        self.sink.fails_tls = self.encryption

    def recipient(self, address: str, _count: int) -> str:
        """The answer to an address."""
        fault = _fault(address)
        if fault == UNKNOWN or (fault in FAULTS and address not in self.tried):
            self.tried.add(address)
            self.met[fault] += 1
            return FAULTS[fault]
        return "250 2.1.5 Ok"

    def text(self, address: str, _count: int) -> str:
        """The answer to a mail."""
        if _fault(address) == DROPPED and address not in self.tried:
            self.tried.add(address)
            self.met[DROPPED] += 1
            return DROP
        return "250 2.0.0 Ok"

    def encryption(self, number: int) -> bool:
        """Whether this line fails before it is encrypted."""
        fails = number % 25 == 3
        self.tls += fails
        return fails


def _fault(address: str) -> int:
    return int("".join(re.findall(r"\d", address))) % 100


def _count(verdict: Verdict, product: Product, sink: SmtpSink, script: Script) -> str:
    told = Counter(entry["recipients"][0] for entry in sink.entries)
    unknown = sum(number % 100 == UNKNOWN for number in range(script.count))
    lost = script.count - unknown - len(told)
    ids = {re.search(r"(?m)^Message-ID: (.*)", entry["data"])[1] for entry in sink.entries}  # type: ignore[index]
    states = dict(
        product.query("SELECT state, count(*) FROM notifications_delivery GROUP BY state")
    )
    noted = "SELECT count(*) FROM notifications_attempt WHERE detail LIKE 'Unanswered%'"
    ((ambiguous,),) = product.query(noted)
    twice = len(sink.entries) - len(told)
    verdict.expect(lost == 0, f"{lost} of {script.count} were never told")
    verdict.expect(max(told.values()) <= 2, f"somebody heard {max(told.values())} times")
    verdict.expect(twice <= script.met[DROPPED], f"{twice} heard twice")
    verdict.expect(len(ids) == len(told), "a second copy came under another Message-ID")
    verdict.expect(ambiguous == script.met[DROPPED], f"{ambiguous} noted as unanswered")
    expected = {"sent": script.count - unknown, "failed": unknown}
    verdict.expect(states == expected, f"the record says {states}")
    verdict.expect(not _held_up(product), "a mail waited for somebody else's")
    verdict.expect(not sink.faults, f"the sink complains: {sink.faults[:3]}")
    verdict.expect(script.tls, "no line failed in its encryption; take a larger N")
    met = script.met
    return (
        f"{script.count} mails, faults: 421 {met[CLOSING]}, 451 {met[GREY]}, 550 {met[UNKNOWN]}, "
        f"dropped after DATA {met[DROPPED]}, TLS {script.tls}; 0 lost, {twice} heard twice under "
        f"the same id, {ambiguous} noted as unanswered, nobody else waited"
    )


def _held_up(product: Product) -> list[str]:
    """Whom no fault hit, and who was told at a second attempt all the same."""
    tried = product.query("SELECT destination FROM notifications_delivery WHERE attempts > 1")
    return [address for (address,) in tried if _fault(address) > DROPPED]


def _is_told(product: Product) -> bool:
    waiting = "delivery WHERE state IN ('pending', 'retry', 'claimed')"
    written = "broadcast WHERE expanded_at IS NOT NULL"
    sql = "SELECT count(*) FROM notifications_"
    ((left,),), ((ready,),) = product.query(sql + waiting), product.query(sql + written)
    return bool(ready and not left)
