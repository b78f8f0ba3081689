"""Makes public files from the record: what a change touches, what falls due, the soonest first.

One publisher a host writes the folder of that host. It asks the database five times a second
whether anything is new, which costs one small query and needs no broker.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from time import monotonic, time
from typing import Final

from django.utils import timezone

from incidents.core.viewers import PUBLIC
from incidents.models import Page
from incidents.models.site.page import PageQuerySet
from publishing.core.paths import SUFFIX
from publishing.published import inventory
from publishing.published.due import next_moment
from publishing.published.finished import Finished
from publishing.published.inventory import Stage
from publishing.published.losses import Losses
from publishing.published.making import made
from publishing.published.news import SKEW, is_told, news, whole
from publishing.published.shelf import Change, Shelf
from publishing.published.sitekeeper import Sitekeeper
from publishing.published.snapshot import snapshot
from publishing.published.troubles import OF_A_PLACE, Unwritable, raise_any
from publishing.published.turns import QUIET, Turns
from publishing.sitting import Seat, sitting

AT_ONCE: Final = 16
# In seconds: how long one turn of a page takes, and how long a finished file waits for others.
TURN: Final = 0.05
FLUSH: Final = 0.04
# Where news is read: the front page and the page of what it is about.
FIRST: Final = re.compile(r"|(?:incidents|maintenance)/[^/]+/")
# Seconds after which nobody is writing a draft any more.
LEFT_BEHIND: Final = 600

type Listener = Callable[[Shelf, Change], None]
type WholeListener = Callable[[Shelf], None]


class Publisher:
    """Keeps the published folders below `root` like the record."""

    def __init__(
        self,
        root: Path,
        clock: Callable[[], datetime] = timezone.now,
        quiet: timedelta = QUIET,
    ) -> None:
        self.root = root
        self.clock = clock
        self.keeper = Sitekeeper(root)
        self.on_change: list[Listener] = []
        self.on_whole: list[WholeListener] = []
        self.on_strangers: list[WholeListener] = []
        self._turns = Turns(clock, quiet)
        self._losses = Losses()
        self._stamps: dict[str, str] = {}
        self._unplaced: dict[str, OSError] = {}
        self._seats: dict[str, Seat] = {}
        self._looked = inventory.BEGINNING
        # Called before anything is computed: a web process lets whoever writes go first.
        self.give_way: Callable[[], None] = lambda: None
        self._clean_up()

    def look(self) -> bool:
        """Look once for what is new, and make one batch for each page; returns whether any is left.

        Where something is written meanwhile, the other pages wait for the next look. Raises
        DatabaseError or OSError where the record or the disk cannot be reached, and Stuck where
        only some pages could not be turned: what stands goes on standing, and the next look mends
        it.
        """
        self._heed_the_clock()
        pages = list(_public())
        if not pages and self.keeper.sites.pages and not Page.objects.exists():
            # Pages are never deleted: the record is just being restored.
            return False
        self.keeper.keep()
        self._leave({page.public_id for page in pages})
        turns: list[bool] = []
        troubles: dict[str, Exception] = {}
        for page in self._in_order(pages):
            try:
                turns.append(self._turn(page))
            except Exception as error:  # noqa: BLE001 -- raised below: one page holds up no other
                troubles[page.slug] = error
        raise_any(troubles, left=any(turns))
        return any(turns) or len(turns) < len(pages)

    def publish(self, pages: Iterable[Page], *, anew: bool = False) -> None:
        """Bring these pages wholly up to date now, or make all their files anew.

        For commands: `look` shares its time among the pages.
        """
        self.keeper.keep()
        for page in pages:
            shelf = self.shelf(page)
            if anew:
                shelf.index.owe(whole(page, shelf, self.clock()), {})
            self._turns.forget(page)
            while self._turn(page, wait=True):
                pass

    def shelf(self, page: Page) -> Shelf:
        """The folder of a page."""
        return Shelf(self.root, page.public_id)

    def _in_order(self, pages: list[Page]) -> Iterator[Page]:
        """What was just touched; then the others, until something is touched again."""
        seen = {page.public_id: page.version for page in pages}
        touched = self._turns.touched(pages)
        others = self._turns.others(page for page in pages if page not in touched)
        yield from touched
        for page in others:
            before = self._turns.last(page)
            yield page
            if self._turns.last(page) != before and self._turns.are_overtaken(seen, _versions()):
                return

    def _turn(self, page: Page, *, wait: bool = False) -> bool:
        """Note what is new on a page, if anything, and make a batch; may it go on at once?"""
        self._heed_strangers(page)
        shelf = self.shelf(page)
        may_have_lost = self._losses.are_due(shelf)
        fresh = may_have_lost or self._turns.is_fresh(page)
        if not (fresh or wait or self._turns.may_go_on(page)):
            return False
        with shelf.held(wait=wait) as mine:
            if not mine:
                return True
            self.give_way()
            if not _public().filter(pk=page.pk).exists():
                # Not for everybody since we last looked: whoever holds the sites clears it away.
                return False
            seat = self._seats.setdefault(page.public_id, Seat(give_way=self.give_way))
            with snapshot(), sitting(seat):
                page.refresh_from_db()
                at = _instant(page, self.clock(), seat, fresh=fresh)
                if may_have_lost:
                    self._losses.owe(page, shelf, at)
                if fresh:
                    self._note_what_is_new(page, shelf, at)
                self._make_batch(page, shelf, at)
        left = self._end_turn(page, shelf, wait=wait)
        self._raise_unplaced()
        return left

    def _end_turn(self, page: Page, shelf: Shelf, *, wait: bool) -> bool:
        owes = shelf.index.soonest()
        self._turns.end(page, owes)
        if owes is None:
            self._seats[page.public_id].clear()
            for listener in self.on_whole:
                listener(shelf)
        return owes is not None and (wait or self._turns.may_go_on(page))

    def _note_what_is_new(self, page: Page, shelf: Shelf, at: datetime) -> None:
        first = self._front_first(page, shelf, at)
        plan, marks = news(page, shelf, at)
        for each in first:
            plan.pop(each.path, None)
        shelf.index.owe(plan, marks)
        if plan or first:
            shelf.index.take_up()
        self._turns.note(page, next_moment(page, at))

    def _front_first(self, page: Page, shelf: Shelf, at: datetime) -> list[Finished]:
        """Show a change where everybody looks, before working out what else tells of it."""
        if not is_told(page, shelf.index.marks()):
            return []
        front = made(page, "", at, shelf)
        self._put(shelf, front)
        return front

    def _make_batch(self, page: Page, shelf: Shelf, at: datetime) -> None:
        """Make what is owed soonest, for about as long as a change may go unseen."""
        waiting = in_order(shelf.index.owed(AT_ONCE))
        # From here on, so that a slow database leaves time for at least one file. How things
        # are now is read once for all files that tell of it, and these are made together.
        over = inf if shelf.index.soonest() == Stage.STATE else monotonic() + TURN
        while waiting and monotonic() < over:
            done: list[Finished] = []
            flush = monotonic() + FLUSH
            while waiting and (not done or monotonic() < flush):
                self.give_way()
                done += made(page, waiting.pop(0), at, shelf)
            self._put(shelf, done)

    def _put(self, shelf: Shelf, done: list[Finished]) -> None:
        """Put files in place; one that cannot stand there holds up no other."""
        try:
            change = shelf.put(done)
        except OF_A_PLACE as problem:
            self._put_apart(shelf, done, problem)
            return
        self._stamps[shelf.name] = shelf.stamp()
        for listener in self.on_change:
            listener(shelf, change)

    def _put_apart(self, shelf: Shelf, done: list[Finished], problem: OSError) -> None:
        """Find out which of these files has no place, and let it wait until there is one."""
        if len(done) > 1:
            for each in done:
                self._put(shelf, [each])
        else:
            shelf.index.put_last(done[0].path)
            self._unplaced[done[0].path] = problem

    def _raise_unplaced(self) -> None:
        unplaced, self._unplaced = self._unplaced, {}
        for problem in unplaced.values():
            raise Unwritable(", ".join(f"/{path}" for path in sorted(unplaced))) from problem

    def _leave(self, public: set[str]) -> None:
        """Forget what was read of pages that are not for everybody any more."""
        self._seats = {name: seat for name, seat in self._seats.items() if name in public}

    def _heed_strangers(self, page: Page) -> None:
        """Tell of files that another process of this host wrote meanwhile, such as a command."""
        shelf = self.shelf(page)
        stamp = shelf.stamp()
        if self._stamps.setdefault(shelf.name, stamp) != stamp:
            self._stamps[shelf.name] = stamp
            for listener in self.on_strangers:
                listener(shelf)

    def _heed_the_clock(self) -> None:
        """Where it was set back, nothing waits for the instants that were ahead of it."""
        now = self.clock()
        if now + SKEW < self._looked:
            self._turns.forget()
        self._looked = now

    def _clean_up(self) -> None:
        """Take away what a killed publisher left half written, and nothing of one that is alive."""
        drafts = self.root / ".drafts"
        drafts.mkdir(parents=True, exist_ok=True)
        for draft in drafts.iterdir():
            with suppress(FileNotFoundError):
                if time() - draft.stat().st_mtime > LEFT_BEHIND:
                    draft.unlink()


def in_order(paths: list[str]) -> list[str]:
    """Where news is read first; twins last, which are told from their pages."""
    if len(paths) == AT_ONCE and paths[-1].endswith(SUFFIX):
        # Its page is owed next: both wait.
        paths = paths[:-1]
    return sorted(paths, key=lambda path: (path.endswith(SUFFIX), not FIRST.fullmatch(path)))


def _public() -> PageQuerySet:
    return Page.objects.visible_to(PUBLIC).order_by("-is_front", "pk")


def _versions() -> dict[str, int]:
    return dict(_public().values_list("public_id", "version"))


def _instant(page: Page, now: datetime, seat: Seat, *, fresh: bool) -> datetime:
    """Now; or for what is left of a look, the instant of that: what it read is good for both.

    Or what another host's clock, a little ahead of ours, has written already.
    """
    before = None if fresh else seat.at_hand(page.version, now)
    if before is not None:
        return before
    at = page.changed_at if now < page.changed_at < now + SKEW else now
    seat.clear(page.version, at)
    return at
