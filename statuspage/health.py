"""How this process does: what it needs to take a post in, and what is worth knowing beside."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import cache
from threading import Event, Thread
from time import monotonic
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from notifications.clock import database_now
from notifications.pulse import pulse
from publishing.elsewhere.pushing import Pusher
from publishing.published.watch import Watch

PATIENCE: Final = 1.0
LEAST_FREE: Final = 100 * 1024 * 1024

type Look = Callable[[], str]


class Unwell(Exception):
    """Something is not as it has to be; the argument says what, without a secret."""


@dataclass(frozen=True)
class Check:
    """One thing to look at: `look` returns what it saw, or raises."""

    name: str
    look: Look
    required: bool = True
    """Whether the process can do its work without it."""


@dataclass(frozen=True)
class Finding:
    """What a look found."""

    ok: bool
    required: bool
    says: str


class Probe:
    """Looks without ever waiting for what hangs: one look at a time, in a thread of its own."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self._says = ""
        self._ok = False
        self._over = Event()
        self._over.set()

    def begin(self) -> None:
        """Look, unless an earlier look goes on."""
        if self._over.is_set():
            self._over.clear()
            Thread(target=self._look, name=f"look at {self.check.name}", daemon=True).start()

    def finding(self, deadline: float) -> Finding:
        """Return what was found by then."""
        if not self._over.wait(max(deadline - monotonic(), 0.0)):
            return Finding(ok=False, required=self.check.required, says="no answer")
        return Finding(self._ok, self.check.required, self._says)

    def _look(self) -> None:
        try:
            self._says, self._ok = self.check.look(), True
        except Unwell as unwell:
            self._says, self._ok = str(unwell), False
        except Exception as error:  # noqa: BLE001 -- a look that fails is an answer
            # Its words may hold addresses and names; its kind says enough.
            self._says, self._ok = type(error).__name__, False
        finally:
            connection.close()
            self._over.set()


class Health:
    """All checks of a process."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._probes = [Probe(check) for check in checks]

    def watch(self, check: Check) -> None:
        """Look at something more from now on."""
        self._probes.append(Probe(check))

    def findings(self, patience: float = PATIENCE) -> dict[str, Finding]:
        """Look at everything at once."""
        for probe in self._probes:
            probe.begin()
        deadline = monotonic() + patience
        return {probe.check.name: probe.finding(deadline) for probe in self._probes}


def report(findings: dict[str, Finding]) -> tuple[bool, dict[str, object]]:
    """Return whether all is well that has to be, and the findings as JSON."""
    ready = all(each.ok for each in findings.values() if each.required)
    return ready, {"ready": ready, "checks": {n: asdict(each) for n, each in findings.items()}}


def database() -> str:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def migrations() -> str:
    """The database is as this version wants it."""
    missing = _migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        raise Unwell(f"{len(missing)} not applied: run manage.py migrate")
    return "all applied"


def broker() -> str:
    """Redis answers, where there is one."""
    if not settings.REDIS_URL:
        return "none: the worker runs in this process"
    # Three megabytes that a process without a broker does not need.
    from redis import Redis  # noqa: PLC0415

    with Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    ) as client:
        client.ping()
    return "answers"


def disk() -> str:
    """There is room for what is published."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LEAST_FREE:
        raise Unwell(f"only {free // 1024**2} MB are free")
    return f"{free // 1024**2} MB are free"


def senders() -> str:
    """People are told in time: from here, or by a worker elsewhere."""
    seen = pulse(database_now())
    if seen.sweep_age is None or seen.alarm:
        raise Unwell(seen.alarm or "The notifier has not run yet.")
    return f"last round {seen.sweep_age.total_seconds():.0f} s ago"


def of_publisher(watch: Watch) -> Check:
    """Whether the publisher of this process looks for what is new."""

    def look() -> str:
        if not watch.is_current:
            raise Unwell(f"no look for {watch.age:.0f} s" if watch.looked_at else "no look yet")
        return f"last look {watch.age:.1f} s ago"

    return Check("publisher", look)


def of_pages(watch: Watch) -> Check:
    """Whether every page can be published; one that cannot keeps nobody from reading another."""

    def look() -> str:
        if watch.stuck:
            raise Unwell(f"cannot be published just now: {watch.stuck}")
        return "all can be published"

    return Check("pages", look, required=False)


def of_pusher(pusher: Pusher) -> Check:
    """Whether every target has what this host has; readers of this host miss nothing."""

    def look() -> str:
        reports = pusher.status()
        if failing := [f"{each.name}: {each.problem}" for each in reports if each.failing_since]:
            raise Unwell("; ".join(failing))
        return f"{len(reports)} in order"

    return Check("targets", look, required=False)


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations or ())


health: Final = Health(
    [
        Check("database", database),
        Check("migrations", migrations),
        Check("disk", disk),
        # A lost message costs seconds; the record is the database.
        Check("broker", broker, required=False),
        Check("senders", senders, required=False),
    ]
)
