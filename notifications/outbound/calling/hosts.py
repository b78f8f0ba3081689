"""Servers that are called: where each is, what waits for it, and which of them hung last time."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from notifications.outbound.calling.calls import ORIGIN, Call
from notifications.outbound.door import CONNECT_SECONDS, Door
from notifications.outbound.networks import literal
from notifications.outbound.reasons import reason
from notifications.outbound.resolving import Forbidden, vet
from notifications.outbound.results import OutboundError, Refused, Unreachable

PORTS: Final = {"http": 80, "https": 443}
REMEMBERED_FOR: Final = 3600.0
MOST_REMEMBERED: Final = 10_000
# Each may take as long as a connection may.
MOST_ADDRESSES: Final = 4
# More than look-ups that can hang at once, so that those of others go on.
LOOKUPS: Final = 64

_lookups: Final = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")


class Place(NamedTuple):
    """A scheme, a host and a port: what one connection leads to."""

    scheme: str
    name: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Place":
        """Where a URL leads; Refused when that is nowhere on the web."""
        if not url.isprintable() or "\\" in url:
            raise Refused("not an address of the web")
        origin = ORIGIN.match(url)
        return _place(origin[0] if origin else url)

    @property
    def is_secure(self) -> bool:
        """Whether it is called over TLS."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """What the header `Host` says."""
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"


@lru_cache(maxsize=4096)
def _place(origin: str) -> Place:
    try:
        parts = urlsplit(origin)
        scheme, name, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError as odd:
        raise Refused(f"not an address: {odd}") from odd
    if scheme not in PORTS or not name or "@" in parts.netloc or " " in parts.netloc:
        raise Refused("not an address of the web")
    return Place(scheme, name, PORTS[scheme] if port is None else port)


_hung: Final[dict[Place, float]] = {}


@dataclass(eq=False)
class Host:
    """One server, its addresses looked up and vetted once."""

    place: Place
    addresses: list[str] = field(default_factory=list)
    waiting: deque[tuple[float, Call]] = field(default_factory=deque)
    busy: int = 0
    is_in_line: bool = False
    """Whether it stands among those that can be called now."""
    problem: OutboundError | None = None
    """Why it cannot be called at all."""
    asked_at: float | None = None
    """When its look-up began: before that it waits for a free thread, and nobody is late."""
    _lookup: "Future[list[str]]" = field(default_factory=Future)

    @property
    def is_slow(self) -> bool:
        """Whether it hung when it was called last, not long ago."""
        since = _hung.get(self.place) if _hung else None
        return since is not None and since > monotonic() - REMEMBERED_FOR

    def remember(self, *, hung: bool) -> None:
        """Keep for the next time whether it hung."""
        if not hung:
            _hung.pop(self.place, None)
        else:
            _hung.pop(self.place, None)
            if len(_hung) >= MOST_REMEMBERED:
                del _hung[next(iter(_hung))]
            _hung[self.place] = monotonic()

    def has_another(self, address: str) -> bool:
        """Whether there is one more address to try now that this one could not be reached."""
        if len(self.addresses) > 1 and self.addresses[0] == address:
            del self.addresses[0]
        return self.addresses[0] != address

    def look_up(self, door: Door, answered: "deque[Host]") -> None:
        """Begin to ask where it is; an address that is spelt out asks nobody.

        `answered` is told, perhaps from another thread.
        """
        spelt = literal(self.place.name)
        if spelt is not None:
            self._lookup = Future()
            self._lookup.set_result([str(spelt)])
        else:
            self._lookup = _lookups.submit(self._ask, door)
        self._lookup.add_done_callback(lambda _lookup: answered.append(self))

    @property
    def is_late(self) -> bool:
        """Whether nobody has said for too long where it is."""
        return self.asked_at is not None and monotonic() > self.asked_at + CONNECT_SECONDS

    def _ask(self, door: Door) -> list[str]:
        self.asked_at = monotonic()
        return door.resolver(self.place.name, self.place.port)

    def settle(self, door: Door) -> None:
        """Take the answer of the look-up, all of it vetted, or what is wrong with it."""
        if not self._lookup.done():
            words = f"{self.place.name} was not resolved within {CONNECT_SECONDS:.0f} s"
            self.problem = Unreachable(words)
            return
        try:
            found = self._lookup.result()
            vetted = vet(self.place.name, self.place.port, found, allow=door.allow)
            self.addresses = vetted[:MOST_ADDRESSES]
        except Forbidden as bad:
            self.problem = Refused(str(bad))
        except (OSError, UnicodeError) as unknown:
            self.problem = Unreachable(reason(unknown, self.place.name))
