"""Senders that stall, die and meet, while news comes: nobody hears out of order, or never."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import hypothesis
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from incidents.models import Incident, Page, Update
from notifications import rounds
from notifications.channels import Attempts, Rounds, channels
from notifications.clock import Stopwatch
from notifications.models import Broadcast, Delivery, Subscription
from notifications.models import chunk as chunk_module
from notifications.outcomes import Outcome
from notifications.parcels import Accepted, Parcel
from notifications.senders import posting, sending, side
from notifications.senders.journal import Journal
from notifications.senders.marks import reconcile
from people.actors import Actor

BY: Final = Actor.system("play", face="command")
BEGINS: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
READERS: Final = 5
EXAMPLES: Final = 8
TURN: Final = 20.0
HOUR: Final = timedelta(hours=1)
# What passes while a sender waits for an answer, or between two of them: seconds. Each is longer
# than a lease, of a loose delivery or of a chunk.
PASSES: Final = {"a minute": 61, "minutes": 125}
# What becomes of the message that is under way, and of its sender.
FATES: Final = (
    "taken", "not taken", "unanswered", "killed", "killed once noted", "lost with its host",
)  # fmt: skip
# Newer updates and other senders matter most.
STEPS: Final = (*FATES, *PASSES, *3 * ("news", "chunks"), *2 * ("loose",))


class Killed(BaseException):
    """The sender is no more."""


class Play:
    """One incident told to a few readers; each step of the script comes at the next chance.

    A chance is between two senders, and whenever one of them waits for an answer: what happens then
    may be another sender.
    """

    def __init__(self, script: Iterable[str]) -> None:
        self.now, self._script = BEGINS, deque(script)
        self._senders = 0
        self.journals: dict[str, Journal] = {}
        self.told: dict[str, list[int]] = defaultdict(list)
        page = Page.found(name="Example", slug="play", by=BY, at=BEGINS - HOUR)
        self._incident = Incident.open(page, title="Mail is late", body="0", by=BY, at=BEGINS)
        Subscription.objects.bulk_create(
            Subscription(
                page=page, channel="email", destination=f"reader{number}@example.com",
                state=Subscription.State.CONFIRMED, asked_at=BEGINS - HOUR,
                confirmed_at=BEGINS - HOUR,
            )
            for number in range(READERS)
        )  # fmt: skip

    def run(self) -> None:
        """Play it, then let senders come until all is told; in a day they have to be done."""
        rounds.tell(self.now)
        while self._script:
            self._happens(self._script.popleft())
        for _ in range(24):
            self.now += HOUR
            self._happens("chunks")
            self._happens("loose")
            if not Delivery.objects.unfinished().exists():
                break

    def seconds(self) -> float:
        """How long it has run."""
        return (self.now - BEGINS).total_seconds()

    def post(self, parcels: Iterable[Parcel], accepted: Accepted, at: datetime) -> Rounds:
        """In place of the channel's: one mail of a chunk after the other."""
        for parcel in parcels:
            fate = self._arrives(parcel.destination, parcel.broadcast)
            if fate in {"taken", "killed once noted"}:
                accepted([parcel.delivery])
            _kill(fate)
            yield [(parcel.delivery, _outcome(fate))]

    def send(self, batch: Sequence[Delivery], at: datetime) -> Attempts:
        """The same for what is claimed by itself."""
        for delivery in batch:
            fate = self._arrives(delivery.destination, delivery.broadcast_id)
            _kill(fate)
            yield delivery, _outcome(fate)

    def _arrives(self, reader: str, broadcast: int | None) -> str:
        """Let what comes next happen before the sender learns of the message's fate."""
        if self._next() == "not taken":
            return self._next(take=True)
        self.told[reader].append(broadcast or 0)
        while (step := self._next(take=True)) not in FATES:
            self._happens(step)
        return step

    def _next(self, *, take: bool = False) -> str:
        """The next step; everything is taken once there is none."""
        if not self._script:
            return "taken"
        return self._script.popleft() if take else self._script[0]

    def _happens(self, step: str) -> None:
        """Nothing does where it is the fate of a message and none is under way."""
        if step in PASSES:
            self.now += timedelta(seconds=PASSES[step])
        elif step == "news":
            Update.post(self._incident, body=step, by=BY, at=self.now)
            rounds.tell(self.now)
        elif step in {"chunks", "loose"}:
            self._senders += 1
            # Every other one runs on a host whose clock is wrong.
            with _clock_ahead(HOUR * (self._senders % 2)):
                self._sender(chunks=step == "chunks")

    def _sender(self, *, chunks: bool) -> None:
        owner, watch = sending.new_owner(), Watch(self)
        reconcile(watch.now())
        try:
            if chunks:
                posting.post(channels()["email"], owner, watch, lambda: watch.seconds() < TURN)  # type: ignore[arg-type]
            else:
                sending.send(Delivery.claim("mail", owner, 3, watch.now()), owner, watch)
        except Killed as killed:
            if journal := self.journals.get(owner):
                if str(killed) == "lost with its host":
                    journal.path.unlink()
                journal.leave()


class Watch(Stopwatch):
    """Runs as time passes in the play."""

    def __init__(self, play: Play) -> None:
        super().__init__(play.now)
        self._play = play

    def seconds(self) -> float:
        return (self._play.now - self.began).total_seconds()


def _kill(fate: str) -> None:
    if fate.startswith(("killed", "lost")):
        raise Killed(fate)


def _outcome(fate: str) -> Outcome:
    return Outcome.sent() if fate == "taken" else Outcome.retry(fate)


@contextmanager
def _clock_ahead(by: timedelta) -> Iterator[None]:
    """The host's clock is wrong; the database's, by which senders go, is right."""
    right = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: right() + by)
        yield


@contextmanager
def _staged(script: Iterable[str]) -> Iterator[Play]:
    """A play in place of the mail channel, undone afterwards."""
    begin = Journal.begin
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        play = Play(script)

        def begun(folder: Path, owner: str) -> Journal:
            return play.journals.setdefault(owner, begin(folder, owner))

        patch.setattr(Journal, "begin", begun)
        patch.setattr(side, "monotonic", play.seconds)
        patch.setattr(chunk_module, "SIZE", 3)
        for name in ("post", "send"):
            patch.setattr(channels()["email"], name, getattr(play, name), raising=False)
        yield play
        transaction.set_rollback(True)


@pytest.mark.django_db
@hypothesis.given(script=st.lists(st.sampled_from(STEPS), min_size=20, max_size=50))
@hypothesis.settings(
    # The first failure is printed at once: to shorten it would take minutes.
    max_examples=EXAMPLES, database=None, phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
)  # fmt: skip
def test_whatever_senders_meet_everybody_hears_in_order_and_the_newest_last(
    script: list[str],
) -> None:
    with _staged(script) as play:
        play.run()
        newest = Broadcast.objects.latest("sequence").pk
        assert {told[-1] for told in play.told.values()} == {newest}
        assert len(play.told) == READERS
        assert all(told == sorted(told) for told in play.told.values())
        assert not Delivery.objects.unfinished().exists()
