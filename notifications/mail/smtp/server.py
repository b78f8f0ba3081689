"""A mail server as it is configured: where it is, how to log in, how much it takes."""

import ssl
from dataclasses import dataclass, field
from typing import Final

CONNECTIONS: Final = 16


@dataclass(frozen=True)
class Patience:
    """How many seconds each phase of a session may take."""

    opening: float = 20.0
    """From connecting to the last answer before the first mail."""
    answer: float = 60.0
    """One answer about sender, recipient or DATA."""
    taking: float = 300.0
    """The answer to a mail that was written: giving up early sends it twice."""

    @classmethod
    def of(cls, seconds: float) -> "Patience":
        """In proportion to what connecting may take."""
        return cls(opening=seconds, answer=3 * seconds, taking=15 * seconds)


@dataclass(frozen=True)
class Server:
    """One provider's SMTP server."""

    host: str
    port: int = 25
    username: str = ""
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """With a context the line is encrypted and the certificate checked."""
    starttls: bool = False
    """Encrypted after STARTTLS, rather than from the first byte."""
    own_name: str = "localhost"
    """How we call ourselves in EHLO."""
    connections: int = CONNECTIONS
    per_second: float = 0.0
    """The most mails a second; 0 for as many as it takes."""
    patience: Patience = Patience()
