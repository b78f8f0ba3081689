"""Files appear whole, stay whole, and their twins say the same."""

import errno
import gzip
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publishing.artefact import HTML, Artefact
from publishing.published.finished import Elsewhere, Gone
from publishing.published.shelf import Shelf

AT = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, "page")


def artefact(path: str, text: str, *, at: datetime = AT, status: int = 200) -> Artefact:
    return Artefact(path, HTML, text.encode(), at, status)


def test_a_folder_of_the_address_is_a_folder_with_an_index(shelf: Shelf) -> None:
    shelf.put([artefact("", "front"), artefact("history/", "past"), artefact("a.json", "{}")])
    assert (shelf.folder / "index.html").read_text() == "front"
    assert (shelf.folder / "history" / "index.html").read_text() == "past"
    assert shelf.read("a.json") == b"{}"


def test_what_is_long_enough_has_a_compressed_twin_of_the_same_bytes(shelf: Shelf) -> None:
    shelf.put([artefact("", "long " * 200), artefact("short/", "short")])
    assert gzip.decompress((shelf.folder / "index.html.gz").read_bytes()) == b"long " * 200
    assert not (shelf.folder / "short" / "index.html.gz").exists()


def test_a_twin_goes_with_the_text_that_had_it(shelf: Shelf) -> None:
    shelf.put([artefact("", "long " * 200)])
    shelf.put([artefact("", "short")])
    assert not (shelf.folder / "index.html.gz").exists()


def test_what_is_equal_is_not_written_again_and_its_instant_is_noted(shelf: Shelf) -> None:
    shelf.put([artefact("", "same")])
    before = (shelf.folder / "index.html").stat()
    change = shelf.put([artefact("", "same", at=AT + timedelta(minutes=1))])
    assert (change.changed, change.gone) == ([], [])
    assert (shelf.folder / "index.html").stat().st_ino == before.st_ino
    assert [kept.at for kept in shelf.index.files()] == [AT + timedelta(minutes=1)]


def test_two_versions_of_one_length_never_bear_the_same_second(shelf: Shelf) -> None:
    plain, twin = shelf.folder / "index.html", shelf.folder / "index.html.gz"
    seconds = set()
    for number in range(4):
        shelf.put([artefact("", f"{number}" * 600)])
        seconds |= {(place.name, int(place.stat().st_mtime)) for place in (plain, twin)}
    assert len(seconds) == 8


def test_a_tombstone_stands_where_only_our_own_server_looks(shelf: Shelf) -> None:
    shelf.put([artefact("incidents/x/", "told")])
    shelf.put([artefact("incidents/x/", "withdrawn", status=410)])
    assert shelf.read("incidents/x/") is None
    assert (shelf.folder / ".gone/incidents/x/index.html").read_text() == "withdrawn"
    shelf.put([artefact("incidents/x/", "told again")])
    assert shelf.read("incidents/x/") == b"told again"
    assert not (shelf.folder / ".gone/incidents/x/index.html").exists()


def test_what_moved_says_where_to(shelf: Shelf) -> None:
    shelf.put([artefact("series/a/", "series")])
    assert shelf.put([Elsewhere("series/a/", "series/b/")]).changed == ["series/a/"]
    assert (shelf.folder / ".moved/series/a/index.html").read_text() == "series/b/"
    assert shelf.put([Elsewhere("series/a/", "series/b/")]).changed == []


def test_what_is_gone_leaves_nothing(shelf: Shelf) -> None:
    shelf.put([artefact("x/", "long " * 200)])
    assert shelf.put([Gone("x/"), Gone("never/")]).gone == ["x/"]
    assert [path for path in shelf.folder.rglob("*") if path.is_file()] == []
    assert shelf.index.files() == []


def test_what_goes_is_told_of_although_the_index_was_lost(shelf: Shelf) -> None:
    shelf.put([artefact("x/", "told"), artefact("y/", "withdrawn", status=410)])
    before = shelf.stamp()
    shelf.index.remove()
    assert shelf.put([Gone("x/"), Gone("y/"), Gone("never/")]).gone == ["x/", "y/"]
    assert shelf.stamp() != before


def test_the_soonest_stage_is_owed_first_and_what_is_made_is_owed_no_more(shelf: Shelf) -> None:
    shelf.index.owe({"b/": 3, "": 0, "a/": 3, "feed": 1}, {"event": "7"})
    assert shelf.index.marks() == {"event": "7"}
    assert shelf.index.owed(9) == [""]
    shelf.put([artefact("", "x"), artefact("feed", "x")])
    assert shelf.index.owed(9) == ["a/", "b/"]
    assert shelf.index.owed(1) == ["a/"]


def test_what_is_asked_for_again_takes_the_sooner_stage(shelf: Shelf) -> None:
    shelf.index.owe({"a/": 3}, {})
    shelf.index.owe({"a/": 1}, {})
    shelf.index.owe({"a/": 2}, {})
    shelf.index.owe({"b/": 2}, {})
    assert shelf.index.owed(9) == ["a/"]


def test_what_cannot_be_made_is_put_aside_until_it_is_taken_up_again(shelf: Shelf) -> None:
    shelf.index.owe({"a/": 0, "b/": 3}, {})
    shelf.index.postpone("a/")
    assert shelf.index.owed(9) == ["b/"]
    shelf.put([artefact("b/", "b")])
    assert shelf.index.owed(9) == []
    shelf.index.take_up()
    assert shelf.index.owed(9) == ["a/"]


@pytest.mark.parametrize("full_after", [0, 1, 2, 3])
def test_a_full_disk_leaves_every_old_file_whole_and_everything_owed(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, full_after: int
) -> None:
    shelf.put([artefact("", "old " * 200), artefact("a/", "old " * 200)])
    shelf.index.owe({"": 0, "a/": 0}, {})
    room = [full_after]

    def sync(_file: int) -> None:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(OSError, match="No space"):
        shelf.put([artefact("", "new " * 200), artefact("a/", "new " * 200)])
    for name in ("index.html", "a/index.html"):
        assert (shelf.folder / name).read_text() == "old " * 200
        assert gzip.decompress((shelf.folder / f"{name}.gz").read_bytes()) == b"old " * 200
    assert shelf.index.owed(9) == ["", "a/"]
    assert list((shelf.folder.parent / ".drafts").iterdir()) == []
    monkeypatch.undo()
    shelf.put([artefact("", "new " * 200), artefact("a/", "new " * 200)])
    assert shelf.read("a/") == b"new " * 200
    assert shelf.index.owed(9) == []


def test_what_a_folder_lists_is_brought_to_the_disk_once_for_all_its_files(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_ino))

    def inode(path: str) -> int:
        return (shelf.folder / path).stat().st_ino

    shelf.put([artefact("a/b/", "b"), artefact("a/b.txt", "b"), artefact("a/c.txt", "c")])
    assert [synced.count(inode(folder)) for folder in ("", "a", "a/b")] == [1, 1, 1]
    synced.clear()
    shelf.put([Gone("a/c.txt"), artefact("a/b.txt", "b")])
    assert synced == [inode("a")]
    synced.clear()
    shelf.put([artefact("a/b.txt", "b")])
    assert synced == []


def test_a_broken_index_is_begun_anew_and_the_files_are_found(shelf: Shelf) -> None:
    shelf.put([artefact("", "front"), artefact("a/", "a")])
    for index in (shelf.folder.parent / ".index").glob("*.sqlite3*"):
        index.write_bytes(b"nonsense" * 1000)
    assert shelf.index.marks() == {}
    assert shelf.orphans() == ["", "a/"]


def test_an_index_that_breaks_while_it_is_read_is_begun_anew(shelf: Shelf) -> None:
    shelf.put([artefact("", "front")])
    with pytest.raises(sqlite3.DatabaseError, match="malformed"), shelf.index.open():
        raise sqlite3.DatabaseError("database disk image is malformed")
    assert shelf.orphans() == [""]


def test_an_index_that_is_busy_or_finds_no_room_is_kept(shelf: Shelf) -> None:
    shelf.index.owe({"": 0}, {"event": "7"})
    with pytest.raises(sqlite3.OperationalError), shelf.index.open():
        raise sqlite3.OperationalError("database or disk is full")
    assert shelf.index.marks() == {"event": "7"}


def test_a_file_that_somebody_took_away_is_written_again(shelf: Shelf) -> None:
    shelf.put([artefact("", "front")])
    (shelf.folder / "index.html").unlink()
    assert not shelf.holds(artefact("", "front"))
    assert shelf.put([artefact("", "front")]).changed == [""]
    assert shelf.holds(artefact("", "front"))


def test_one_publisher_a_host_holds_a_folder(shelf: Shelf, tmp_path: Path) -> None:
    with shelf.held() as mine, Shelf(tmp_path, "page").held() as other:
        assert (mine, other) == (True, False)
    with Shelf(tmp_path, "page").held() as later:
        assert later


def test_a_file_that_is_another_than_the_index_says_is_written_again(shelf: Shelf) -> None:
    long = artefact("", "long " * 200)
    shelf.put([long, artefact("a/", "a"), Elsewhere("b/", "c/")])
    (shelf.folder / "index.html").write_text("killed before the index knew")
    assert shelf.put([long, artefact("a/", "a"), Elsewhere("b/", "c/")]).changed == [""]
    (shelf.folder / "index.html.gz").unlink()
    assert shelf.put([long]).changed == [""]
    assert (shelf.folder / "index.html.gz").exists()
