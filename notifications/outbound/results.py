"""What came of a request: an answer, or why there is none."""

from collections.abc import Mapping
from typing import NamedTuple

import requests


class OutboundError(requests.RequestException):
    """A request that brought no answer; `reached` says whether the other side may have read it."""

    heading = "No answer"
    reached = True

    @property
    def words(self) -> str:
        """What happened, for people."""
        return f"{self.heading}: {self}" if str(self) else self.heading


class Refused(OutboundError):
    """The address is not one that we call; nothing was connected to."""

    heading = "Not called"
    reached = False


class Unreachable(OutboundError):
    """No connection came about, so nothing was read by the other side."""

    heading = "Unreachable"
    reached = False


class Crowded(OutboundError):
    """Its turn did not come, since others had to be waited for; nothing was sent."""

    heading = "Not called yet"
    reached = False


class TooSlow(OutboundError):
    """The wall clock ran out; whether the other side acted is unknown."""

    heading = "Too slow"


class Answer(NamedTuple):
    """What came back: enough to judge and to show, never more than the read limit."""

    status: int
    headers: Mapping[str, str]
    """Asked for in any case."""
    body: bytes


Result = Answer | OutboundError
