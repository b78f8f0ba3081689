"""A session against a model of a server: whatever it answers, nothing is lost or told wrongly."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.mail.smtp.dialogue import Broken
from notifications.mail.smtp.letters import Letter, stuffed
from notifications.mail.smtp.server import Server
from notifications.mail.smtp.session import Session
from notifications.outcomes import Outcome, Verdict

SERVER = Server("mail.example.com")
TEXT = stuffed(b"Subject: x\r\n\r\n.dot\r\n")


def letter(key: int) -> Letter:
    return Letter(key, f"from{key}@example.com", f"to{key}@example.com", TEXT)


codes = st.sampled_from(["250 Ok"] * 6 + ["450 busy", "451 grey", "550 5.1.1 no", "552 5.2.2 full"])
ends = st.sampled_from(["250 Ok"] * 40 + ["421 closing", "garbage", ""])


@dataclass
class Model:
    """A server that follows RFC 5321 to the letter, answering by chance."""

    draw: st.DataObject
    pipelining: bool
    lenient: bool
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    in_text: bool = False
    buffer: bytes = b""

    def answers(self, data: bytes) -> bytes:
        """The bytes that answer these; raises Broken when the server goes away."""
        self.buffer += data
        said = b""
        while (reply := self.next()) is not None:
            end = self.draw.draw(ends)
            if end.startswith("421"):
                # Whoever closes instead of taking a text has not taken it.
                self.taken = self.taken[: len(self.answered)]
            self.answered = list(self.taken)
            if end != "250 Ok":
                said += f"{end}\r\n".encode() if end else b""
                raise Gone(said)
            said += reply.encode() + b"\r\n"
            if not self.pipelining:
                assert not self.buffer or self.in_text, "a second command without PIPELINING"
        return said

    def next(self) -> str | None:
        if self.in_text:
            return self.text()
        line, mark, rest = self.buffer.partition(b"\r\n")
        if not mark:
            return None
        self.buffer = rest
        return self.command(line.decode())

    def command(self, line: str) -> str:
        verb, _, argument = line.partition(" ")
        if verb == "MAIL":
            assert not self.sender, "MAIL within a mail"
            verdict: str = self.draw.draw(codes)
            self.sender = argument if verdict.startswith("2") else ""
            return verdict
        if verb == "RCPT":
            return self.recipient(argument)
        if verb == "DATA":
            self.in_text = bool(self.recipients) or bool(self.sender and self.lenient)
            return "354 go on" if self.in_text else "554 no valid recipients"
        assert verb == "RSET", line
        self.sender, self.recipients = "", []
        return "250 reset"

    def recipient(self, argument: str) -> str:
        if not self.sender:
            return "503 MAIL first"
        verdict: str = self.draw.draw(codes)
        if verdict.startswith("2"):
            self.recipients.append(argument.partition("<to")[2].partition("@")[0])
        return verdict

    def text(self) -> str | None:
        whole = b"\r\n" + self.buffer
        end = whole.find(b"\r\n.\r\n")
        if end < 0:
            return None
        body, self.buffer, self.in_text = whole[2 : end + 2], whole[end + 5 :], False
        recipients, self.sender, self.recipients = self.recipients, "", []
        if not recipients:
            assert body == b"", "a text for nobody"
            return "554 no valid recipients"
        (key,) = map(int, recipients)
        self.texts.append(key)
        verdict: str = self.draw.draw(codes)
        self.taken += [key] if verdict.startswith("2") else []
        return verdict


class Gone(Exception):
    """The server went away, after these bytes."""


def open_session(*, pipelining: bool) -> Session:
    session = Session(SERVER)
    session.hear(b"220 hello\r\n")
    assert bytes(session.outgoing) == b"EHLO localhost\r\n"
    session.outgoing.clear()
    session.hear(b"250-me\r\n250 PIPELINING\r\n" if pipelining else b"250 me\r\n")
    assert session.ready
    return session


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.booleans(), st.booleans())
def test_every_letter_is_settled_once_or_given_back_and_sent_means_taken(
    draw: st.DataObject, pipelining: bool, lenient: bool
) -> None:
    model, session = Model(draw, pipelining, lenient), open_session(pipelining=pipelining)
    given_out: list[int] = []
    back: list[Letter] = []
    try:
        for _turn in range(60):
            if session.hungry and len(given_out) < 12:
                given_out.append(len(given_out))
                session.give(letter(given_out[-1]))
            wire = bytes(session.outgoing)
            session.outgoing.clear()
            if not wire and not session.busy and len(given_out) == 12:
                break
            session.hear(model.answers(wire))
    except Gone as gone:
        back = heard_last(session, gone)
    except Broken as broken:
        back = session.lost(str(broken))
    outcomes = dict(session.settled)
    assert len(outcomes) == len(session.settled)
    assert sorted([*outcomes, *(each.key for each in back)]) == given_out
    sent = {key for key, outcome in outcomes.items() if outcome.verdict is Verdict.SENT}
    assert sent <= set(model.taken)
    doubtful = {key for key, outcome in outcomes.items() if "Unanswered" in outcome.detail}
    assert set(model.taken) <= sent | doubtful
    assert len(doubtful) <= 1
    assert not set(model.texts) & {each.key for each in back}


def heard_last(session: Session, gone: Gone) -> list[Letter]:
    try:
        session.hear(gone.args[0])
    except Broken as broken:
        return session.lost(str(broken))
    return session.lost("the server hung up")


def test_a_text_and_the_next_envelope_go_in_one_write() -> None:
    session = open_session(pipelining=True)
    session.give(letter(1))
    session.outgoing.clear()
    session.hear(b"250 Ok\r\n250 Ok\r\n354 Go on\r\n")
    session.give(letter(2))
    assert bytes(session.outgoing) == TEXT + (
        b"MAIL FROM:<from2@example.com>\r\nRCPT TO:<to2@example.com>\r\nDATA\r\n"
    )
    assert not session.hungry
    session.outgoing.clear()
    session.hear(b"250 2.0.0 Taken\r\n")
    assert session.settled == [(1, Outcome.sent())]


def test_a_text_that_was_not_written_to_its_end_is_given_back() -> None:
    session = open_session(pipelining=True)
    session.give(letter(1))
    session.outgoing.clear()
    session.hear(b"250 Ok\r\n250 Ok\r\n354 Go on\r\n")
    del session.outgoing[:5]
    assert session.lost("the server hung up") == [letter(1)]
    assert session.settled == []


def test_a_text_that_is_larger_than_the_server_takes_is_not_offered() -> None:
    session = Session(SERVER)
    session.hear(b"220 hello\r\n")
    session.hear(b"250-me\r\n250 SIZE 20\r\n")
    session.outgoing.clear()
    session.give(letter(1))
    assert session.settled[0][1].verdict is Verdict.FAILED
    assert not session.outgoing
    assert session.hungry


def test_a_server_that_tells_its_limit_hears_the_size() -> None:
    session = Session(SERVER)
    session.hear(b"220 hello\r\n")
    session.hear(b"250-me\r\n250 SIZE 1000\r\n")
    session.outgoing.clear()
    session.give(letter(1))
    assert bytes(session.outgoing) == b"MAIL FROM:<from1@example.com> SIZE=%d\r\n" % len(TEXT)
