"""nginx and Caddy over a published folder: they answer as the application does, also without it."""

import gzip
import http.client
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import NamedTuple, Self

import pytest

from incidents.models import Component, Incident, Page
from proof.waiting import answers, free_port, until
from publishing.artefact import HTML
from publishing.headers import headers_of
from publishing.published.counter import Counter
from publishing.published.publisher import Publisher
from publishing.published.shelf import Shelf
from tests.deploy.servers import DEPLOY, Server, caddy, nginx, nginx_in_container
from tests.sinks.http import HttpSink, Reply

FRONT, OTHER = "status.example.com", "billing.example.com"
PLAIN = {"Content-Type": "text/plain"}
# What protects readers, and what caches do.
COMPARED = (
    "Content-Type",
    "Cache-Control",
    "Access-Control-Allow-Origin",
    "X-Frame-Options",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
)


class Answer(NamedTuple):
    """What nginx answered, byte for byte."""

    status: int
    headers: Message
    body: bytes


@dataclass
class Front:
    """A running server, the application behind it, and the folder before it."""

    port: int
    application: HttpSink
    published: Path

    def begin(self) -> Self:
        """As if nothing had happened yet: two pages, and nobody asked for anything."""
        shutil.rmtree(self.published, ignore_errors=True)
        _publish(self.published)
        self.application.entries.clear()
        self.application.reply = lambda _entry: Reply(404, PLAIN, b"from the application")
        return self

    def ask(
        self,
        path: str,
        method: str = "GET",
        host: str = FRONT,
        body: bytes | None = None,
        **given: str,
    ) -> Answer:
        """Ask for exactly this path."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            headers = {name.replace("_", "-"): value for name, value in given.items()}
            line.request(method, path, body=body, headers={"Host": host} | headers)
            answer = line.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            line.close()

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the application was asked for."""
        return [(each["method"], each["path"]) for each in self.application.entries]


def _publish(folder: Path) -> None:
    """Two pages as publishers leave them: the front one, and one with a host of its own."""
    for name, word in (("aaaaaaaaaaaa", "Mail"), ("bbbbbbbbbbbb", "Billing")):
        put(folder / name, "index.html", f"<h1>{word}</h1>" * 60)
        put(folder / name, "incidents/iiiiiiiiiiii/index.html", f"<h1>{word} is down</h1>" * 60)
        put(folder / name, "assets/site.0123456789ab.css", "p { margin: 0 }" * 60)
        put(folder / name, "assets/push-worker.js", "self.skipWaiting()" * 60)
        put(folder / name, "feed.json", '{"version": "1.1"}' * 60)
        put(folder / name, ".gone/incidents/gggggggggggg/index.html", "<h1>Withdrawn</h1>")
    sites = {"front": "aaaaaaaaaaaa", "hosts/billing.example.com": "../bbbbbbbbbbbb"}
    for link, target in (sites | {"pages/billing": "../bbbbbbbbbbbb"}).items():
        (folder / link).parent.mkdir(exist_ok=True)
        (folder / link).symlink_to(target)
    (folder / ".sites.json").write_text("{}")


def put(folder: Path, name: str, text: str) -> None:
    """Let a file stand with its twin."""
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    place.with_name(f"{place.name}.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


@contextmanager
def nobody() -> Iterator[int]:
    """A port on which nobody listens, and nobody else will meanwhile."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def running(server: Server, folder: Path, *, application: bool = True) -> Iterator[Front]:
    """The example on loopback, before an application or before nobody."""
    with HttpSink() as sink, nobody() as dead:
        port, behind = free_port(), sink.port if application else dead
        with server(folder / "server", folder / "published", behind, port):
            until(lambda: answers(f"http://127.0.0.1:{port}/livez"), 10, f"it answers ({folder})")
            yield Front(port, sink, folder / "published")


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def standing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """Each example in turn, for all tests."""
    with running(request.param, tmp_path_factory.mktemp("front")) as front:
        yield front


@pytest.fixture
def front(standing: Front) -> Front:
    """Each example in turn."""
    return standing.begin()


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def forsaken(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Front]:
    """Each example in turn, with its application dead."""
    with running(request.param, tmp_path, application=False) as front:
        yield front.begin()


@pytest.fixture
def contained(tmp_path: Path) -> Iterator[Front]:
    """The nginx of compose.full.yaml."""
    with running(nginx_in_container, tmp_path) as front:
        yield front.begin()


def test_a_page_comes_from_the_folder(front: Front) -> None:
    answer = front.ask("/")
    assert (answer.status, answer.body) == (200, b"<h1>Mail</h1>" * 60)
    assert answer.headers["Content-Type"] == HTML
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert front.asked == []


def test_whoever_takes_gzip_gets_the_twin(front: Front) -> None:
    answer = front.ask("/", Accept_Encoding="br;q=1.0, gzip;q=0.8")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == b"<h1>Mail</h1>" * 60
    assert answer.headers["ETag"] != front.ask("/").headers["ETag"]


def test_what_is_unchanged_is_not_sent_again(front: Front) -> None:
    tag = front.ask("/").headers["ETag"]
    assert not tag.startswith("W/")
    again = front.ask("/", If_None_Match=f'"foreign", {tag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["Cache-Control"] == front.ask("/").headers["Cache-Control"]
    place = front.published / "aaaaaaaaaaaa" / "index.html"
    put(place.parent, place.name, "<h1>Gone</h1>" * 60)
    later = datetime.now(UTC).timestamp() + 1
    os.utime(place, (later, later))
    assert front.ask("/", If_None_Match=tag).status == 200


def test_head_has_all_but_the_body(front: Front) -> None:
    full, head = front.ask("/feed.json"), front.ask("/feed.json", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(full.body))
    assert head.headers["Content-Type"] == "application/feed+json; charset=utf-8"


def test_what_is_named_by_its_content_lasts_for_ever(front: Front) -> None:
    for path in ("/assets/site.0123456789ab.css", "/pages/billing/assets/site.0123456789ab.css"):
        assert "immutable" in front.ask(path).headers["Cache-Control"]
    for path in ("/feed.json", "/assets/push-worker.js", "/pages/billing/assets/push-worker.js"):
        lasts = headers_of(path.removeprefix("/pages/billing").removeprefix("/"))["Cache-Control"]
        assert "immutable" not in lasts
        assert front.ask(path).headers["Cache-Control"] == lasts
    assert "Access-Control-Allow-Origin" not in front.ask("/assets/push-worker.js").headers


def test_an_address_without_its_last_slash_leads_on(front: Front) -> None:
    answer = front.ask("/incidents/iiiiiiiiiiii?from=mail")
    assert (answer.status, answer.headers["Location"]) == (
        301,
        "/incidents/iiiiiiiiiiii/?from=mail",
    )
    assert front.ask("/pages/billing").headers["Location"] == "/pages/billing/"
    assert front.asked == []


@pytest.mark.parametrize("path", ["/incidents/", "/incidents/xxxxxxxxxxxx/", "/search/?q=a%20b"])
def test_what_is_no_file_is_asked_of_the_application_as_it_was_asked(
    front: Front, path: str
) -> None:
    assert front.ask(path).body == b"from the application"
    assert front.asked == [("GET", path)]


@pytest.mark.parametrize("path", ["/", "/incidents/iiiiiiiiiiii/", "/feed.json", "/subscribe/"])
def test_forms_go_to_the_application_whole(front: Front, path: str) -> None:
    front.application.reply = lambda entry: Reply(200, {}, entry["body"].encode())
    answer = front.ask(path, "POST", body=b"email=ann%40example.com")
    assert (answer.status, answer.body) == (200, b"email=ann%40example.com")
    assert front.asked == [("POST", path)]


def test_the_application_learns_who_asks(front: Front) -> None:
    front.ask("/console/?next=/", X_Forwarded_For="192.0.2.7")
    headers = front.application.entries[0]["headers"]
    assert headers["host"] == FRONT
    assert headers["x-forwarded-for"].split(", ")[-1] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"


def test_answers_of_the_application_keep_their_own_headers(front: Front) -> None:
    said = {"Cache-Control": "private, no-store", "X-Frame-Options": "SAMEORIGIN"}
    front.application.reply = lambda _entry: Reply(200, said, b"yours")
    answer = front.ask("/console/")
    assert answer.headers.get_all("Cache-Control") == ["private, no-store"]
    assert answer.headers.get_all("X-Frame-Options") == ["SAMEORIGIN"]


@pytest.mark.parametrize(
    "path",
    [
        "/.sites.json",
        "/.gone/incidents/gggggggggggg/index.html",
        "/incidents/.hidden",
        "/pages/../.sites.json",
        "/incidents/..%2f..%2f.sites.json",
        "/%2e%2e/.sites.json",
        "/%2egone/incidents/gggggggggggg/",
    ],
)
def test_what_is_candors_own_is_not_there(front: Front, path: str) -> None:
    answer = front.ask(path)
    assert answer.status in {400, 404}
    assert b"Withdrawn" not in answer.body


@pytest.mark.parametrize(
    "path", ["/..%2f..%2fetc/passwd", "/../../etc/passwd", "/%2e%2e%2f%2e%2e/"]
)
def test_nobody_climbs_out_of_the_folder(front: Front, path: str) -> None:
    answer = front.ask(path)
    assert answer.status in {400, 404} or answer.body == front.ask("/").body
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "path", ["/index.html", "/index.html.gz", "/incidents/iiiiiiiiiiii/index.html"]
)
def test_names_that_only_the_folder_has_are_no_addresses(front: Front, path: str) -> None:
    assert front.ask(path).body == b"from the application"


def test_a_host_of_its_own_shows_its_own_page(front: Front) -> None:
    for host in (OTHER, f"{OTHER.upper()}:8443"):
        assert front.ask("/", host=host).body.startswith(b"<h1>Billing</h1>")
    assert front.ask("/pages/billing/").body.startswith(b"<h1>Billing</h1>")


@pytest.mark.parametrize("host", ["unknown.example.com", "front", "..", "bbbbbbbbbbbb"])
def test_an_unknown_host_sees_no_page(front: Front, host: str) -> None:
    answer = front.ask("/", host=host)
    assert b"Mail" not in answer.body
    assert b"Billing" not in answer.body


def test_of_one_page_nothing_is_shown_under_another_host(front: Front) -> None:
    put(front.published / "aaaaaaaaaaaa", "history/index.html", "<h1>History</h1>")
    assert front.ask("/history/").status == 200
    assert front.ask("/history/", host=OTHER).body == b"from the application"


def test_with_the_application_dead_pages_stay_and_forms_get_a_kind_word(forsaken: Front) -> None:
    for path in ("/", "/incidents/iiiiiiiiiiii/", "/feed.json", "/pages/billing/"):
        assert forsaken.ask(path).status == 200
    assert forsaken.ask("/incidents/iiiiiiiiiiii").status == 301
    for method, path in (("POST", "/subscribe/"), ("POST", "/"), ("GET", "/search/?q=mail")):
        answer = forsaken.ask(path, method, body=b"email=x" if method == "POST" else None)
        assert answer.status == 503
        assert b"keep what you wrote" in answer.body
        assert answer.headers["Retry-After"] == "30"
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_kind_word_has_no_address_of_its_own(front: Front) -> None:
    assert front.ask("/away.html").body != (DEPLOY / "nginx" / "away.html").read_bytes()


def test_it_says_that_it_lives_and_not_what_the_installation_lacks(forsaken: Front) -> None:
    assert forsaken.ask("/livez").body == b"alive\n"
    assert forsaken.ask("/readyz").status == 404


@pytest.mark.django_db
def test_every_published_file_is_answered_as_the_application_answers_it(
    incident: Incident, component: Component, front: Front
) -> None:
    Publisher(front.published).publish(Page.objects.all())
    shelf, door = Shelf(front.published, incident.page.public_id), Counter(front.published)
    kept = [each.path for each in shelf.index.files() if each.status == 200]
    assert len(kept) > 20
    for path in kept:
        mine, theirs = door.find(FRONT, f"/{path}"), front.ask(f"/{path}")
        assert mine
        assert (theirs.status, theirs.body) == (200, mine.plain.body), path
        ours = dict(mine.plain.headers)
        said = {name: theirs.headers[name] for name in COMPARED}
        assert said == {name: ours.get(name.lower()) for name in COMPARED}, path
    assert front.asked == []


def test_in_containers_any_other_host_shows_the_front_page(contained: Front) -> None:
    assert contained.ask("/", host=OTHER).body.startswith(b"<h1>Billing</h1>")
    for host in (FRONT, "10.1.2.3"):
        assert contained.ask("/", host=host).body.startswith(b"<h1>Mail</h1>")
    assert contained.ask("/", "POST", host=FRONT).body == b"from the application"


def test_in_containers_the_certificate_stands_before_nginx(contained: Front) -> None:
    contained.ask("/console/", X_Forwarded_Proto="https", X_Forwarded_For="192.0.2.7")
    headers = contained.application.entries[0]["headers"]
    assert headers["x-forwarded-proto"] == "https"
    assert headers["x-forwarded-for"] == "192.0.2.7, 127.0.0.1"
    secure = contained.ask("/", X_Forwarded_Proto="https").headers
    assert secure["Strict-Transport-Security"].startswith("max-age=")
    assert "Strict-Transport-Security" not in contained.ask("/").headers
