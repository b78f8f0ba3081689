"""A server on loopback, and letters to hand over to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from notifications.mail.smtp.letters import Letter, stuffed
from notifications.mail.smtp.pool import Pool
from notifications.mail.smtp.server import Patience, Server
from notifications.outcomes import Outcome
from tests.sinks.smtp import SmtpSink

IMPATIENT = Patience(opening=2.0, answer=1.0, taking=1.0)


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """A mail server."""
    with SmtpSink() as sink:
        yield sink
        assert sink.faults == []


def letters(count: int, name: str = "reader") -> list[Letter]:
    """So many letters, numbered from 0."""
    return [
        Letter(
            key,
            "status@example.com",
            f"{name}{key}@example.com",
            stuffed(f"Subject: {key}\r\n\r\n.Text\r\n".encode()),
        )
        for key in range(count)
    ]


@dataclass
class Posted:
    """What came of letters."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    accepted: list[int] = field(default_factory=list)
    rounds: list[list[int]] = field(default_factory=list)
    trouble: str = ""

    def words(self, key: int) -> str:
        """A verdict with its reason."""
        outcome = self.outcomes[key]
        return f"{outcome.verdict.value}: {outcome.detail}"


def post(sink: SmtpSink, batch: Sequence[Letter], **server: Any) -> Posted:
    """Hands letters over, and checks what holds whatever happens."""
    posted = Posted()
    chosen: dict[str, Any] = {"connections": 4, "patience": IMPATIENT} | server
    pool = Pool(Server("127.0.0.1", sink.port, **chosen), iter(batch))
    for settled in pool.run(posted.accepted.extend):
        posted.rounds.append([key for key, _outcome in settled])
        for key, outcome in settled:
            assert key not in posted.outcomes
            posted.outcomes[key] = outcome
    posted.trouble = pool.trouble
    sent = [key for key, outcome in posted.outcomes.items() if outcome == Outcome.sent()]
    assert sorted(posted.accepted) == sorted(sent)
    assert posted.trouble or len(posted.outcomes) == len(batch)
    return posted
