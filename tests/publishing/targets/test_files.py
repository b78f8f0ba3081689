"""Files in another folder keep their twins and times, and appear whole."""

from pathlib import Path

import pytest

from proof.tools import RSYNC
from proof.waiting import until
from publishing.elsewhere.pushing import Pusher
from publishing.published.shelf import Shelf
from publishing.published.sites import Sites
from publishing.targets import PushError, target_for
from tests import services
from tests.publishing.elsewhere.leases import Held
from tests.publishing.targets.conftest import HTML, Published


@pytest.mark.parametrize("scheme", ["file://", "rsync:"])
def test_twins_and_times_come_along_so_that_servers_make_the_same_validators(
    scheme: str, published: Published, tmp_path: Path
) -> None:
    if scheme == "rsync:":
        services.need(RSYNC)
    target_for(f"{scheme}{tmp_path}/www").level(published.folder)
    for name in ("index.html", "index.html.gz"):
        here, there = published.folder / name, tmp_path / "www" / name
        assert there.read_bytes() == here.read_bytes()
        assert int(there.stat().st_mtime) == int(here.stat().st_mtime)
        assert there.stat().st_mode & 0o444 == 0o444


def test_a_twin_that_is_no_more_does_not_outlive_its_file(
    published: Published, tmp_path: Path
) -> None:
    target = target_for(f"file://{tmp_path}/www")
    target.level(published.folder)
    published.take("index.html")
    published.put("index.html", b"short", packed=False)
    target.push(published.folder, [""])
    assert not (tmp_path / "www" / "index.html.gz").exists()
    assert (tmp_path / "www" / "index.html").read_bytes() == b"short"


def test_whoever_reads_meanwhile_has_a_whole_file(published: Published, tmp_path: Path) -> None:
    target = target_for(f"file://{tmp_path}/www")
    target.level(published.folder)
    place = tmp_path / "www" / "index.html"
    with place.open("rb") as reader:
        published.put("index.html", b"another")
        target.push(published.folder, [""])
        assert reader.read() == HTML
    assert place.read_bytes() == b"another"


def test_what_a_killed_push_left_half_written_goes(published: Published, tmp_path: Path) -> None:
    target = target_for(f"file://{tmp_path}/www")
    target.level(published.folder)
    left = tmp_path / "www" / ".index.html.0a0a0a0a.part"
    left.write_bytes(b"ha")
    target.level(published.folder)
    assert not left.exists()


def test_empty_folders_go_with_their_last_file(published: Published, tmp_path: Path) -> None:
    target = target_for(f"file://{tmp_path}/www")
    target.level(published.folder)
    published.take("incidents/aaaaaaaaaaaa/index.html")
    target.push(published.folder, ["incidents/aaaaaaaaaaaa/"])
    assert not (tmp_path / "www" / "incidents").exists()


def test_a_folder_that_cannot_be_written_is_said_in_words(
    published: Published, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PushError, match="Not a directory"):
        target_for(f"file://{tmp_path}/file/www").level(published.folder)


def test_a_page_arrives_whole_by_itself(published: Published, tmp_path: Path) -> None:
    root, name = published.folder.parent, published.folder.name
    pusher = Pusher(root, [f"file://{tmp_path}/www"], lease=Held())
    pusher.take_sites(Sites(front=name))
    pusher.start()
    pusher.take_whole(Shelf(root, name))
    until((tmp_path / "www" / "index.html").is_file, 10, "the front page is there")
    pusher.stop()
    assert (tmp_path / "www" / "incidents" / "aaaaaaaaaaaa" / "index.html").is_file()
