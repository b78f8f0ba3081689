"""Mails over one line, as bytes in and bytes out.

Where the server can, a mail's text and the next one's envelope go in one write, so that a mail
costs one round trip. The next text goes only after the answer to the last one has been taken.
"""

from typing import Final

from notifications.mail.smtp import verdicts
from notifications.mail.smtp.dialogue import Answered, Broken
from notifications.mail.smtp.letters import Letter
from notifications.mail.smtp.opening import Opening
from notifications.mail.smtp.replies import Reply
from notifications.mail.smtp.server import Server
from notifications.outcomes import Outcome
from notifications.parcels import Settled

GO_ON: Final = 354
SENT: Final = Outcome.sent()


class Session(Opening):
    """A session that takes letters as long as it is hungry."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.settled: list[Settled] = []
        self.offered: Letter | None = None
        """Its envelope is written."""
        self.handed: Letter | None = None
        """Its text is written, and not answered yet."""
        self._refusal: Outcome | None = None

    @property
    def pipelined(self) -> bool:
        """Whether commands may follow each other unanswered."""
        return "PIPELINING" in self.offers

    @property
    def hungry(self) -> bool:
        """Whether it takes another letter now."""
        if not self.ready or self.offered is not None:
            return False
        return self.pipelined or not self._awaited

    @property
    def waiting(self) -> bool:
        """Whether the server owes an answer."""
        return bool(self._awaited)

    @property
    def busy(self) -> bool:
        """Whether a letter is under way."""
        return self.offered is not None or self.handed is not None

    def give(self, letter: Letter) -> None:
        """Writes a letter's envelope; its text follows when the server wants it."""
        if self._too_large(letter):
            self._settle(letter, Outcome.failed("552 5.3.4 larger than the server takes"))
            return
        self.offered, self._refusal = letter, None
        size = b" SIZE=%d" % len(letter.data) if "SIZE" in self.offers else b""
        sender = letter.sender.encode("ascii")
        self.say(b"MAIL FROM:<%b>%b" % (sender, size), self._sender_answered)
        if self.pipelined:
            self.say(_to(letter), self._recipient_answered)
            self.say(b"DATA", self._may_write)

    def lost(self, why: str) -> list[Letter]:
        """The line is gone: says what became of the letters, and returns those to give again."""
        again = [self.offered] if self.offered else []
        if self.handed and self.outgoing and not again:
            # Its end was never written, so nobody can have taken it.
            again = [self.handed]
        elif self.handed:
            self._settle(self.handed, verdicts.unanswered(why))
        self.offered = self.handed = None
        return again

    def leave(self) -> None:
        """Says goodbye."""
        self.say(b"QUIT", self._whatever)

    def closed_by(self, reply: Reply) -> None:
        """A server that closes instead of taking a letter has not taken it."""
        if self.handed and self._awaited and self._awaited[0] == self._taken:
            self._taken(reply)
        super().closed_by(reply)

    def _sender_answered(self, reply: Reply) -> None:
        if not reply.ok:
            self._refusal = verdicts.on_sender(reply)
        if not self.pipelined:
            self._then(_to(self._on_offer()), self._recipient_answered)

    def _recipient_answered(self, reply: Reply) -> None:
        if not reply.ok:
            self._refusal = self._refusal or verdicts.on_recipient(reply)
        if not self.pipelined:
            self._then(b"DATA", self._may_write)

    def _then(self, words: bytes, answered: Answered) -> None:
        """The next step of an envelope, unless one before it was refused."""
        if self._refusal:
            self._give_up()
        else:
            self.say(words, answered)

    def _may_write(self, reply: Reply) -> None:
        letter = self._on_offer()
        if reply.code == GO_ON and self._refusal is None:
            self.outgoing += letter.data
            self._awaited.append(self._taken)
            self.offered, self.handed = None, letter
        elif reply.code == GO_ON:
            # It waits for a text although it took no recipient: an empty one ends that.
            self.say(b".", self._whatever)
            self._give_up()
        else:
            self._refusal = self._refusal or verdicts.on_recipient(reply)
            self._give_up()

    def _taken(self, reply: Reply) -> None:
        letter, self.handed = self.handed, None
        if letter is None:
            raise Broken(f"an answer to nothing: {reply}")
        self._settle(letter, SENT if reply.ok else verdicts.on_recipient(reply))

    def _give_up(self) -> None:
        """Tells why the offered letter is not taken, and begins anew on the same line."""
        letter = self._on_offer()
        self.offered = None
        self._settle(letter, self._refusal or verdicts.unsent("no reason given"))
        self.say(b"RSET", self._whatever)

    def _whatever(self, reply: Reply) -> None:
        """Nothing hangs on this answer."""

    def _on_offer(self) -> Letter:
        if self.offered is None:
            raise Broken("an answer to nothing")
        return self.offered

    def _settle(self, letter: Letter, outcome: Outcome) -> None:
        self.settled.append((letter.key, outcome))

    def _too_large(self, letter: Letter) -> bool:
        limit = self.offers.get("SIZE", "")
        return limit.isdecimal() and 0 < int(limit) < len(letter.data)


def _to(letter: Letter) -> bytes:
    return b"RCPT TO:<%b>" % letter.recipient.encode("ascii")
