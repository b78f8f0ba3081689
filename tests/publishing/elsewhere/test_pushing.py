"""Pushing: what the publisher tells of arrives, later if it must, and never in the way."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from proof.waiting import until
from publishing.elsewhere import courier as couriers
from publishing.elsewhere import trouble as troubles
from publishing.elsewhere.courier import Courier
from publishing.elsewhere.filled import Filled
from publishing.elsewhere.pushing import Lease, Pusher
from publishing.elsewhere.trouble import Trouble
from publishing.models import PublishLease
from publishing.published.finished import Gone
from publishing.published.inventory import Stage
from publishing.published.shelf import Change, Shelf
from publishing.published.sites import Sites
from publishing.targets import NotOursError, PushError
from tests.publishing.elsewhere.leases import Held

MAIL, BILLING = "abcdefghijkl", "bbbbbbbbbbbb"
# Of a busy machine; nothing takes so long by itself.
PATIENCE = 60
SITES = Sites(front=MAIL, slugs={"mail": MAIL, "billing": BILLING})


@dataclass
class Elsewhere:
    """A target that keeps what it was told, and fails as often as the test says."""

    failures: int = 0
    closed: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    slow: threading.Event | None = None
    told: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def at(self, address: str) -> "Place":
        """The target at an address."""
        return Place(address, self)

    def note(self, verb: str, address: str, paths: Sequence[str]) -> None:
        """Keep it, or fail, as every address does that is closed."""
        self.asked.append(address)
        if self.slow:
            self.slow.wait(PATIENCE)
        if address in self.closed:
            raise PushError("HTTP 403")
        if self.failures:
            self.failures -= 1
            raise PushError("HTTP 503")
        self.told.append((verb, address, tuple(paths)))


@dataclass
class Place:
    """One address of it."""

    name: str
    elsewhere: Elsewhere

    def push(self, folder: Path, paths: Sequence[str]) -> None:
        """Keep which paths."""
        self.elsewhere.note("push", self.name, paths)

    def level(self, folder: Path) -> list[str]:
        """Keep which folder; its front page is another there."""
        self.elsewhere.note("level", self.name, [folder.name])
        return ["index.html", "index.html.gz"]


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """Where everything goes in these tests; failures are tried again at once."""
    target = Elsewhere()
    monkeypatch.setattr(couriers, "target_for", target.at)
    monkeypatch.setattr(troubles, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(couriers, "LOOKS_EVERY", 0.02)
    monkeypatch.setattr(couriers, "HELD_AT_MOST", 0.05)
    return target


@pytest.fixture
def pusher_of(tmp_path: Path) -> Iterator[Callable[..., Pusher]]:
    """Makes pushers that are stopped afterwards."""
    made: list[Pusher] = []
    for name in (MAIL, BILLING):
        (tmp_path / name).mkdir()

    def make(*addresses: str, lease: Lease | None = None) -> Pusher:
        pusher = Pusher(tmp_path, addresses, lease=lease or Held())
        pusher.take_sites(SITES)
        made.append(pusher.start())
        return pusher

    yield make
    for pusher in made:
        pusher.stop()


@pytest.fixture
def mail(tmp_path: Path) -> Shelf:
    """The front page's folder."""
    return Shelf(tmp_path, MAIL)


@pytest.fixture
def billing(tmp_path: Path) -> Shelf:
    """Another page's."""
    return Shelf(tmp_path, BILLING)


def has(elsewhere: Elsewhere, *told: tuple[str, str, tuple[str, ...]]) -> None:
    """Wait until exactly this was told."""
    until(lambda: len(elsewhere.told) >= len(told), PATIENCE, f"{told} (there is {elsewhere.told})")
    assert elsewhere.told == list(told)


def test_what_a_command_wrote_here_is_compared_there(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    pusher = pusher_of("x://one")
    pusher.take_whole(mail)
    has(elsewhere, ("level", "x://one", (MAIL,)))
    pusher.take_stranger(mail)
    has(elsewhere, ("level", "x://one", (MAIL,)), ("level", "x://one", (MAIL,)))


def test_a_change_is_pushed(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    pusher_of("file:///www").take_change(mail, Change(["", "incidents/a/"], ["incidents/b/"]))
    has(elsewhere, ("push", "file:///www", ("", "incidents/a/", "incidents/b/")))


@pytest.fixture
def _held_for_long(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is brought only because it waited, as `elsewhere` has it."""
    monkeypatch.setattr(couriers, "HELD_AT_MOST", PATIENCE)


@pytest.mark.usefixtures("_held_for_long")
def test_a_front_page_waits_for_what_it_refers_to(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    pusher = pusher_of("file:///www")
    # Before it is known what else is owed.
    pusher.take_change(mail, Change([""], []))
    mail.index.owe({"incidents/a/": Stage.NEWS, "de/": Stage.TONGUES}, {})
    pusher.take_change(mail, Change(["api/v2/summary.json"], []))
    time.sleep(0.2)
    assert elsewhere.told == []
    mail.put([Gone("incidents/a/")])
    pusher.take_change(mail, Change(["incidents/a/"], []))
    has(elsewhere, ("push", "file:///www", ("", "api/v2/summary.json", "incidents/a/")))


@pytest.mark.usefixtures("_held_for_long")
def test_a_further_language_waits_for_its_own_pages(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    pusher = pusher_of("file:///www")
    mail.index.owe({"de/incidents/a/": Stage.TONGUES, "uptime/": Stage.REST}, {})
    pusher.take_change(mail, Change(["de/", "de/history/"], []))
    time.sleep(0.2)
    assert elsewhere.told == []
    mail.put([Gone("de/incidents/a/")])
    pusher.take_change(mail, Change(["de/incidents/a/"], []))
    has(elsewhere, ("push", "file:///www", ("de/", "de/history/", "de/incidents/a/")))


def test_where_changes_never_stop_they_are_brought_now_and_then(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    pusher = pusher_of("file:///www")
    mail.index.owe({"incidents/a/": Stage.NEWS}, {})

    def is_brought_again() -> bool:
        pusher.take_change(mail, Change(["", "history.atom"], []))
        return len(elsewhere.told) > 2

    until(is_brought_again, PATIENCE, "it is brought again and again")


def test_only_the_front_page_goes_where_pages_have_no_place_of_their_own(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf, billing: Shelf
) -> None:
    pusher = pusher_of("file:///www")
    pusher.take_change(billing, Change([""], []))
    pusher.take_change(mail, Change(["history/"], []))
    has(elsewhere, ("push", "file:///www", ("history/",)))


def test_each_page_goes_to_its_own_place(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, billing: Shelf
) -> None:
    pusher_of("s3://bucket/{page}").take_change(billing, Change([""], []))
    has(elsewhere, ("push", "s3://bucket/billing", ("",)))


def test_nothing_is_compared_before_the_folder_is_whole(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    pusher = pusher_of("file:///www")
    pusher.take_change(mail, Change([""], []))
    has(elsewhere, ("push", "file:///www", ("",)))
    pusher.take_whole(mail)
    pusher.take_whole(mail)
    has(elsewhere, ("push", "file:///www", ("",)), ("level", "file:///www", (MAIL,)))


def test_what_failed_is_tried_again_and_shown_meanwhile(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    elsewhere.failures = 3
    pusher = pusher_of("file:///www")
    pusher.take_change(mail, Change([""], []))
    until(lambda: pusher.status()[0].failing_since, PATIENCE, "the failure is shown")
    assert pusher.status()[0].problem == "HTTP 503"
    pusher.take_change(mail, Change(["history/"], []))
    until(lambda: elsewhere.told, PATIENCE, "it arrives")
    assert {path for told in elsewhere.told for path in told[2]} == {"", "history/"}
    until(lambda: pusher.status()[0].pushed_at, PATIENCE, "the success is shown")
    assert pusher.status()[0].failing_since is None
    assert pusher.status()[0].waiting == 0


def test_a_place_that_fails_keeps_no_other_from_what_is_new(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf, billing: Shelf
) -> None:
    closed, other = "s3://bucket/mail", "s3://bucket/billing"
    elsewhere.closed.add(closed)
    pusher = pusher_of("s3://bucket/{page}")
    arrived: list[tuple[str, str, tuple[str, ...]]] = []
    for path in ("", "history/"):
        pusher.take_change(mail, Change([path], []))
        pusher.take_change(billing, Change([path], []))
        arrived.append(("push", other, (path,)))
        has(elsewhere, *arrived)
    until(lambda: pusher.status()[0].pushed_at, PATIENCE, "the success is shown")
    assert pusher.status()[0].failing_since
    assert pusher.status()[0].problem == "mail: HTTP 403"
    elsewhere.closed.clear()
    until(lambda: ("push", closed, ("", "history/")) in elsewhere.told, PATIENCE, "it arrives, too")
    until(lambda: not pusher.status()[0].failing_since, PATIENCE, "all is well again")
    assert pusher.status()[0].problem == ""


@pytest.fixture
def many(tmp_path: Path) -> Sites:
    """Five pages, each with a folder."""
    slugs = {f"p{number}": str(number) * 12 for number in range(5)}
    for page_id in slugs.values():
        (tmp_path / page_id).mkdir()
    return Sites(front=slugs["p0"], slugs=slugs)


def test_of_many_places_that_fail_some_are_named(
    tmp_path: Path, elsewhere: Elsewhere, many: Sites
) -> None:
    elsewhere.closed = {f"s3://bucket/{slug}" for slug in many.slugs}
    pusher = Pusher(tmp_path, ["s3://bucket/{page}"], lease=Held())
    pusher.take_sites(many)
    pusher.start()
    for page_id in many.slugs.values():
        pusher.take_change(Shelf(tmp_path, page_id), Change([""], []))
    said = "p0: HTTP 403; p1: HTTP 403; p2: HTTP 403; and at 2 more places"
    until(lambda: pusher.status()[0].problem == said, PATIENCE, "they are told of")
    pusher.stop()


def test_of_many_places_that_fail_one_is_asked_between_those_that_do_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, elsewhere: Elsewhere, many: Sites
) -> None:
    monkeypatch.setattr(troubles, "FIRST_WAIT", 0.0)
    courier = Courier(
        tmp_path, "s3://bucket/{page}", may_push=lambda: True, pushed=lambda *_told: None
    )
    courier.take_places(many.slugs)
    elsewhere.closed = {f"s3://bucket/p{number}" for number in range(4)}
    for page_id in many.slugs.values():
        courier.take_paths(page_id, [""])
    courier._round()
    assert len(elsewhere.asked) == 5
    for number in range(4):
        courier.take_paths(many.slugs["p4"], ["history/"])
        elsewhere.asked.clear()
        courier._round()
        assert elsewhere.asked == ["s3://bucket/p4", f"s3://bucket/p{number}"]
    elsewhere.closed.clear()
    elsewhere.asked.clear()
    courier._round()
    assert len(elsewhere.asked) == 4


def test_first_failures_of_many_places_hold_up_what_is_new_for_a_bounded_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, elsewhere: Elsewhere, many: Sites
) -> None:
    monkeypatch.setattr(troubles, "FIRST_WAIT", 10 * couriers.FAILING_AT_MOST)
    hung = 2 / 3 * couriers.FAILING_AT_MOST
    courier = Courier(
        tmp_path, "s3://bucket/{page}", may_push=lambda: True, pushed=lambda *_told: None,
        clock=lambda: hung * sum(elsewhere.asked.count(each) for each in elsewhere.closed),
    )  # fmt: skip
    courier.take_places(many.slugs)
    elsewhere.closed = {f"s3://bucket/p{number}" for number in range(4)}
    courier.take_paths(many.slugs["p4"], [""])
    courier._round()
    asked = [elsewhere.asked.copy()]
    for page_id in many.slugs.values():
        courier.take_paths(page_id, ["history/"])
    for _ in range(2):
        before = len(elsewhere.asked)
        courier.take_paths(many.slugs["p4"], ["history/"])
        courier._round()
        asked.append(elsewhere.asked[before:])
    assert [[each[-2:] for each in places] for places in asked] == [
        ["p4"], ["p4", "p0", "p1"], ["p4", "p2", "p3"],
    ]  # fmt: skip


def test_another_page_waits_as_long_for_a_place_that_fails(
    monkeypatch: pytest.MonkeyPatch, pusher_of: Callable[..., Pusher], elsewhere: Elsewhere,
    mail: Shelf,
) -> None:  # fmt: skip
    monkeypatch.setattr(troubles, "FIRST_WAIT", PATIENCE)
    elsewhere.closed.add("file:///www")
    pusher = pusher_of("file:///www")
    pusher.take_change(mail, Change([""], []))
    until(lambda: pusher.status()[0].failing_since, PATIENCE, "it fails")
    since = pusher.status()[0].failing_since
    pusher.take_sites(Sites(front=BILLING, slugs=SITES.slugs))
    time.sleep(0.2)
    assert pusher.status()[0].failing_since == since
    assert elsewhere.asked == ["file:///www"]


def test_after_a_failure_all_is_compared(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    pusher = pusher_of("file:///www")
    pusher.take_whole(mail)
    has(elsewhere, ("level", "file:///www", (MAIL,)))
    elsewhere.failures = 1
    pusher.take_change(mail, Change([""], []))
    has(elsewhere, *[("level", "file:///www", (MAIL,))] * 2)


def test_a_fault_of_our_own_does_not_end_the_thread(
    pusher_of: Callable[..., Pusher],
    elsewhere: Elsewhere,
    mail: Shelf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_address: str) -> Place:
        raise ZeroDivisionError

    pusher = pusher_of("file:///www")
    monkeypatch.setattr(couriers, "target_for", broken)
    pusher.take_change(mail, Change([""], []))
    until(lambda: pusher.status()[0].problem == "ZeroDivisionError", PATIENCE, "the fault is shown")
    monkeypatch.setattr(couriers, "target_for", elsewhere.at)
    has(elsewhere, ("push", "file:///www", ("",)))


def test_whoever_cannot_be_told_does_not_end_the_thread(
    tmp_path: Path, elsewhere: Elsewhere, mail: Shelf
) -> None:
    def broken(_page_id: str, _paths: Sequence[str]) -> None:
        raise ZeroDivisionError

    mail.folder.mkdir()
    courier = Courier(tmp_path, "file:///www", may_push=lambda: True, pushed=broken)
    courier.take_places({"front": MAIL})
    courier.start()
    courier.take_paths(MAIL, [""])
    has(elsewhere, ("push", "file:///www", ("",)))
    courier.take_paths(MAIL, ["history/"])
    has(elsewhere, ("push", "file:///www", ("",)), ("push", "file:///www", ("history/",)))
    courier.stop(3)


def test_a_round_that_breaks_off_does_not_end_the_thread(
    tmp_path: Path, elsewhere: Elsewhere, mail: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[int] = []

    def may_push() -> bool:
        asked.append(1)
        if len(asked) == 1:
            raise ZeroDivisionError
        return True

    mail.folder.mkdir()
    courier = Courier(tmp_path, "file:///www", may_push=may_push, pushed=lambda *_told: None)
    courier.take_places({"front": MAIL})
    courier.take_paths(MAIL, [""])
    courier.start()
    has(elsewhere, ("push", "file:///www", ("",)))
    courier.stop(3)
    assert "file:///www: the round was broken off" in caplog.text


def test_a_place_that_fails_for_weeks_is_asked_every_five_minutes(at: datetime) -> None:
    trouble = Trouble()
    waits = [trouble.grow("HTTP 503", at) for _ in range(2000)]
    assert waits[:3] == [1, 2, 4]
    assert waits[-1] == max(waits) == 300
    assert trouble.since == at


def test_whoever_publishes_never_waits(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    elsewhere.slow = threading.Event()
    pusher = pusher_of("file:///www", "file:///mirror")
    began = time.monotonic()
    for number in range(200):
        pusher.take_change(mail, Change([f"incidents/{number}/"], []))
    assert time.monotonic() - began < PATIENCE / 2
    elsewhere.slow.set()
    until(lambda: not sum(each.waiting for each in pusher.status()), PATIENCE, "all of it arrives")


def test_without_the_lease_nothing_is_pushed_and_after_taking_over_all_is_compared(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    lease = Held()
    lease.held = False
    pusher = pusher_of("file:///www", lease=lease)
    pusher.take_whole(mail)
    pusher.take_change(mail, Change([""], []))
    until(lambda: not pusher.status()[0].waiting, PATIENCE, "it is left to the other host")
    assert elsewhere.told == []
    lease.held = True
    has(elsewhere, ("level", "file:///www", (MAIL,)))


def test_without_the_lease_no_failure_from_before_is_told_of(
    monkeypatch: pytest.MonkeyPatch, pusher_of: Callable[..., Pusher], elsewhere: Elsewhere,
    mail: Shelf,
) -> None:  # fmt: skip
    monkeypatch.setattr(troubles, "FIRST_WAIT", PATIENCE)
    elsewhere.failures = 1
    lease = Held()
    pusher = pusher_of("file:///www", lease=lease)
    pusher.take_whole(mail)
    until(lambda: pusher.status()[0].failing_since, PATIENCE, "it fails")
    lease.held = False
    until(lambda: not pusher.status()[0].failing_since, PATIENCE, "it is the other host's now")
    assert pusher.status()[0].problem == ""
    lease.held = True
    has(elsewhere, ("level", "file:///www", (MAIL,)))


def test_of_a_page_that_is_hidden_or_renamed_nothing_stays_at_its_old_place(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, billing: Shelf
) -> None:
    pusher = pusher_of("s3://bucket/{page}")
    pusher.take_sites(Sites(front=MAIL, slugs={"mail": MAIL, "invoices": BILLING}))
    has(elsewhere, ("level", "s3://bucket/billing", (couriers.NOTHING.name,)))
    pusher.take_change(billing, Change([""], []))
    until(lambda: len(elsewhere.told) == 2, PATIENCE, "its new place is filled")
    assert elsewhere.told[1] == ("push", "s3://bucket/invoices", ("",))


def test_what_could_not_be_taken_away_yet_goes_after_a_restart_and_once(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, billing: Shelf, tmp_path: Path
) -> None:
    place = "s3://KEY:hush@bucket/{page}"
    first = pusher_of(place)
    first.take_change(billing, Change([""], []))
    until(lambda: elsewhere.told, PATIENCE, "its place is filled")
    elsewhere.failures = 10**6
    hidden = Sites(front=MAIL, slugs={"mail": MAIL})
    first.take_sites(hidden)
    hidden.keep(tmp_path)
    until(lambda: first.status()[0].failing_since, PATIENCE, "it cannot be emptied")
    first.stop()
    elsewhere.failures = 0
    elsewhere.told.clear()
    second = Pusher(tmp_path, [place], lease=Held()).start()
    emptied = ("level", place.replace("{page}", "billing"), (couriers.NOTHING.name,))
    has(elsewhere, emptied)
    until(lambda: not Filled(tmp_path, place).places(), PATIENCE, "that is noted")
    second.stop()
    third = Pusher(tmp_path, [place], lease=Held()).start()
    third.take_change(Shelf(tmp_path, MAIL), Change([""], []))
    until(lambda: len(elsewhere.told) == 2, PATIENCE, "another page is pushed")
    third.stop()
    assert elsewhere.told.count(emptied) == 1
    assert not [path for path in tmp_path.rglob("*") if {"KEY", "hush"} & {*path.parts}]


def test_a_place_that_never_was_ours_is_not_emptied_after_a_restart(
    pusher_of: Callable[..., Pusher],
    elsewhere: Elsewhere,
    billing: Shelf,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_told: object) -> None:
        raise NotOursError("the place is not empty")

    monkeypatch.setattr(elsewhere, "note", full)
    pusher = pusher_of("s3://bucket/{page}")
    pusher.take_change(billing, Change([""], []))
    until(lambda: pusher.status()[0].problem, PATIENCE, "the place refuses")
    pusher.stop()
    assert not Filled(tmp_path, "s3://bucket/{page}").places()


def test_a_place_that_somebody_else_took_is_left_to_them_when_its_page_leaves(
    pusher_of: Callable[..., Pusher],
    elsewhere: Elsewhere,
    billing: Shelf,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def full(_verb: str, address: str, _paths: Sequence[str]) -> None:
        asked.append(address)
        raise NotOursError("the place is not empty")

    pusher = pusher_of("s3://bucket/{page}")
    pusher.take_change(billing, Change([""], []))
    until(lambda: elsewhere.told, PATIENCE, "its place is filled")
    monkeypatch.setattr(elsewhere, "note", full)
    pusher.take_sites(Sites(front=MAIL, slugs={"mail": MAIL}))
    emptied = Filled(tmp_path, "s3://bucket/{page}")
    until(lambda: not emptied.places(), PATIENCE, "it is forgotten")
    time.sleep(0.2)
    assert pusher.status()[0].problem == ""
    assert asked == ["s3://bucket/billing"]


def test_targets_are_told_apart_without_their_keys(tmp_path: Path) -> None:
    Filled(tmp_path, "s3://KEY:hush@bucket/{page}").add("billing")
    assert Filled(tmp_path, "s3://OTHER:key@bucket/{page}").places() == {"billing"}
    assert not Filled(tmp_path, "s3://bucket/{page}?endpoint=https://s3.example.com").places()


def test_another_front_page_takes_the_place_of_the_old_one(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, billing: Shelf
) -> None:
    pusher = pusher_of("file:///www")
    pusher.take_sites(Sites(front=BILLING, slugs=SITES.slugs))
    pusher.take_whole(billing)
    has(elsewhere, ("level", "file:///www", (BILLING,)))


def test_where_the_front_page_is_hidden_another_one_takes_its_place_at_once(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf, billing: Shelf
) -> None:
    pusher = pusher_of("file:///www")
    for shelf in (mail, billing):
        pusher.take_whole(shelf)
    has(elsewhere, ("level", "file:///www", (MAIL,)))
    # Nothing was written on the other page, so that nothing is made of it.
    pusher.take_sites(Sites(front=BILLING, slugs={"billing": BILLING}))
    has(elsewhere, ("level", "file:///www", (MAIL,)), ("level", "file:///www", (BILLING,)))


def test_a_page_that_is_shown_again_takes_nothing_away_while_its_folder_is_filled(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, billing: Shelf
) -> None:
    pusher = pusher_of("s3://bucket/{page}")
    pusher.take_whole(billing)
    filled = ("level", "s3://bucket/billing", (BILLING,))
    emptied = ("level", "s3://bucket/billing", (couriers.NOTHING.name,))
    has(elsewhere, filled)
    pusher.take_sites(Sites(front=MAIL, slugs={"mail": MAIL}))
    has(elsewhere, filled, emptied)
    pusher.take_sites(SITES)
    pusher.take_change(billing, Change(["history/"], []))
    has(elsewhere, filled, emptied, ("push", "s3://bucket/billing", ("history/",)))


def test_a_folder_that_is_missing_takes_nothing_away_and_is_brought_when_it_is_there_again(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf, billing: Shelf
) -> None:
    pusher = pusher_of("s3://bucket/{page}")
    mail.folder.rmdir()
    pusher.take_whole(mail)
    pusher.take_change(billing, Change([""], []))
    has(elsewhere, ("push", "s3://bucket/billing", ("",)))
    assert pusher.status()[0].problem == ""
    mail.folder.mkdir()
    until(lambda: len(elsewhere.told) == 2, PATIENCE, "it is brought")
    assert elsewhere.told[1] == ("level", "s3://bucket/mail", (MAIL,))


def test_the_hook_hears_which_files_were_others_when_all_was_compared(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    told: list[tuple[str, list[str]]] = []
    courier = Courier(
        tmp_path,
        "file:///www",
        may_push=lambda: True,
        pushed=lambda page_id, paths: told.append((page_id, list(paths))),
    )
    courier.take_places({"front": MAIL})
    (tmp_path / MAIL).mkdir()
    courier.take_whole(MAIL)
    courier.start()
    until(lambda: told, PATIENCE, "it is told")
    courier.stop(3)
    assert told == [(MAIL, [""])]


def test_many_changes_are_brought_by_comparing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    monkeypatch.setattr(couriers, "MANY", 10)
    courier = Courier(tmp_path, "file:///www", may_push=lambda: True, pushed=lambda *_told: None)
    courier.take_places({"front": MAIL})
    (tmp_path / MAIL).mkdir()
    courier.take_whole(MAIL)
    courier.take_paths(MAIL, [f"incidents/{number}/" for number in range(11)])
    courier.start()
    has(elsewhere, ("level", "file:///www", (MAIL,)))
    courier.stop(3)


def test_what_nobody_told_of_is_found_by_comparing_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
    pusher_of: Callable[..., Pusher],
    elsewhere: Elsewhere,
    mail: Shelf,
) -> None:
    monkeypatch.setattr(couriers, "COMPARE_AFTER", 0.05)
    pusher_of("file:///www").take_whole(mail)
    until(lambda: len(elsewhere.told) > 3, PATIENCE, "it is compared again")


@pytest.mark.django_db(transaction=True)
def test_of_two_hosts_one_pushes_and_the_other_takes_over(
    pusher_of: Callable[..., Pusher], elsewhere: Elsewhere, mail: Shelf
) -> None:
    first, second = Lease(0.05), Lease(0.05)
    one, two = pusher_of("file:///one", lease=first), pusher_of("file:///two", lease=second)
    for pusher in (one, two):
        pusher.take_whole(mail)
    until(lambda: first.is_held() or second.is_held(), PATIENCE, "one of them may push")
    until(lambda: elsewhere.told, PATIENCE, "it pushes")
    time.sleep(0.2)
    assert first.is_held() != second.is_held()
    assert len({told[1] for told in elsewhere.told}) == 1
    (one if first.is_held() else two).stop()
    until(lambda: len({told[1] for told in elsewhere.told}) == 2, PATIENCE, "the other takes over")


@pytest.mark.django_db(transaction=True)
def test_a_host_whose_folder_lags_does_not_ask() -> None:
    fit: list[bool] = []
    lagging = Lease(0.02, is_fit=lambda: bool(fit))
    lagging.start()
    time.sleep(0.2)
    assert not lagging.is_held()
    assert not PublishLease.objects.exists()
    fit.append(True)
    until(lagging.is_held, PATIENCE, "it is held")
    fit.clear()
    until(lambda: not lagging.is_held(), PATIENCE, "it is let go")
    lagging.stop(5)


@pytest.mark.django_db(transaction=True)
def test_a_lost_database_costs_the_lease_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    lease = Lease(0.02)
    lease.start()
    until(lease.is_held, PATIENCE, "it is held")
    with monkeypatch.context() as lost:
        lost.setattr("publishing.elsewhere.pushing.database_now", _lost)
        time.sleep(0.2)
        assert lease.is_held()
    lease.stop(5)
    assert not lease.is_held()
    connection.close()


def _lost() -> None:
    raise OperationalError
