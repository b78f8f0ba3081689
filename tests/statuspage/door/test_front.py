"""The front door hands out what is published, and leads on to Django with all the rest."""

import asyncio
import errno
import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core import serializers
from pytest_django import Settings

from incidents.models import Page
from publishing.artefact import HTML, JSON, Artefact
from publishing.models import Theme
from publishing.published.counter import Counter
from publishing.published.finished import Elsewhere
from publishing.published.shelf import Change, Shelf
from publishing.published.sites import Sites
from statuspage.door.bridge import Answer, Bridge
from statuspage.door.crowd import Crowd
from statuspage.door.front import Door
from tests.statuspage.door.fakes import Proto, Scope

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG = "All Systems Operational. " * 100


class Behind(Bridge):
    """Django's place."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def answer(self, scope: Scope, proto: Proto) -> Answer:
        self.asked.append(f"{scope.method} {scope.path}")
        return Answer(200, [("x-from", "django")], b"from Django")


class World:
    """A door before a folder with two pages."""

    def __init__(self, root: Path) -> None:
        self.front, self.other = Shelf(root, "front0000000"), Shelf(root, "other0000000")
        self.front.put(
            [
                Artefact("", HTML, LONG.encode(), AT),
                Artefact("history/", HTML, b"history", AT),
                Artefact("de/", HTML, b"auf Deutsch", AT),
                Artefact("api/v2/status.json", JSON, b"{}", AT),
                Artefact("assets/site.0123456789ab.css", "text/css; charset=utf-8", b"a{}", AT),
                Artefact("assets/push-worker.js", "text/javascript; charset=utf-8", b"", AT),
                Artefact("embed/", HTML, b"frame", AT),
                Artefact("incidents/gone/", HTML, b"withdrawn", AT, 410),
                Elsewhere("series/a/", "series/b/"),
            ]
        )
        self.other.put([Artefact("", HTML, b"the other page", AT)])
        Sites(
            front="front0000000",
            hosts={"status.example.org": "other0000000"},
            slugs={"mail": "front0000000", "other": "other0000000"},
            former={"old": "other0000000", "other": "other0000000"},
            pages={
                "front0000000": _page(name="Mail", slug="mail", is_front=True, languages=["de"]),
                "other0000000": _page(name="Other", slug="other", host_name="status.example.org"),
            },
        ).keep(root)
        self.counter, self.behind = Counter(root), Behind()
        self.crowd = Crowd()
        self.door = Door(self.counter, self.behind, self.crowd)

    def ask(self, method: str, path: str, *headers: tuple[str, str]) -> Proto:
        proto = Proto()
        asyncio.run(self.door.__rsgi__(Scope(method, path, *headers), proto))
        return proto

    def get(self, path: str, *headers: tuple[str, str]) -> Proto:
        return self.ask("GET", path, *headers)

    def put(self, body: bytes) -> None:
        self.front.put([Artefact("", HTML, body, AT)])
        self.counter.take_change(self.front, Change([""], []))


def _page(**fields: object) -> str:
    page = Page(pk=1, changed_at=AT, created_at=AT, **fields)
    return str(serializers.serialize("json", [page, Theme(page=page)]))


def test_a_full_disk_leaves_no_halves_of_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_place: Path, _text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    Sites(front="a").keep(tmp_path)
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        Sites(front="b").keep(tmp_path)
    assert [place.name for place in tmp_path.glob(".sites*")] == [".sites.json"]
    assert Sites.load(tmp_path).front == "a"


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    settings.ALLOWED_HOSTS = ["localhost", "status.example.org"]
    return World(tmp_path)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_alive_is_said_at_once_to_whoever_asks_by_address(world: World, method: str) -> None:
    answer = world.ask(method, "/livez", ("host", "10.9.9.9:8000"))
    assert (answer.status, answer.header("cache-control")) == (200, "no-store")
    assert world.behind.asked == []


def test_what_is_published_is_answered_before_django(world: World) -> None:
    answer = world.get("/")
    assert (answer.status, answer.body) == (200, LONG.encode())
    assert answer.header("cache-control") == (
        "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"
    )
    assert answer.header("content-language") == "en"
    assert answer.header("content-length") == str(len(LONG))
    assert world.behind.asked == []


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True), ("gzip, deflate, br", True), ("*", True), ("br;q=1, gzip;q=0.2", True),
        ("GZIP;Q=1", True), ("gzip;q=0", False), ("identity", False), ("", False),
        ("gzip;q=nonsense", False), ("*;q=0", False), ("\x00,;;q==,,", False),
        ("x" * 9000 + ",gzip", False), ("gzip;q=-1", False), ("gzip;q=nan", False),
    ],
)  # fmt: skip
def test_it_is_compressed_for_whoever_asks_in_words_that_mean_it(
    world: World, accepted: str, packed: bool
) -> None:
    answer = world.get("/", ("accept-encoding", accepted))
    body = gzip.decompress(answer.body) if packed else answer.body
    assert body == LONG.encode()
    assert (answer.header("content-encoding") == "gzip") == packed
    assert answer.header("vary") == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_whoever_has_it_is_told_so_in_either_encoding(world: World, accepted: str) -> None:
    asks = ("accept-encoding", accepted)
    first = world.get("/", asks)
    tag = str(first.header("etag"))
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = world.get("/", asks, ("if-none-match", given))
        assert (again.status, again.body) == (304, b""), given
        assert again.header("etag") == tag
        assert again.header("content-type") is None


def test_the_two_encodings_have_validators_of_their_own(world: World) -> None:
    plain, packed = world.get("/"), world.get("/", ("accept-encoding", "gzip"))
    assert plain.header("etag") != packed.header("etag")
    assert world.get("/", ("if-none-match", str(packed.header("etag")))).status == 200


@pytest.mark.parametrize("tag", ['"foreign"', "nonsense", '"', "W/", ",,,", '"' + "x" * 99999])
def test_a_foreign_validator_gets_the_page(world: World, tag: str) -> None:
    assert world.get("/", ("if-none-match", tag)).status == 200


def test_head_has_the_headers_and_no_body(world: World) -> None:
    answer = world.ask("HEAD", "/")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.header("content-length") == str(len(LONG))


def test_what_is_withdrawn_and_what_moved_is_said_as_such(world: World) -> None:
    gone = world.get("/incidents/gone/")
    assert (gone.status, gone.body) == (410, b"withdrawn")
    assert world.get("/incidents/gone/", ("if-none-match", "*")).status == 410
    moved = world.get("/series/a/")
    assert (moved.status, moved.header("location")) == (301, "/series/b/")
    slashless = world.get("/history")
    assert (slashless.status, slashless.header("location")) == (301, "/history/")


def test_a_page_is_chosen_by_host_and_by_path(world: World) -> None:
    assert world.get("/pages/mail/history/").body == b"history"
    proto, scope = Proto(), Scope("GET", "/")
    scope.authority = "STATUS.example.org:443"
    asyncio.run(world.door.__rsgi__(scope, proto))
    assert proto.body == b"the other page"


def test_a_former_short_name_leads_on(world: World) -> None:
    for slug in ("old", "other"):  # another one now; a host name of its own
        answer = world.get(f"/pages/{slug}/history/")
        assert answer.status == 301
        assert answer.header("location") == "http://status.example.org/history/"


def test_only_below_pages_is_a_short_name_led_on(world: World) -> None:
    world.counter.take_sites(replace(world.counter.sites, front=""))
    assert world.counter.find("localhost", "/pages/other/history/") is not None
    assert world.counter.find("localhost", "/other/history/") is None


def test_another_language_says_so(world: World) -> None:
    assert world.get("/de/").header("content-language") == "de"


def test_only_the_frame_may_stand_in_a_frame(world: World) -> None:
    assert world.get("/").header("x-frame-options") == "DENY"
    assert "frame-ancestors 'none'" in str(world.get("/").header("content-security-policy"))
    framed = world.get("/embed/")
    assert framed.header("x-frame-options") is None
    assert "frame-ancestors *" in str(framed.header("content-security-policy"))


def test_data_is_for_every_origin(world: World) -> None:
    assert world.get("/api/v2/status.json").header("access-control-allow-origin") == "*"
    for path in ("/", "/assets/site.0123456789ab.css", "/assets/push-worker.js"):
        assert world.get(path).header("access-control-allow-origin") is None


def test_only_what_is_named_by_its_content_lasts(world: World) -> None:
    lasting, changing = "/assets/site.0123456789ab.css", "/assets/push-worker.js"
    assert "immutable" in str(world.get(lasting).header("cache-control"))
    assert world.get(changing).header("cache-control") == world.get("/").header("cache-control")


@pytest.mark.parametrize("kept", ["page", "theme", "no JSON"])
def test_what_another_version_wrote_down_stops_nothing(tmp_path: Path, kept: str) -> None:
    rows = json.loads(_page(name="Mail", slug="mail"))
    rows[kept == "theme"]["fields"]["of_another_version"] = True
    text = kept if kept == "no JSON" else json.dumps(rows)
    Sites(front="front0000000", slugs={"mail": "front0000000"}, pages={"front0000000": text}).keep(
        tmp_path
    )
    Shelf(tmp_path, "front0000000").put([Artefact("", HTML, LONG.encode(), AT)])
    found = Counter(tmp_path).find("localhost", "/")
    assert found
    assert found.plain.body == LONG.encode()


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere", "/console/", "/..", "/../secret_key", "/history/../../.sites.json",
        "/.gone/incidents/gone/", "/.sites.json", "//", "/history//", "/a\x00b", "/%2e%2e/",
        "/index.html/", "/index.html", "/history/index.html", "/index.html.gz",
        "/" + "a/" * 300, "/é", "/pages/", "/pages/nobody/", "/pages/../",
    ],
)  # fmt: skip
def test_what_is_not_published_is_djangos_to_answer(world: World, path: str) -> None:
    assert world.get(path).body == b"from Django"


def test_an_unknown_host_is_djangos_to_refuse(world: World) -> None:
    proto, scope = Proto(), Scope("GET", "/")
    scope.authority = "evil.example"
    asyncio.run(world.door.__rsgi__(scope, proto))
    assert proto.body == b"from Django"


def test_what_is_sent_is_djangos_to_take(world: World) -> None:
    assert world.ask("POST", "/").body == b"from Django"
    assert world.behind.asked == ["POST /"]


def test_the_next_reader_gets_the_new_version(world: World) -> None:
    world.get("/")
    world.put(b"another")
    assert world.get("/").body == b"another"


def test_what_a_command_wrote_is_read_once_that_is_known(world: World) -> None:
    world.get("/")
    world.front.put([Artefact("", HTML, b"by a command", AT)])
    world.counter.forget(world.front)
    assert world.get("/").body == b"by a command"


def test_what_is_read_while_it_changes_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = world.counter._load

    def slowly(folder: Path, path: str, page: Page | None) -> object:
        found = load(folder, path, page)
        world.put(b"written meanwhile")
        return found

    monkeypatch.setattr(world.counter, "_load", slowly)
    world.get("/")
    monkeypatch.undo()
    assert world.get("/").body == b"written meanwhile"


def test_a_twin_of_another_version_is_never_handed_out(world: World) -> None:
    (world.front.folder / "index.html.gz").write_bytes(gzip.compress(b"an older version"))
    answer = world.get("/", ("accept-encoding", "gzip"))
    assert gzip.decompress(answer.body) == LONG.encode()


def test_memory_stays_bounded(tmp_path: Path, world: World) -> None:
    world.front.put([Artefact(f"x/{number}/", HTML, b"x" * 500, AT) for number in range(100)])
    counter = Counter(tmp_path, memory=20_000)
    for number in range(100):
        assert counter.find("localhost", f"/x/{number}/")
    assert counter._size <= 20_000
    assert len(counter._hot) == 40


def test_plain_http_in_production_is_led_to_https(world: World, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert world.get("/").body == b"from Django"
    assert world.get("/", ("x-forwarded-proto", "https")).body == b"from Django"
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    assert world.get("/", ("x-forwarded-proto", "https")).body == LONG.encode()
    assert world.get("/", ("x-forwarded-proto", "http")).body == b"from Django"


def test_what_the_door_answers_makes_a_crowd_and_what_django_answers_does_not(
    world: World,
) -> None:
    world.get("/")
    world.get("/", ("if-none-match", "*"))
    world.get("/console/")
    assert world.crowd.handed_out == 2
