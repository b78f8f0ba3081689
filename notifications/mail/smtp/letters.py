"""What an SMTP server is handed: an envelope with one recipient, and bytes."""

from typing import NamedTuple


class Letter(NamedTuple):
    """One mail, ready to be written to a socket."""

    key: int
    """What its outcome is told by."""
    sender: str
    """Where it comes back to when it cannot be delivered."""
    recipient: str
    data: bytes
    """What follows DATA: dots stuffed, the lone one at the end included."""


def stuffed(message: bytes) -> bytes:
    """A message as it follows DATA (RFC 5321, 4.5.2)."""
    ending = b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n"
    return (b"." if message.startswith(b".") else b"") + dotted(message) + ending


def dotted(lines: bytes) -> bytes:
    """Lines of a message that begin with a dot get another one."""
    return lines.replace(b"\r\n.", b"\r\n..")
