"""Published pages pushed elsewhere, to PUBLISH_TO: by one host at a time, in threads of its own.

Publishing on this host never waits for any of it.
"""

import logging
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from time import monotonic
from typing import Final, Self

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from incidents.core.languages import SPOKEN
from notifications.clock import database_now
from publishing.core.paths import is_front
from publishing.elsewhere.courier import Courier, Report
from publishing.elsewhere.purging import Purging, hook_for
from publishing.models import PublishLease
from publishing.models.lease import LEASE
from publishing.published.inventory import Stage
from publishing.published.shelf import Change, Shelf
from publishing.published.sites import Sites
from publishing.targets import PAGE

logger = logging.getLogger(__name__)

NAME: Final = "push"
# The place where an address has room for one page alone.
FRONT: Final = "front"
RENEWED_EVERY: Final = 10.0
# A process that has just begun is fit after its first look.
UNFIT_PAUSE: Final = 0.5
# So that we leave off before another host may begin.
MARGIN: Final = 5.0


class Lease:
    """Keeps the right to push for this process, or waits for it; asks nobody when asked.

    Only whoever is fit asks: a host whose folder lags would push what was so before.
    """

    def __init__(
        self, renewed_every: float = RENEWED_EVERY, is_fit: Callable[[], bool] = lambda: True
    ) -> None:
        self.holder = f"{socket.gethostname()[:40]}:{token_hex(6)}"
        self._renewed_every, self._is_fit = renewed_every, is_fit
        self._until = 0.0
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="lease", daemon=True)

    def start(self) -> None:
        """Begin to ask for it."""
        self._thread.start()

    def stop(self, patience: float) -> None:
        """Leave it to another host at once."""
        self._stopping.set()
        self._thread.join(patience)

    def is_held(self) -> bool:
        """Whether this process may push at this moment."""
        return monotonic() < self._until

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._ask()
            self._stopping.wait(self._renewed_every if self._is_fit() else UNFIT_PAUSE)
        self._until = 0.0
        self._leave()
        connection.close()

    def _ask(self) -> None:
        asked = monotonic()
        if not self._is_fit():
            self._until = 0.0
            return
        try:
            close_old_connections()
            held = PublishLease.claim(NAME, holder=self.holder, at=database_now())
        except DatabaseError as error:
            # Nothing new can be published either; what we had runs out by itself.
            logger.warning("The right to push was not renewed: %s", type(error).__name__)
            connection.close()
            return
        self._until = asked + LEASE.total_seconds() - MARGIN if held else 0.0

    def _leave(self) -> None:
        try:
            PublishLease.release(NAME, holder=self.holder, at=database_now())
        except DatabaseError:
            logger.info("The right to push runs out by itself", exc_info=True)


class Pusher:
    """All targets and the hook of one process; the publisher tells it what became of its files."""

    def __init__(
        self, root: Path, addresses: Sequence[str], hook: str = "", lease: Lease | None = None
    ) -> None:
        self._lease = lease or Lease()
        called = hook_for(hook)
        self._purging = None if called is None else Purging(called)
        self._couriers = [
            Courier(root, address, may_push=self._lease.is_held, pushed=self._tell_hook)
            for address in addresses
        ]
        self._whole: set[str] = set()
        self._sites = self._known = Sites.load(root)
        self.take_sites(self._sites)

    @classmethod
    def of_settings(cls, is_fit: Callable[[], bool]) -> Self:
        """What PUBLISH_TO and PUBLISH_HOOK ask for, which may be nothing."""
        lease = Lease(is_fit=is_fit)
        return cls(settings.PUBLISHED_DIR, settings.PUBLISH_TO, settings.PUBLISH_HOOK, lease)

    def start(self) -> Self:
        """Start the threads that are needed."""
        for part in self._parts:
            part.start()
        return self

    def stop(self, patience: float = 3.0) -> None:
        """Leave off after what is under way, and let another host take over."""
        for part in self._parts:
            part.stop(patience)

    def take_sites(self, sites: Sites) -> None:
        """Learn which pages there are. Returns at once, like all that the publisher calls."""
        hidden = self._sites.pages.keys() - sites.pages.keys()
        self._sites = sites
        # The folder of a page that is hidden is cleared, and filled anew should it be shown again.
        self._whole.intersection_update(sites.slugs.values())
        # Of a page that is hidden it has still to be told that it is gone.
        self._known = replace(sites, pages=self._known.pages | sites.pages)
        for courier in self._couriers:
            courier.take_places(_places(courier.address, sites), self._whole)
        for page_id in hidden:
            self._tell_of_all(page_id)

    def take_change(self, shelf: Shelf, change: Change) -> None:
        """Have what changed on a shelf brought everywhere."""
        paths = [*change.changed, *change.gone]
        if self._couriers and paths:
            complete = _is_complete(shelf, paths)
            for courier in self._couriers:
                courier.take_paths(shelf.name, paths, complete=complete)
        if self._tells_at_once:
            self._tell_hook(shelf.name, paths)

    def take_whole(self, shelf: Shelf) -> None:
        """Learn that nothing is owed to a shelf, which may be said as often as one likes.

        Only from then on may what lies elsewhere be compared with it, and removed where it is not
        on it: a new host that is still filling its folder takes nothing away.
        """
        self._whole.add(shelf.name)
        for courier in self._couriers:
            courier.take_whole(shelf.name)

    def take_stranger(self, shelf: Shelf) -> None:
        """Learn that a command wrote on a shelf, of which only that is known."""
        for courier in self._couriers:
            courier.take_stranger(shelf.name)
        self._tell_of_all(shelf.name)

    def status(self) -> list[Report]:
        """Return how each target does."""
        return [courier.status() for courier in self._couriers]

    def _tell_hook(self, page_id: str, paths: Sequence[str]) -> None:
        if self._purging is None or not paths:
            return
        if page := self._known.page(page_id):
            self._purging.tell(page.url(), [page.path(path) for path in paths])
        else:
            # What was kept of the pages is of another version; the publisher renews it in a moment.
            logger.warning("PUBLISH_HOOK could not be told of %d paths", len(paths))

    def _tell_of_all(self, page_id: str) -> None:
        """Have all of a page forgotten; couriers tell by themselves which files they changed."""
        if self._tells_at_once:
            self._tell_hook(page_id, ["*"])

    @property
    def _tells_at_once(self) -> bool:
        """Whether this host's own folder is what the world reads, and this host tells of it."""
        return not self._couriers and self._lease.is_held()

    @property
    def _parts(self) -> list[Courier | Purging | Lease]:
        """The threads that are needed, in the order in which they end."""
        if not (self._couriers or self._purging):
            return []
        return [*self._couriers, *filter(None, [self._purging]), self._lease]


def _is_complete(shelf: Shelf, paths: Sequence[str]) -> bool:
    """Whether what a front page refers to stands on the shelf, after these paths were put there.

    Here the front page comes first, before it is known what else is owed: the application answers
    for what is not made yet. A bucket would say 404.
    """
    if all(is_front(path) for path in paths):
        return False
    owed = shelf.index.soonest()
    if owed == Stage.TONGUES:
        # What is in the page's own language does not wait for the others.
        return not any(path.partition("/")[0] in SPOKEN for path in paths)
    return owed is None or owed > Stage.TONGUES


def _places(address: str, sites: Sites) -> dict[str, str]:
    """Return the place of each page that goes there: one of its own, or the front page's."""
    if PAGE in address:
        return sites.slugs
    return {FRONT: sites.front} if sites.front else {}
