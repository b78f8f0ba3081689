"""What the publisher makes and the couriers bring: copies refer to nothing that is not there yet."""

import time
from datetime import datetime, timedelta

import pytest

from incidents.models import Component, Page
from people.actors import Actor
from proof.waiting import until
from publishing.elsewhere import courier as couriers
from publishing.elsewhere.pushing import Pusher
from publishing.published.shelf import INDEX, Change, Shelf
from publishing.published.sites import Sites
from tests.publishing.elsewhere.leases import Held
from tests.publishing.published.conftest import Press
from tests.publishing.world import open_trouble

PATIENCE = 60


def test_whoever_reads_a_copy_finds_what_its_front_pages_refer_to(
    press: Press,
    page: Page,
    mailstore: Component,
    by: Actor,
    at: datetime,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(couriers, "HELD_AT_MOST", PATIENCE)
    page.change(by=by, at=at, languages=["de"])
    press.look()
    copy = tmp_path_factory.mktemp("copy") / "www"
    pusher = Pusher(press.root, [f"file://{copy}"], lease=Held())
    pusher.take_sites(Sites.read())
    pusher.take_whole(press.shelf(page))
    pusher.start()
    until((copy / INDEX).exists, PATIENCE, "the page is there")
    path = open_trouble(page, mailstore, by, at).public_path
    missed: set[str] = set()
    seen: set[str] = set()

    def bring(shelf: Shelf, change: Change) -> None:
        pusher.take_change(shelf, change)
        if {*change.changed} & {"", "de/", path, f"de/{path}"}:
            # Time enough to bring it.
            time.sleep(0.3)
        look()

    def look() -> None:
        for folder in ("", "de/"):
            if path in (copy / folder / INDEX).read_text():
                there = (copy / folder / path / INDEX).exists()
                (seen if there else missed).add(folder)

    def is_brought() -> bool:
        look()
        return seen == {"", "de/"}

    press.publisher.on_change.append(bring)
    press.publisher.on_whole.append(pusher.take_whole)
    press.look(after=timedelta(minutes=1))
    until(is_brought, PATIENCE, "all is brought")
    pusher.stop()
    assert not missed
