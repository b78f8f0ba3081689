"""What every kind of target keeps: order, removal, what is not ours, and no secret in a word."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from proof.tools import RSYNC
from publishing.published.outgoing import waves
from publishing.targets import NotOursError, PushError, Target, target_for
from tests import services
from tests.publishing.targets.conftest import Bucket, Published

type Names = Callable[[], set[str]]

FILES = {
    "index.html",
    "incidents/aaaaaaaaaaaa/index.html",
    "assets/site.0123456789ab.css",
    "api/v2/summary.json",
    "history.atom",
    "favicon.svg",
}
PACKED = FILES - {"favicon.svg"}


class Place:
    """A target, and what lies there as its own server would find it."""

    def __init__(self, target: Target, names: Names, write: Callable[[str], None]) -> None:
        self.target, self.names, self.write = target, names, write


@pytest.fixture(params=["file", "s3", "rsync"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Each kind of target in turn, empty."""
    if request.param == "s3":
        return _in_bucket(request.getfixturevalue("bucket"))
    if request.param == "rsync":
        services.need(RSYNC)
    address = {"file": "file://{}", "rsync": "rsync:{}"}[request.param]
    return _in_folder(address.format(tmp_path / "www"), tmp_path / "www")


def _in_folder(address: str, folder: Path) -> Place:
    def names() -> set[str]:
        found = (
            each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
        )
        return {name for name in found if not name.endswith(".gz")}

    def write(name: str) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"somebody's")

    return Place(target_for(address), names, write)


def _in_bucket(bucket: Bucket) -> Place:
    def write(name: str) -> None:
        assert bucket.put(name, b"somebody's").ok

    return Place(target_for(bucket.address), bucket.names, write)


def test_levelling_brings_everything_public_and_nothing_else(
    place: Place, published: Published
) -> None:
    place.target.level(published.folder)
    assert place.names() == FILES | {".candor"}


def test_levelling_brings_what_differs_and_removes_what_nobody_told_of(
    place: Place, published: Published
) -> None:
    place.target.level(published.folder)
    published.put("index.html", b"<p>Mail cannot be read.</p>" * 40)
    published.take("incidents/aaaaaaaaaaaa/index.html")
    place.write("incidents/cccccccccccc/index.html")
    place.target.level(published.folder)
    assert place.names() == FILES - {"incidents/aaaaaaaaaaaa/index.html"} | {".candor"}


def test_a_push_brings_what_stands_and_removes_what_stands_no_more(
    place: Place, published: Published
) -> None:
    place.target.level(published.folder)
    published.put("incidents/cccccccccccc/index.html")
    published.take("incidents/aaaaaaaaaaaa/index.html")
    published.take("history.atom")
    place.target.push(
        published.folder,
        ["incidents/cccccccccccc/", "incidents/aaaaaaaaaaaa/", "history.atom", "never/was/"],
    )
    gone = {"incidents/aaaaaaaaaaaa/index.html", "history.atom"}
    assert place.names() == FILES - gone | {"incidents/cccccccccccc/index.html", ".candor"}


def test_a_folder_that_is_not_there_empties_the_place(place: Place, published: Published) -> None:
    place.target.level(published.folder)
    place.target.level(published.folder / "not-there")
    assert place.names() == {".candor"}


def test_what_is_not_ours_is_neither_written_over_nor_removed(
    place: Place, published: Published
) -> None:
    place.write("index.html")
    for attempt in (place.target.level, lambda folder: place.target.push(folder, [""])):
        with pytest.raises(NotOursError, match="not ours"):
            attempt(published.folder)
    assert place.names() == {"index.html"}


def test_other_pages_below_the_front_page_stay(place: Place, published: Published) -> None:
    place.target.level(published.folder)
    place.write("pages/billing/index.html")
    place.target.level(published.folder)
    assert "pages/billing/index.html" in place.names()


def test_what_others_refer_to_goes_first_and_the_front_page_last() -> None:
    names = [*PACKED, "index.html.gz", "ar/index.html"]
    first, _others, further, last = waves(names)
    assert first == ["assets/site.0123456789ab.css"]
    assert further == ["ar/index.html"]
    assert last == ["index.html", "index.html.gz"]


@pytest.mark.parametrize(
    "address",
    [
        "ftp://user:SECRET@host/",
        "file://host/srv",
        "file:///",
        "s3://SECRET:SECRET@/x",
        "s3://bucket?secret=SECRET",
        "s3://bucket?endpoint=SECRET SECRET",
        "rsync://user:SECRET@host",
        "rsync:host",
        "rsync:-e/SECRET",
        "/var/www/SECRET",
    ],
)
def test_an_address_that_cannot_be_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ValueError, match=r"like|none of") as refused:
        target_for(address)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("file:///var/www/status", "file:///var/www/status"),
        ("s3://KEY:SECRET@bucket/a/b?endpoint=https://s3.example.com", "s3://bucket/a/b"),
        ("rsync://user:SECRET@host:8873/status", "rsync://user@host:8873/status/"),
        ("rsync:candor@host:/srv/www", "rsync:candor@host:/srv/www/"),
    ],
)
def test_the_name_of_a_target_holds_no_secret(address: str, name: str) -> None:
    assert target_for(address).name == name


def test_a_missing_rsync_is_said(
    monkeypatch: pytest.MonkeyPatch, published: Published, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(PushError, match="not installed"):
        target_for(f"rsync:{tmp_path}/www").level(published.folder)
