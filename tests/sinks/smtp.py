"""An SMTP server that records each message before its 250, and can be told to misbehave."""

import socketserver
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from tests.sinks.server import Sink, main

DROP = "drop"
Judge = Callable[[str, int], str]


def accept(_recipient: str, _count: int) -> str:
    """What an ordinary server answers."""
    return "250 2.0.0 Ok"


class Session(socketserver.StreamRequestHandler):
    """One connection: EHLO, MAIL, RCPT, DATA, RSET, QUIT; pipelining works by itself."""

    sender = ""
    recipients: tuple[str, ...] = ()

    @property
    def sink(self) -> "SmtpSink":
        """The sink that this connection belongs to."""
        return cast("SmtpSink", self.server.sink)  # type: ignore[attr-defined]

    def handle(self) -> None:
        self.sink.connections += 1
        self.say(self.sink.greeting)
        while line := self.rfile.readline(4096):
            verb, _, rest = line.decode("latin-1").strip().partition(" ")
            if not self.obey(verb.upper(), rest):
                return

    def say(self, answer: str) -> None:
        """One answer line."""
        self.wfile.write(answer.encode() + b"\r\n")

    def obey(self, verb: str, rest: str) -> bool:
        """Does one command; False ends the connection."""
        if verb == "QUIT":
            self.say("221 2.0.0 Bye")
            return False
        if verb == "DATA":
            return self.data()
        self.say(self.answer(verb, rest))
        return True

    def answer(self, verb: str, rest: str) -> str:
        """The answer to a command without a body."""
        if verb == "EHLO":
            return "250-sink\r\n250-PIPELINING\r\n250 8BITMIME"
        if verb == "MAIL":
            self.sender, self.recipients = _address(rest), ()
        elif verb == "RCPT":
            return self.recipient(_address(rest))
        return "250 2.0.0 Ok"

    def recipient(self, address: str) -> str:
        """Takes a recipient unless the script refuses it."""
        verdict = self.sink.at_rcpt(address, len(self.sink.ledger))
        if verdict.startswith("2"):
            self.recipients += (address,)
        return verdict

    def data(self) -> bool:
        """Takes a message, records it, then answers or drops the line."""
        if not self.recipients:
            self.say("554 5.5.1 No valid recipients")
            return True
        self.say("354 Go on")
        body = self.message()
        verdict = self.sink.at_data(self.recipients[0], len(self.sink.ledger))
        if verdict.startswith("2") or verdict == DROP:
            self.record(body)
        if verdict == DROP:
            return False
        self.say(verdict)
        return not verdict.startswith("421")

    def message(self) -> bytes:
        """The bytes up to the lone dot, dot-stuffing undone."""
        lines = []
        while (line := self.rfile.readline(1 << 20)) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def record(self, body: bytes) -> None:
        """Writes down what came, before anything is answered."""
        self.sink.ledger.record(
            sender=self.sender, recipients=list(self.recipients), data=body.decode("latin-1")
        )


class SmtpSink(Sink):
    """Listens for mail on loopback."""

    handler = Session

    def __init__(self, *, port: int = 0, log: Path | None = None) -> None:
        super().__init__(port=port, log=log)
        self.greeting = "220 sink ESMTP"
        self.at_rcpt: Judge = accept
        self.at_data: Judge = accept

    @property
    def raw(self) -> list[bytes]:
        """Each message as it was on the wire."""
        return [entry["data"].encode("latin-1") for entry in self.entries]

    @property
    def mails(self) -> list[EmailMessage]:
        """Each message, parsed."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]


if __name__ == "__main__":
    main(SmtpSink)
