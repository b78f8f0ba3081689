"""Makes public files from the record: what a change touches, what falls due, the soonest first.

One publisher a host writes the folder of that host. It asks the database five times a second
whether anything is new, which costs one small query and needs no broker.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, time
from typing import Final

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone

from incidents.core.viewers import PUBLIC
from incidents.models import Event, Page
from publishing.artefact import Artefact, Missing, Moved
from publishing.published import inventory
from publishing.published.build import build
from publishing.published.due import fallen_due, next_moment
from publishing.published.gathering import Touched
from publishing.published.inventory import Plan, Stage, soonest
from publishing.published.shelf import Change, Elsewhere, Finished, Gone, Shelf
from publishing.published.sites import Sites
from publishing.published.snapshot import snapshot
from publishing.published.touching import touched_by
from publishing.rendering import render
from publishing.sitting import sitting

logger = logging.getLogger(__name__)

AT_ONCE: Final = 16
# In seconds: how long one turn of a page takes, and how long a finished file waits for others.
TURN: Final = 0.2
FLUSH: Final = 0.04
# Beyond so many events nobody sorts out what they touch.
MANY_EVENTS: Final = 1000
SKEW: Final = timedelta(seconds=60)
# Seconds after which nobody is writing a draft any more.
LEFT_BEHIND: Final = 600

type Listener = Callable[[Shelf, Change], None]
type SitesListener = Callable[[Sites], None]
type WholeListener = Callable[[Shelf], None]


class Publisher:
    """Keeps the published folders below `root` like the record."""

    def __init__(self, root: Path, clock: Callable[[], datetime] = timezone.now) -> None:
        self.root = root
        self.clock = clock
        self.sites = Sites.load(root)
        self.on_change: list[Listener] = []
        self.on_sites: list[SitesListener] = []
        self.on_whole: list[WholeListener] = []
        self.on_strangers: list[WholeListener] = []
        self._noted: dict[str, int] = {}
        self._stamps: dict[str, str] = {}
        self._behind: set[str] = set()
        self._sites_at: dict[str, int] = {}
        self._due: dict[str, datetime] = {}
        self._looked = inventory.BEGINNING
        self._clean_up()

    def look(self) -> bool:
        """Look once for what is new, and make one batch for each page; returns whether any is left.

        Raises DatabaseError or OSError where the record or the disk cannot be reached: what stands
        goes on standing, and the next look mends it.
        """
        self._heed_the_clock()
        pages = list(Page.objects.visible_to(PUBLIC).order_by("-is_front", "pk"))
        if not pages and self.sites.pages and not Page.objects.exists():
            # Pages are never deleted: the record is just being restored.
            return False
        self._keep_sites(pages)
        turns, troubles = [], []
        for page in pages:
            try:
                turns.append(self._turn(page))
            except Exception as error:  # noqa: BLE001 -- raised below: one page holds up no other
                troubles.append(error)
        for trouble in troubles:
            raise trouble
        return any(turns)

    def publish(self, pages: Iterable[Page], *, anew: bool = False) -> None:
        """Bring these pages wholly up to date now, or make all their files anew.

        For commands: `look` shares its time among the pages.
        """
        self._keep_sites(list(Page.objects.visible_to(PUBLIC).order_by("-is_front", "pk")))
        for page in pages:
            shelf = self.shelf(page)
            if anew:
                shelf.index.owe(_whole(page, shelf, self.clock()), {})
            self._noted.pop(page.public_id, None)
            while self._turn(page, wait=True):
                pass

    def shelf(self, page: Page) -> Shelf:
        """The folder of a page."""
        return Shelf(self.root, page.public_id)

    def _turn(self, page: Page, *, wait: bool = False) -> bool:
        """Note what is new on a page, if anything, and make a batch; is any left?"""
        name = page.public_id
        self._heed_strangers(page)
        shelf = self.shelf(page)
        lost = not shelf.folder.is_dir()
        fresh = lost or self._noted.get(name) != page.version or self.clock() >= self._due[name]
        if not fresh and name not in self._behind:
            return False
        with shelf.held(wait=wait) as mine:
            if not mine:
                return True
            if not Page.objects.visible_to(PUBLIC).filter(pk=page.pk).exists():
                # Not for everybody since we last looked: whoever holds the sites clears it away.
                return False
            if lost and shelf.index.files():
                shelf.index.owe(_whole(page, shelf, self.clock()), {})
            if fresh:
                self._note_what_is_new(page, shelf)
            left = self._make_batch(page, shelf)
        if left:
            self._behind.add(name)
        else:
            self._behind.discard(name)
            for listener in self.on_whole:
                listener(shelf)
        return left

    def _note_what_is_new(self, page: Page, shelf: Shelf) -> None:
        marks = shelf.index.marks()
        with snapshot():
            page.refresh_from_db()
            at = self.clock()
            plan, event = _news(page, shelf, marks, at)
            due = next_moment(page, at)
        if plan:
            fresh = {"event": str(event), "version": str(page.version), "build": build()}
            read = {"until": at.isoformat(), "recorded": _recorded(page, event)}
            shelf.index.owe(plan, fresh | read)
            shelf.index.take_up()
        self._noted[page.public_id], self._due[page.public_id] = page.version, due

    def _make_batch(self, page: Page, shelf: Shelf) -> bool:
        """Make what is owed soonest, for about as long as a change may go unseen; is any left?"""
        paths = shelf.index.owed(AT_ONCE)
        with snapshot(), sitting():
            page.refresh_from_db()
            # From here on, so that a slow database leaves time for at least one file.
            over = monotonic() + TURN
            at = _instant(page, self.clock())
            while paths and monotonic() < over:
                made: list[Finished | None] = []
                flush = monotonic() + FLUSH
                while paths and (not made or monotonic() < flush):
                    made.append(_made(page, paths.pop(0), at, shelf))
                self._put(shelf, [each for each in made if each is not None])
        return bool(paths or shelf.index.owed(1))

    def _put(self, shelf: Shelf, made: list[Finished]) -> None:
        change = shelf.put(made)
        self._stamps[shelf.name] = shelf.stamp()
        for listener in self.on_change:
            listener(shelf, change)

    def _heed_strangers(self, page: Page) -> None:
        """Tell of files that another process of this host wrote meanwhile, such as a command."""
        shelf = self.shelf(page)
        stamp = shelf.stamp()
        if self._stamps.setdefault(shelf.name, stamp) != stamp:
            self._stamps[shelf.name] = stamp
            for listener in self.on_strangers:
                listener(shelf)

    def _keep_sites(self, pages: list[Page]) -> None:
        """Take away first what is not for everybody any more: a full disk keeps nothing public."""
        versions = {page.public_id: page.version for page in pages}
        if versions == self._sites_at and Sites.are_kept(self.root):
            return
        sites = Sites.read()
        if sites != self.sites or not Sites.are_kept(self.root):
            for name in (self.sites.pages.keys() | _shelves(self.root)) - sites.pages.keys():
                Shelf(self.root, name).clear()
            for listener in self.on_sites:
                listener(sites)
            sites.keep(self.root)
        self.sites, self._sites_at = sites, versions

    def _heed_the_clock(self) -> None:
        """Where it was set back, nothing waits for the instants that were ahead of it."""
        now = self.clock()
        if now + SKEW < self._looked:
            self._noted.clear()
        self._looked = now

    def _clean_up(self) -> None:
        """Take away what a killed publisher left half written, and nothing of one that is alive."""
        drafts = self.root / ".drafts"
        drafts.mkdir(parents=True, exist_ok=True)
        for draft in drafts.iterdir():
            with suppress(FileNotFoundError):
                if time() - draft.stat().st_mtime > LEFT_BEHIND:
                    draft.unlink()


def finished(page: Page, path: str, at: datetime) -> Finished:
    """What has to stand at a path as of an instant."""
    try:
        artefact: Artefact = render(page, path, at)
    except Moved as moved:
        return Elsewhere(path, str(moved))
    except Missing:
        return Gone(path)
    return artefact


def differences(page: Page, shelf: Shelf, at: datetime) -> list[str]:
    """Return the paths whose file is not what the record gives at the instant that it shows.

    Those too that ought to have a file by now, and have none.
    """
    wrong, page = [], Page.objects.get(pk=page.pk)
    for kept in shelf.index.files():
        if kept.path.startswith("assets/"):
            continue
        again = finished(page, kept.path, kept.at)
        if isinstance(again, Gone) or not shelf.holds(again):
            wrong.append(kept.path)
    missing = inventory.everything(page, at).keys() - {kept.path for kept in shelf.index.files()}
    stand = [path for path in sorted(missing) if not isinstance(finished(page, path, at), Gone)]
    return wrong + stand


def _news(page: Page, shelf: Shelf, marks: dict[str, str], at: datetime) -> tuple[Plan, int]:
    """What has to be made anew, and the last event that was read for that."""
    newest = page.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    if marks.get("build") != build() or not _goes_on(page, marks, at):
        return _whole(page, shelf, at), newest
    plan: Plan = {}
    if marks["version"] != str(page.version):
        fresh = Event.objects.filter(page=page, pk__gt=int(marks["event"]))
        events = list(fresh.order_by("pk")[: MANY_EVENTS + 1])
        found = Touched.of(events)
        many = found.everything or len(events) > MANY_EVENTS
        plan = _whole(page, shelf, at) if many else touched_by(page, found, at)
    until = datetime.fromisoformat(marks["until"])
    if next_moment(page, until) <= at:
        plan = soonest(plan, fallen_due(page, until, at))
    return plan, newest


def _goes_on(page: Page, marks: dict[str, str], at: datetime) -> bool:
    """Whether this is the record that was read before, and the clock that was on then.

    A record that was restored from a copy has lost what came after it, or tells something else.
    """
    if "recorded" not in marks:
        return True
    same = marks["recorded"] == _recorded(page, int(marks["event"]))
    return same and datetime.fromisoformat(marks["until"]) < at + SKEW


def _recorded(page: Page, event: int) -> str:
    """When an event was written down, which tells it from another one under its number."""
    found = page.events.filter(pk=event).values_list("recorded_at", flat=True).first()
    return found.isoformat() if found else ""


def _made(page: Page, path: str, at: datetime, shelf: Shelf) -> Finished | None:
    """Make one file; one that cannot be made holds up no other."""
    try:
        return finished(page, path, at)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:
        # What is read after this in the same snapshot would fail for it, too.
        shelf.index.postpone(path)
        raise
    except Exception:
        logger.exception("%s of %s cannot be made; what stands there goes on standing", path, page)
        shelf.index.postpone(path)
        return None


def _instant(page: Page, now: datetime) -> datetime:
    """Now; or what another host's clock, a little ahead of ours, has written already."""
    return page.changed_at if now < page.changed_at < now + SKEW else now


def _shelves(root: Path) -> set[str]:
    """The names of all pages that have, or had, a folder below `root`."""
    return {index.stem for index in (root / ".index").glob("*.sqlite3")}


def _whole(page: Page, shelf: Shelf, at: datetime) -> Plan:
    """Every file that the page has, and whatever else stands there: it may have to go."""
    kept = [each.path for each in shelf.index.files() if not each.path.startswith("assets/")]
    known = dict.fromkeys([*kept, *shelf.orphans()], Stage.REST)
    return soonest(known, inventory.everything(page, at))
