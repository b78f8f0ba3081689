"""An SMTP server that records each message before its 250, and can be told to misbehave."""

import socketserver
import ssl
from base64 import b64decode
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import cast

from tests.sinks.server import Sink, main

DROP = "drop"
TAKE_AND_DROP = "take and drop"
HANG = "hang"
Judge = Callable[[str, int], str]


def accept(_recipient: str, _count: int) -> str:
    """What an ordinary server answers."""
    return "250 2.0.0 Ok"


class Gone(Exception):
    """The connection is over."""


class Session(socketserver.BaseRequestHandler):
    """One connection: EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, RSET, QUIT."""

    def setup(self) -> None:
        self.buffer = b""
        self.secure = self.sink.implicit
        self.sender: str | None = None
        self.recipients: tuple[str, ...] = ()
        self.known = False

    @property
    def sink(self) -> "SmtpSink":
        """The sink that this connection belongs to."""
        return cast("SmtpSink", self.server.sink)  # type: ignore[attr-defined]

    def handle(self) -> None:
        self.sink.connections += 1
        self.number = self.sink.connections
        self.sink.open += 1
        try:
            self.converse()
        except (Gone, ConnectionError, ssl.SSLError):
            return
        finally:
            self.sink.open -= 1
            self.request.close()

    def converse(self) -> None:
        """From the greeting to the goodbye."""
        if self.sink.implicit and self.sink.tls:
            self.encrypt(self.sink.tls)
        self.say(self.sink.greet(self.number, self.sink.open))
        while True:
            verb, _, rest = self.line().decode("latin-1").strip().partition(" ")
            self.obey(verb.upper(), rest)

    def obey(self, verb: str, rest: str) -> None:
        """Does one command."""
        if self.buffer and verb != "DATA" and "PIPELINING" not in self.sink.offers:
            self.sink.faults.append(f"more than {verb} in one write")
        longer: dict[str, Callable[[], None]] = {
            "DATA": self.data,
            "STARTTLS": self.starttls,
            "AUTH": partial(self.auth, rest),
        }
        if begin := longer.get(verb):
            begin()
            return
        self.say(self.answer(verb, rest))
        if verb == "QUIT":
            raise Gone

    def answer(self, verb: str, rest: str) -> str:
        """The answer to a command that is one line and no more."""
        self.sink.commands.append(f"{verb} {rest}".strip())
        if verb == "EHLO":
            return self.introduce()
        if verb == "MAIL":
            return self.mail(rest)
        if verb == "RCPT":
            return self.recipient(_address(rest))
        if verb == "RSET":
            self.sender, self.recipients = None, ()
        known = {"HELO": "250 sink", "RSET": "250 2.0.0 Ok", "QUIT": "221 2.0.0 Bye"}
        return known.get(verb, "500 5.5.1 What?")

    def introduce(self) -> str:
        """What this server can do."""
        if not self.sink.extended:
            return "502 5.5.1 EHLO is not known here"
        hidden = "STARTTLS" if self.secure or not self.sink.tls else ""
        lines = ["sink", *(each for each in self.sink.offers if each != hidden)]
        last = len(lines) - 1
        return "\r\n".join(
            f"250{' ' if at == last else '-'}{text}" for at, text in enumerate(lines)
        )

    def mail(self, rest: str) -> str:
        """Takes a sender, one at a time."""
        if self.sender is not None:
            self.sink.faults.append("MAIL within a mail")
            return "503 5.5.1 nested MAIL"
        if self.sink.login and not self.known:
            return "530 5.7.0 Authentication required"
        if self.sink.tls and not self.secure:
            return "530 5.7.0 Must issue a STARTTLS command first"
        verdict = self.sink.at_mail(_address(rest), len(self.sink.ledger))
        if verdict.startswith("2"):
            self.sender, self.recipients = _address(rest), ()
        return verdict

    def recipient(self, address: str) -> str:
        """Takes a recipient unless the script refuses it."""
        if self.sender is None:
            return "503 5.5.1 MAIL first"
        verdict = self.sink.at_rcpt(address, len(self.sink.ledger))
        if verdict.startswith("2"):
            self.recipients += (address,)
        return verdict

    def data(self) -> None:
        """Takes a message, records it, then answers or drops the line."""
        if not self.recipients and not self.sink.lenient:
            self.say("554 5.5.1 No valid recipients")
            return
        if self.sink.at_354:
            self.say(self.sink.at_354)
            return
        self.say("354 Go on")
        body, sender, recipients = self.message(), self.sender, self.recipients
        self.sender, self.recipients = None, ()
        if not recipients:
            self.sink.faults += ["a text for nobody"] if body else []
            self.say("554 5.5.1 No valid recipients")
            return
        verdict = self.sink.at_data(recipients[0], len(self.sink.ledger))
        if verdict.startswith("2") or verdict in {DROP, TAKE_AND_DROP}:
            self.record(sender or "", recipients, body)
        if verdict == TAKE_AND_DROP:
            self.say("250 2.0.0 Ok")
            raise Gone
        self.say(verdict)

    def record(self, sender: str, recipients: tuple[str, ...], body: bytes) -> None:
        """Writes down what came, before anything is answered."""
        self.sink.ledger.record(
            sender=sender, recipients=list(recipients), data=body.decode("latin-1")
        )

    def starttls(self) -> None:
        """Encrypts the line from here on."""
        if self.sink.tls is None:
            self.say("502 5.5.1 not here")
            return
        self.say("220 2.0.0 Go ahead" + self.sink.slipped_in)
        if self.sink.fails_tls(self.number):
            raise Gone
        self.encrypt(self.sink.tls)
        self.secure = True

    def auth(self, rest: str) -> None:
        """PLAIN in one line, LOGIN in three."""
        method, _, secret = rest.partition(" ")
        self.sink.commands.append(f"AUTH {method}")
        if method == "PLAIN":
            user, password = b64decode(secret).split(b"\0")[1:]
        else:
            user, password = (self.asked(what) for what in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"))
        self.known = (user.decode(), password.decode()) == self.sink.login
        self.say("235 2.7.0 Welcome" if self.known else "535 5.7.8 Wrong")

    def asked(self, what: str) -> bytes:
        """The answer to one question."""
        self.say(f"334 {what}")
        return b64decode(self.line())

    def say(self, answer: str) -> None:
        """One answer; DROP hangs up instead, HANG says nothing for as long as the sink lives."""
        if answer == HANG:
            self.sink.over.wait(30)
        if answer in {DROP, HANG}:
            raise Gone
        self.request.sendall(answer.encode() + b"\r\n")
        if answer.startswith("421"):
            raise Gone

    def line(self) -> bytes:
        """One line of the client."""
        while b"\n" not in self.buffer:
            self.buffer += self.received()
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line + b"\n"

    def received(self) -> bytes:
        """More of what the client says."""
        data: bytes = self.request.recv(1 << 16)
        if not data:
            raise Gone
        return data

    def message(self) -> bytes:
        """The bytes up to the lone dot, dot-stuffing undone."""
        text = b"\r\n" + self.buffer
        while (end := text.find(b"\r\n.\r\n")) < 0:
            text += self.received()
        self.buffer = text[end + 5 :]
        return text[: end + 2].replace(b"\r\n.", b"\r\n")[2:]

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Everything after this is encrypted."""
        try:
            self.request = context.wrap_socket(self.request, server_side=True)
        except OSError as refused:
            raise Gone from refused


class SmtpSink(Sink):
    """Listens for mail on loopback."""

    handler = Session

    def __init__(self, *, port: int = 0, log: Path | None = None) -> None:
        super().__init__(port=port, log=log)
        self.greeting = "220 sink ESMTP"
        self.greet: Callable[[int, int], str] = lambda _number, _open: self.greeting
        """Given how many connections there were, and how many are open."""
        self.extended = True
        self.offers = ["PIPELINING", "8BITMIME"]
        self.tls: ssl.SSLContext | None = None
        self.implicit = False
        self.slipped_in = ""
        self.fails_tls: Callable[[int], bool] = lambda _number: False
        self.login: tuple[str, str] | None = None
        self.lenient = False
        self.at_354 = ""
        self.at_mail: Judge = accept
        self.at_rcpt: Judge = accept
        self.at_data: Judge = accept
        self.open = 0
        self.commands: list[str] = []
        self.faults: list[str] = []
        self.over = Event()
        self._parsed: list[EmailMessage] = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.over.set()
        super().__exit__(kind, error, _)

    @property
    def raw(self) -> list[bytes]:
        """Each message as it was on the wire."""
        return [entry["data"].encode("latin-1") for entry in self.entries]

    @property
    def mails(self) -> list[EmailMessage]:
        """Each message, parsed once: whoever waits for one looks through all of them many times."""
        self._parsed += [
            message_from_bytes(raw, policy=policy.default) for raw in self.raw[len(self._parsed) :]
        ]
        return list(self._parsed)


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]


if __name__ == "__main__":
    main(SmtpSink)
