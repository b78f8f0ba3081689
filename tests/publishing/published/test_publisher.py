"""What changes is published, nothing else is touched, and what stands is what the record gives."""

import errno
import itertools
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from incidents.models import Component, Incident, Maintenance, Page, Postmortem, Update
from incidents.models.site.page import PageQuerySet
from people.actors import Actor
from publishing import rendering
from publishing.published import due, inventory, losses, making, news, publisher, turns
from publishing.published.publisher import Publisher
from publishing.published.shelf import Shelf, file_of
from publishing.published.sites import Sites
from publishing.published.snapshot import snapshot
from publishing.published.troubles import Stuck
from publishing.sitting import YOUNG
from publishing.words.stamps import stamped
from tests.publishing.published.conftest import Press
from tests.publishing.world import open_trouble

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_the_first_look_publishes_everything(
    press: Press, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.resolve(body="It is over.", by=by, at=at + HOUR)
    press.look(after=2 * HOUR)
    assert "Mail cannot be read" in press.read(page, incident.public_path)
    assert '"indicator":"none"' in press.read(page, "api/v2/summary.json")
    assert press.read(page, "history/2026-03/")
    assert press.differences(page) == []


def test_where_nothing_is_new_nothing_is_written(press: Press, page: Page) -> None:
    press.look()
    assert press.look(after=timedelta(seconds=1)) == set()


def test_an_update_is_on_the_front_page_its_own_and_in_the_feeds(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident = open_trouble(page, mailstore, by, at)
    other = open_trouble(page, mailstore, by, at - 2 * HOUR)
    press.look()
    Update.post(incident, body="A zebra crossed.", by=by, at=at + MINUTE)
    changed = press.look(after=MINUTE)
    for path in ("", incident.public_path, "history.atom", "api/v2/incidents/unresolved.json"):
        assert "A zebra crossed." in press.read(page, path), path
        assert path in changed
    assert not {path for path in changed if path.startswith(f"incidents/{other.public_id}/as-of/")}
    assert press.differences(page) == []


def test_an_incident_as_it_stood_at_an_update_is_made_within_the_second_of_that_update(
    press: Press, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    press.look()
    later = at + MINUTE
    Update.post(incident, body="A zebra crossed.", by=by, at=later + timedelta(milliseconds=250))
    press.look(after=MINUTE + timedelta(milliseconds=450))
    stood = f"{incident.public_path}as-of/{stamped(later + timedelta(milliseconds=250))}/"
    assert "A zebra crossed." in press.read(page, stood)
    incident.windows.get().supersede(
        level="partial_outage", because="Half.", by=by, at=later + timedelta(milliseconds=750)
    )
    press.look(after=timedelta(milliseconds=400))
    assert press.differences(page) == []
    press.look(after=HOUR)
    assert press.differences(page) == []


def test_the_front_page_tells_before_it_is_worked_out_what_else_does(
    press: Press, page: Page, incident: Incident, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    press.look()
    fronts = []
    real = news.news

    def working_out(
        page: Page, shelf: Shelf, at: datetime
    ) -> tuple[inventory.Plan, dict[str, str]]:
        fronts.append(press.read(page, ""))
        plan, marks = real(page, shelf, at)
        assert "" in plan
        return plan, marks

    monkeypatch.setattr(publisher, "news", working_out)
    Update.post(incident, body="A zebra crossed.", by=by, at=at + MINUTE)
    press.look(after=MINUTE)
    assert "A zebra crossed." in fronts[0]
    assert press.differences(page) == []


def test_what_readers_never_see_has_no_front_page_made(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    press.look()
    shelf = press.publisher.shelf(page)
    with page.writing(by=by, at=at + MINUTE) as journal:
        journal.append("private_note.written", page)
    page.refresh_from_db()
    assert not news.is_told(page, shelf.index.marks())
    page.change(name="Another", by=by, at=at + MINUTE)
    assert news.is_told(page, shelf.index.marks())


def test_a_change_touches_as_many_files_however_long_the_history_is(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    counted = []
    for rounds in (1, 8):
        for number in range(rounds):
            old = Incident.open(
                page, title=f"Old {number}", body="x", by=by, at=at - timedelta(days=40 * rounds)
            )
            old.resolve(body="Over.", by=by, at=at - timedelta(days=40 * rounds) + HOUR)
        press.look(after=MINUTE)
        fresh = Incident.open(
            page, title="Fresh", body="x", levels={mailstore: "major_outage"}, by=by, at=press.now
        )
        press.look(after=MINUTE)
        Update.post(fresh, body="More.", by=by, at=press.now)
        counted.append(len(press.look(after=timedelta(seconds=1))))
        fresh.withdraw(reason="Drill.", by=by, at=press.now)
        press.look(after=MINUTE)
    assert counted[0] == counted[1]


def test_a_promise_falls_due_without_anybody_writing(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident = open_trouble(page, mailstore, by, at)
    press.look()
    assert 'data-state="late"' not in press.read(page, incident.public_path)
    before = press.read(page, "promises/")
    assert incident.public_path in press.look(after=13 * MINUTE)
    assert press.read(page, "promises/") != before
    assert press.differences(page) == []


def test_the_stamp_of_the_front_page_is_never_older_than_a_minute_while_something_goes_on(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    press.look()
    assert "" not in press.look(after=2 * MINUTE)
    assert "" in press.look(after=4 * MINUTE)
    open_trouble(page, mailstore, by, press.now)
    press.look()
    assert "" in press.look(after=MINUTE)


def test_midnight_gives_every_component_a_new_day(
    press: Press, page: Page, component: Component, by: Actor, at: datetime
) -> None:
    press.look()
    changed = press.look(after=13 * HOUR)
    assert {component.public_path, "uptime/"} <= changed
    assert press.differences(page) == []


def test_planned_work_begins_on_the_page_when_its_time_comes(
    press: Press, page: Page, component: Component, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(
        page, title="Disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        components=[component], by=by, at=at,
    )  # fmt: skip
    press.look()
    Maintenance.run_edges(at=at + HOUR)
    press.look(after=HOUR)
    assert '"status":"in_progress"' in press.read(page, "api/v2/summary.json")
    assert press.differences(page) == []


def test_withdrawing_takes_the_page_away_and_leaves_a_tombstone(
    press: Press, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    press.look()
    incident.withdraw(reason="It was somebody else's.", by=by, at=at + MINUTE)
    press.look(after=MINUTE)
    assert press.read(page, incident.public_path) == ""
    tombstone = press.shelf(page).folder / ".gone" / incident.public_path
    assert "somebody else" in (tombstone / "index.html").read_text()
    assert press.differences(page) == []


def test_a_redacted_word_is_gone_from_every_file(
    press: Press, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    update = Update.post(incident, body="A zebra named Joe.", by=by, at=at)
    press.look()
    assert "zebra" in press.read(page, incident.public_path)
    update.redact(reason="A customer's name.", by=by, at=at + MINUTE)
    press.look(after=MINUTE)
    assert holding(press, page, "zebra") == []
    assert press.differences(page) == []


def test_a_page_that_becomes_private_is_gone_from_the_folder_at_once(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    press.look()
    folder = press.shelf(page).folder
    assert (press.root / "front").resolve() == folder.resolve()
    page.change(visibility="private", by=by, at=at + MINUTE)
    press.look(after=MINUTE)
    assert not folder.exists()
    assert not (press.root / "front").is_symlink()
    assert "Example Mail" not in (press.root / ".sites.json").read_text()


def test_a_full_disk_keeps_no_page_public(
    press: Press, page: Page, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.look()
    told: list[Sites] = []
    press.publisher.keeper.on_sites.append(told.append)

    def full(_sites: Sites, _root: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Sites, "keep", full)
    page.change(visibility="private", by=by, at=at + MINUTE)
    with pytest.raises(OSError, match="No space"):
        press.look(after=MINUTE)
    assert told[0].pages == {}
    assert not press.shelf(page).folder.exists()
    monkeypatch.undo()
    press.look()
    assert "Example Mail" not in (press.root / ".sites.json").read_text()


def test_no_address_of_staff_is_kept_beside_the_files(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    page.change(on_call_email="oncall@example.com", by=by, at=at)
    press.look()
    assert "oncall" not in (press.root / ".sites.json").read_text()


def test_a_folder_that_was_deleted_comes_back(press: Press, page: Page, incident: Incident) -> None:
    press.look()
    before = {each.path for each in press.shelf(page).index.files()}
    shutil.rmtree(press.shelf(page).folder)
    press.look()
    assert {each.path for each in press.shelf(page).index.files()} == before
    assert press.differences(page) == []
    shutil.rmtree(press.root)
    press.look()
    assert (press.root / "front/index.html").is_file()
    assert press.differences(page) == []


def test_a_part_of_a_folder_that_was_deleted_comes_back(
    press: Press, page: Page, incident: Incident, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    gone = Incident.open(page, title="Another's", body="x", by=by, at=at)
    gone.withdraw(reason="Not ours.", by=by, at=at)
    press.look()
    folder = press.shelf(page).folder

    def delete_parts() -> None:
        for part in ("incidents", "assets", ".gone"):
            shutil.rmtree(folder / part)

    delete_parts()
    sheet = next(path for path in inventory.of_assets() if path.endswith(".css"))
    assert {incident.public_path, gone.public_path, sheet} <= set(press.differences(page))
    press.publisher = Publisher(press.root, lambda: press.now, quiet=timedelta())
    press.look()
    assert press.differences(page) == []
    delete_parts()
    press.look(after=MINUTE)
    assert press.differences(page) != []
    monkeypatch.setattr(losses, "EVERY", 0.0)
    press.publisher.look()
    monkeypatch.undo()
    press.look()
    assert press.differences(page) == []


def test_a_file_that_was_tampered_with_is_found_and_put_right(press: Press, page: Page) -> None:
    press.look()
    (press.shelf(page).folder / "index.html").write_text("All is well.")
    assert press.differences(page) == [""]
    press.publisher.publish([page], anew=True)
    assert press.differences(page) == []


def test_a_record_restored_from_a_copy_is_published_as_it_is(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    press.look()
    with transaction.atomic():
        lost = Incident.open(page, title="A lost zebra", body="zebra", by=by, at=at)
        press.look(after=MINUTE)
        assert press.read(page, lost.public_path)
        transaction.set_rollback(True)
    fresh = Incident.open(page, title="Another one", body="x", by=by, at=at)
    press.look(after=MINUTE)
    assert holding(press, page, "zebra") == []
    assert press.read(page, fresh.public_path)
    assert press.differences(page) == []


def test_nothing_is_taken_away_while_a_record_is_being_restored(
    press: Press, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.look()
    monkeypatch.setattr(PageQuerySet, "visible_to", lambda self, _viewer: self.none())
    monkeypatch.setattr(PageQuerySet, "exists", lambda _self: False)
    press.look(after=MINUTE)
    assert press.read(page, "")


def test_a_clock_that_was_set_back_tells_the_truth_again(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident = open_trouble(page, mailstore, by, at)
    press.look(after=HOUR)
    assert 'data-state="late"' in press.read(page, incident.public_path)
    press.look(after=5 * MINUTE - HOUR)
    assert 'data-state="late"' not in press.read(page, incident.public_path)
    assert press.differences(page) == []


def test_what_became_private_under_a_command_is_not_made(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    known = Page.objects.get(pk=page.pk)
    page.change(visibility="private", by=by, at=at + MINUTE)
    press.publisher.publish([known], anew=True)
    assert not list(press.shelf(page).folder.rglob("*.html"))


def test_a_slow_database_leaves_time_for_a_file(
    press: Press, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(0.0, publisher.TURN * 0.9)
    monkeypatch.setattr(publisher, "monotonic", lambda: next(clock))
    monkeypatch.setattr(Page, "refresh_from_db", lambda _page: (next(clock), next(clock)))
    press.publisher.look()
    assert press.shelf(page).index.files()


def test_how_things_are_now_is_told_by_all_files_together_however_long_that_takes(
    press: Press, page: Page, incident: Incident, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.look()
    press.now += timedelta(seconds=1)
    Update.post(incident, body="A new word.", by=by, at=press.now)
    clock = itertools.count(0.0, publisher.TURN)
    monkeypatch.setattr(publisher, "monotonic", lambda: next(clock))
    press.publisher.look()
    made = {each.path for each in press.shelf(page).index.files() if each.at == press.now}
    assert set(inventory.STATE) <= made
    assert "history.atom" not in made


def test_all_files_of_a_change_show_its_instant_however_many_looks_they_take(
    press: Press, page: Page, incident: Incident, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.look()
    monkeypatch.setattr(publisher, "TURN", 0.0001)
    monkeypatch.setattr(publisher, "FLUSH", 0.0)
    press.now += timedelta(minutes=1)
    posted = press.now
    Update.post(incident, body="A new word.", by=by, at=posted)
    looks = 1
    while press.publisher.look():
        # So many looks take longer than what was read is used on.
        press.now += timedelta(milliseconds=400)
        looks += 1
    files = press.shelf(page).index.files()
    shown = sorted({each.at for each in files if posted <= each.at})
    assert looks > 10
    assert shown[0] == posted
    assert 1 < len(shown) < looks / 5
    assert all(later - sooner >= YOUNG for sooner, later in itertools.pairwise(shown))
    assert press.differences(page) == []


def test_what_was_read_for_a_page_is_forgotten_when_nothing_is_owed(
    press: Press, page: Page, component: Component
) -> None:
    press.publisher.look()
    (seat,) = press.publisher._seats.values()
    assert seat.kept
    press.look()
    assert not seat.kept
    assert seat.before.components


def test_what_was_read_of_a_page_that_becomes_private_is_forgotten(
    press: Press, page: Page, component: Component, by: Actor, at: datetime
) -> None:
    press.look()
    page.change(visibility="private", by=by, at=at + MINUTE)
    Page.found(name="Other", slug="other", by=by, at=at)
    press.look(after=MINUTE)
    assert page.public_id not in press.publisher._seats


@pytest.mark.django_db(transaction=True)
def test_where_the_database_ended_the_reading_by_itself_the_cause_is_said() -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL lets the reader end a transaction that failed")

    def fill_the_disk() -> None:
        with snapshot():
            connection.connection.rollback()
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fill_the_disk()


def test_whatever_a_crash_left_of_a_stamp_holds_up_nothing(
    press: Press, page: Page, incident: Incident, by: Actor
) -> None:
    press.look()
    (press.root / ".index" / f"{page.public_id}.stamp").write_bytes(b"\xf7\xff")
    Update.post(incident, body="A zebra crossed.", by=by, at=press.now + MINUTE)
    press.look(after=MINUTE)
    assert "A zebra crossed." in press.read(page, "")


def test_drafts_and_rehearsals_never_enter_the_folder(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    Incident.open(page, title="A quiet zebra", body="zebra", rehearsal=True, by=by, at=at)
    known = Incident.open(page, title="Known", body="x", by=by, at=at)
    Postmortem.draft(page, title="A hidden zebra", incidents=[known], by=by, at=at)
    press.look()
    assert holding(press, page, "Known")
    assert holding(press, page, "zebra") == []


def test_other_looks_have_every_file_made_anew(
    press: Press, page: Page, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.look()
    monkeypatch.setattr(news, "build", lambda: "another")
    press.now += timedelta(seconds=1)
    again = Publisher(press.root, lambda: press.now)
    while again.look():
        pass
    files = press.shelf(page).index.files()
    # What is frozen shows an instant of its own.
    assert {each.at for each in files if "/as-of/" not in each.path} == {press.now}


def test_another_address_of_the_site_stands_in_every_file(
    press: Press, page: Page, incident: Incident, settings: Settings
) -> None:
    press.look()
    before = settings.SITE_URL
    assert before in press.read(page, incident.public_path)
    settings.SITE_URL = "https://status.example.org"
    press.publisher = Publisher(press.root, lambda: press.now, quiet=timedelta())
    press.look()
    assert holding(press, page, before) == []
    assert press.differences(page) == []


def test_a_way_to_be_told_that_was_opened_is_offered(
    press: Press, page: Page, settings: Settings
) -> None:
    press.look()
    assert "subscribe/sms/" not in press.read(page, "subscribe/")
    settings.SMS_URL, settings.SMS_SIGN_UP = "twilio://AC1:key@%2B15550100", True
    settings.SMS_COUNTRIES = ["+1"]
    press.publisher = Publisher(press.root, lambda: press.now, quiet=timedelta())
    press.look()
    assert "subscribe/sms/" in press.read(page, "subscribe/")


def test_what_cannot_be_made_holds_up_nothing_else(
    press: Press, page: Page, component: Component, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    press.look()
    real = rendering.render

    def stumbling(page: Page, path: str, at: datetime) -> object:
        if path == "":
            raise RuntimeError("a mistake of ours")
        return real(page, path, at)

    monkeypatch.setattr(making, "render", stumbling)
    Incident.open(page, title="Broken", body="x", by=by, at=at + MINUTE)
    press.look(after=MINUTE)
    assert "Broken" in press.read(page, "api/v2/summary.json")
    assert "Broken" not in press.read(page, "")
    assert "goes on standing" in caplog.text
    monkeypatch.undo()
    press.look(after=MINUTE)
    assert "Broken" in press.read(page, "")


@pytest.mark.parametrize("path", ["", "api/v2/summary.json", "history.atom"])
def test_a_file_whose_place_is_taken_holds_up_nothing_else(
    press: Press, page: Page, by: Actor, at: datetime, path: str
) -> None:
    press.look()
    place = press.shelf(page).folder / file_of(path)
    place.unlink()
    place.mkdir()
    incident = Incident.open(page, title="Broken", body="x", by=by, at=at + MINUTE)
    press.now += MINUTE
    for _look in range(9):
        with suppress(Stuck):
            press.look()
    others = {"", "api/v2/summary.json", incident.public_path, "history.atom"} - {path}
    assert all("Broken" in press.read(page, each) for each in others)
    place.rmdir()
    press.look(after=MINUTE)
    assert "Broken" in press.read(page, path)
    assert press.differences(page) == []


def test_whoever_runs_the_host_is_told_which_file_has_no_place(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    press.look()
    place = press.shelf(page).folder / "api/v2/summary.json"
    place.unlink()
    place.mkdir()
    Incident.open(page, title="Broken", body="x", by=by, at=at + MINUTE)
    with pytest.raises(Stuck, match=page.slug) as stuck:
        press.look(after=MINUTE)
    assert "/api/v2/summary.json" in str(stuck.value.__cause__)


def test_a_killed_publisher_goes_on_where_it_was(
    press: Press, page: Page, component: Component, by: Actor, at: datetime, tmp_path: Path
) -> None:
    press.look()
    incident = open_trouble(page, component, by, at)
    press.now += MINUTE
    press.publisher.look()
    (tmp_path / ".drafts" / "half").write_text("half a page")
    os.utime(tmp_path / ".drafts" / "half", (0, 0))
    (tmp_path / ".drafts" / "alive").write_text("what another process is writing")
    again = Publisher(tmp_path, lambda: press.now)
    while again.look():
        pass
    assert [each.name for each in (tmp_path / ".drafts").iterdir()] == ["alive"]
    assert "The search index is being rebuilt." in press.read(page, incident.public_path)
    assert press.differences(page) == []


def test_what_another_process_writes_here_is_heeded(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    press.look()
    heard: list[str] = []
    press.publisher.on_strangers.append(lambda shelf: heard.append(shelf.name))
    Incident.open(page, title="Down", body="x", by=by, at=at)
    press.look()
    assert heard == []
    Incident.open(page, title="Down again", body="x", by=by, at=at)
    Publisher(press.root, lambda: press.now).publish([page])
    press.look()
    assert heard == [page.public_id]


def test_each_page_is_found_by_host_and_by_path(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", host_name="Status.example.org", by=by, at=at)
    press.look()
    root = press.root
    assert (root / "hosts/status.example.org/index.html").samefile(
        root / other.public_id / "index.html"
    )
    assert not (root / "pages/other").exists()
    assert (root / "front/index.html").samefile(root / page.public_id / "index.html")
    other.change(host_name="", by=by, at=at + MINUTE)
    press.look(after=MINUTE)
    assert (root / "pages/other/index.html").samefile(root / other.public_id / "index.html")
    other.change(slug="renamed", by=by, at=at + 2 * MINUTE)
    press.look(after=2 * MINUTE)
    assert not (root / "pages/other").is_symlink()
    assert press.publisher.keeper.sites.former == {"other": other.public_id}


def test_a_page_behind_a_proxy_of_its_own_stands_under_its_short_name(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    fields = {"host_name": "status.example.org", "base_url": "https://example.org/status"}
    other = Page.found(name="Other", slug="other", by=by, at=at, **fields)
    press.look()
    place = press.root / "pages/other/index.html"
    assert place.samefile(press.root / other.public_id / "index.html")


def holding(press: Press, page: Page, word: str) -> list[Path]:
    """The published files that hold a word."""
    files = (path for path in press.shelf(page).folder.rglob("*") if path.suffix != ".gz")
    return [path for path in files if path.is_file() and word in path.read_text("latin-1")]


def test_a_page_that_cannot_be_turned_holds_up_no_other(
    press: Press, page: Page, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    real = due.next_moment

    def stumbling(each: Page, after: datetime) -> datetime:
        if each.pk == page.pk:
            raise RuntimeError("a mistake of ours")
        return real(each, after)

    monkeypatch.setattr(publisher, "next_moment", stumbling)
    for _look in range(60):
        with pytest.raises(Stuck, match=page.slug):
            press.publisher.look()
    assert press.read(other, "history/")


def test_what_was_just_touched_goes_before_what_others_still_owe(
    press: Press, page: Page, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        Page.found(name=f"Page {number}", slug=f"page-{number}", by=by, at=at)
    press.look()
    for each in Page.objects.exclude(pk=page.pk):
        press.shelf(each).index.owe(inventory.everything(each, press.now), {})
        each.change(name=f"{each.name} anew", by=by, at=press.now)
    press.publisher.look()
    turned = turned_in(press, monkeypatch, then=lambda: open_quickly(page, by, press.now))
    press.publisher.look()
    assert len(turned) == 1
    press.publisher.look()
    assert turned[1] == page.slug
    assert "Quick" in press.read(page, "")
    press.look()
    assert all(press.differences(each) == [] for each in Page.objects.all())


def turned_in(
    press: Press, monkeypatch: pytest.MonkeyPatch, then: Callable[[], object]
) -> list[str]:
    """The pages that have a turn from now on; something happens during the first one."""
    turned: list[str] = []
    real = press.publisher._end_turn

    def noting(page: Page, shelf: Shelf, *, wait: bool) -> bool:
        turned.append(page.slug)
        if len(turned) == 1:
            then()
        return real(page, shelf, wait=wait)

    monkeypatch.setattr(press.publisher, "_end_turn", noting)
    return turned


def open_quickly(page: Page, by: Actor, at: datetime) -> Incident:
    """Somebody writes."""
    return Incident.open(page, title="Quick", body="x", by=by, at=at)


def test_what_is_long_over_is_made_last_when_nobody_writes_any_more(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    open_trouble(page, mailstore, by, at - timedelta(days=800))
    page.change(languages=["de"], by=by, at=at)
    press.publisher = Publisher(press.root, lambda: press.now)
    press.look()
    assert press.read(page, "de/uptime/2025-05/")
    assert not press.read(page, "uptime/2024-05/")
    press.look(after=timedelta(seconds=29))
    assert not press.read(page, "uptime/2024-05/")
    press.look(after=timedelta(seconds=1))
    assert press.read(page, "uptime/2024-05/")
    assert press.differences(page) == []


def test_what_is_long_over_is_made_in_the_end_where_somebody_always_writes(
    press: Press, page: Page, mailstore: Component, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    open_trouble(page, mailstore, by, at - timedelta(days=800))
    press.publisher = Publisher(press.root, lambda: press.now)
    press.look()
    monkeypatch.setattr(turns, "PAUSE", -1.0)
    press.look()
    assert press.differences(page) == []


def test_the_sitemap_waits_until_nobody_writes(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    press.publisher = Publisher(press.root, lambda: press.now)
    press.look(after=HOUR)
    fresh = open_quickly(page, by, press.now)
    press.look()
    assert press.read(page, fresh.public_path)
    assert fresh.public_id not in press.read(page, "sitemap.xml")
    press.look(after=timedelta(seconds=30))
    assert fresh.public_id in press.read(page, "sitemap.xml")


def test_where_pages_stand_is_written_down_when_it_changes_and_not_with_every_event(
    press: Press, page: Page, by: Actor, at: datetime
) -> None:
    told: list[Sites] = []
    press.look()
    press.publisher.keeper.on_sites.append(told.append)
    before = (press.root / ".sites.json").stat().st_ino
    open_quickly(page, by, at)
    press.look(after=13 * HOUR)
    assert told == []
    assert (press.root / ".sites.json").stat().st_ino == before
    page.change(slug="renamed", by=by, at=press.now)
    press.look(after=MINUTE)
    assert [sites.slugs for sites in told] == [{"renamed": page.public_id}]
