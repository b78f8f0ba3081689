"""Why a host could not be called, in words that say what to look at."""

import socket
from typing import Final

LONGEST: Final = 300


def reason(problem: BaseException, host: str) -> str:
    """What lies at the bottom of a failure to call a host; Python's own words for what is odd."""
    inner = _innermost(problem)
    if isinstance(inner, socket.gaierror) and inner.errno == socket.EAI_AGAIN:
        return f"the name {host} could not be looked up just now"[:LONGEST]
    if isinstance(inner, socket.gaierror | UnicodeError):
        return f"the name {host} could not be found"[:LONGEST]
    if isinstance(inner, TimeoutError):
        return "it took too long"
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror[:LONGEST].lower()
    return f"{type(inner).__name__}: {inner}"[:LONGEST]


def _innermost(problem: BaseException) -> BaseException:
    while (deeper := problem.__cause__ or problem.__context__) is not None:
        problem = deeper
    return problem
