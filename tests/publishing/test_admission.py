"""Private pages: who is let in, who is not, and that nothing of them is kept anywhere."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from incidents.core.viewers import PUBLIC
from incidents.models import Event, Incident, Membership, Page
from people.actors import Actor
from people.models import User
from publishing.hot import rendered
from publishing.models import Door
from publishing.published.inventory import FEEDS, STATE, WHOLE
from publishing.published.publisher import Publisher
from publishing.published.sites import Sites
from publishing.unlocking import UNLOCK
from tests.publishing.world import Outage

PASSWORD = "a lamp in the window"
LATER = timedelta(hours=1)


@pytest.fixture
def private(outage: Outage, by: Actor, at: datetime) -> Page:
    """The page of the outage, which not everybody may read."""
    outage.page.change(visibility="private", by=by, at=at)
    return outage.page


def let(page: Page, by: Actor, at: datetime, **who: object) -> Door:
    door = Door.of(page)
    door.change(**({"networks": []} | who), by=by, at=at)  # type: ignore[arg-type]
    return Door.objects.get(page=page)


def unlocked(page: Page, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(page.path(UNLOCK), {"password": password})
    return client


def test_a_stranger_does_not_learn_that_it_is_there(private: Page, reader: Client) -> None:
    for path in ("", "index.md", "history.atom", "api/v2/summary.json", UNLOCK):
        for root in (private.path(), f"/pages/{private.slug}/"):
            answer = reader.get(root + path)
            assert answer.status_code in {404, 503}
            assert private.name not in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["", "history/", "index.md", "history.atom", "api/v2/summary.json"]
)
def test_staff_of_the_page_read_it_as_readers_would(
    private: Page, alice: User, by: Actor, at: datetime, path: str
) -> None:
    client = Client()
    client.force_login(alice)
    assert client.get(private.path(path)).status_code in {404, 503}
    Membership.grant(page=private, user=alice, role="viewer", by=by, at=at)
    answer = client.get(private.path(path))
    assert answer.status_code == 200
    assert "Mailstore" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_what_was_published_is_there_and_what_was_not_is_not(
    outage: Outage, private: Page, by: Actor, at: datetime
) -> None:
    let(private, by, at, networks=["127.0.0.0/8"])
    rehearsed = Incident.open(private, title="A drill", body="x", rehearsal=True, by=by, at=at)
    client = Client()
    assert outage.incident.title in client.get(private.path("history/2012-12/")).content.decode()
    assert client.get(private.path(outage.incident.public_path)).status_code == 200
    assert client.get(private.path(outage.postmortem.public_path)).status_code == 200
    assert client.get(private.path(rehearsed.public_path)).status_code == 404


def test_whoever_knows_the_password_is_let_in_and_known_again(
    private: Page, reader: Client, by: Actor, at: datetime
) -> None:
    let(private, by, at, password=PASSWORD)
    asked = reader.get(private.path())
    assert asked.status_code == 403
    assert 'type="password"' in asked.content.decode()
    assert "Mailstore" not in asked.content.decode()
    wrong = reader.post(private.path(UNLOCK), {"password": "something else"})
    assert (wrong.status_code, wrong.cookies) == (403, {})
    assert "That is not the password." in wrong.content.decode()
    right = reader.post(private.path(UNLOCK), {"password": PASSWORD})
    assert (right.status_code, right["Location"]) == (302, private.path())
    cookie = right.cookies[f"door_{private.public_id}"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "Mailstore" in reader.get(private.path()).content.decode()


def test_another_password_sends_everybody_back_to_the_question(
    private: Page, by: Actor, at: datetime
) -> None:
    let(private, by, at, password=PASSWORD)
    client = unlocked(private)
    assert client.get(private.path()).status_code == 200
    let(private, by, at, password="another lamp in the window")
    assert client.get(private.path()).status_code == 403
    let(private, by, at, password="")
    assert client.get(private.path()).status_code in {404, 503}


def test_at_the_root_answers_a_page_that_everybody_may_read(
    private: Page, reader: Client, by: Actor, at: datetime
) -> None:
    let(private, by, at, password=PASSWORD)
    for root in ("/", f"/pages/{private.slug}/"):
        assert reader.get(root).status_code == 403
    Page.found(name="Public", slug="public", by=by, at=at)
    assert reader.get("/").status_code == 200
    assert reader.get("/search/").status_code == 200
    assert reader.get(f"/pages/{private.slug}/").status_code == 403
    answer = reader.post(f"/pages/{private.slug}/{UNLOCK}", {"password": PASSWORD})
    assert answer["Location"] == f"/pages/{private.slug}/"
    body = reader.get(f"/pages/{private.slug}/").content.decode()
    assert "Mailstore" in body
    assert f'href="/pages/{private.slug}/history/"' in body


def test_a_key_opens_no_other_page(private: Page, by: Actor, at: datetime) -> None:
    other = Page.found(name="Other", slug="other", visibility="private", by=by, at=at)
    for page in (private, other):
        let(page, by, at, password=PASSWORD)
    client = unlocked(private)
    kept = client.cookies[f"door_{private.public_id}"].value
    client.cookies[f"door_{other.public_id}"] = kept
    assert client.get(private.path()).status_code == 200
    assert client.get(other.path()).status_code == 403


def test_guessing_is_slow(private: Page, reader: Client, by: Actor, at: datetime) -> None:
    let(private, by, at, password=PASSWORD)
    for _ in range(5):
        assert reader.post(private.path(UNLOCK), {"password": "guess"}).status_code == 403
    waits = reader.post(private.path(UNLOCK), {"password": PASSWORD})
    assert waits.status_code == 429
    assert "please wait a quarter of an hour" in waits.content.decode()


def test_networks_that_are_named_are_not_asked(private: Page, by: Actor, at: datetime) -> None:
    let(private, by, at, networks=["192.0.2.0/24", "2001:db8::/32"])
    for address, status in {"192.0.2.7": 200, "::ffff:192.0.2.7": 200, "2001:db8::1": 200}.items():
        assert Client(REMOTE_ADDR=address).get(private.path()).status_code == status
    for address in ("192.0.3.7", "2001:db9::1", ""):
        assert Client(REMOTE_ADDR=address).get(private.path()).status_code in {404, 503}


@pytest.mark.parametrize(
    ("network", "wrong"),
    [
        ("everywhere", "is no network"), ("300.0.0.0/8", "is no network"),
        ("192.0.2.1/24", "an address within 192.0.2.0/24"), ("0.0.0.0/0", "is everybody"),
        ("::ffff:192.0.2.1/120", "an address within 192.0.2.0/24"), ("::/0", "is everybody"),
        ("::ffff:0:0/96", "is everybody"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused(
    private: Page, by: Actor, at: datetime, network: str, wrong: str
) -> None:
    with pytest.raises(ValidationError, match=wrong) as refused:
        let(private, by, at, networks=[network])
    assert list(refused.value.message_dict) == ["networks"]


def test_a_network_of_ipv4_is_the_same_however_it_is_written(
    private: Page, by: Actor, at: datetime
) -> None:
    door = let(private, by, at, networks=["::ffff:192.0.2.0/120", "::ffff:198.51.100.7"])
    assert door.networks == ["192.0.2.0/24", "198.51.100.7/32"]
    assert Client(REMOTE_ADDR="192.0.2.7").get(private.path()).status_code == 200


def test_the_journal_tells_of_the_door_and_of_no_password(
    private: Page, by: Actor, at: datetime
) -> None:
    door = let(private, by, at, password=PASSWORD, networks=["192.0.2.0/24"])
    event = Event.objects.filter(kind="page.door_changed").latest("pk")
    assert event.after == {"networks": ["192.0.2.0/24"], "has_password": True}
    assert PASSWORD not in door.password


def test_whoever_keeps_the_password_keeps_the_one_that_is_stored(
    private: Page, by: Actor, at: datetime
) -> None:
    mine = let(private, by, at, password=PASSWORD)
    let(private, by, at, password="a newer lamp", networks=["192.0.2.0/24"])
    mine.change(networks=["198.51.100.0/24"], by=by, at=at)
    kept = Door.objects.get(page=private)
    assert kept.knows("a newer lamp")
    assert mine.knows("a newer lamp")
    assert kept.networks == mine.networks == ["198.51.100.0/24"]
    let(private, by, at, password="")
    mine.change(networks=[], by=by, at=at)
    assert not Door.objects.get(page=private).password
    events = Event.objects.filter(kind="page.door_changed").order_by("pk")
    assert events[2].before == events[1].after
    assert events[4].before == events[3].after


def test_nobody_signs_up_for_a_page_that_tells_nobody(
    private: Page, by: Actor, at: datetime
) -> None:
    let(private, by, at, networks=["127.0.0.0/8"])
    client = Client()
    assert "subscribe/" not in client.get(private.path()).content.decode()
    for path in ("subscribe/", "subscribe/webhook/"):
        assert client.get(private.path(path)).status_code in {404, 503}


def test_nothing_of_it_is_published_or_left_to_the_front_door(
    private: Page, tmp_path: Path, by: Actor, at: datetime
) -> None:
    let(private, by, at, password=PASSWORD, networks=["127.0.0.0/8"])
    private.change(host_name="private.example.com", by=by, at=at)
    public = Page.found(name="Public", slug="public", by=by, at=at)
    assert Client().get(f"/pages/{private.slug}/").status_code == 200
    publisher = Publisher(tmp_path, lambda: at + LATER)
    publisher.publish(Page.objects.visible_to(PUBLIC))
    assert not (tmp_path / private.public_id).exists()
    assert (tmp_path / public.public_id / "index.html").exists()
    sites = Sites.load(tmp_path)
    assert sites.find("private.example.com", "") == ("", "")
    assert sites.find("localhost", "") == (public.public_id, "")
    assert not (tmp_path / "hosts" / "private.example.com").exists()
    assert PASSWORD not in (tmp_path / ".sites.json").read_text()


def test_a_page_that_was_read_is_open_to_nobody_else(
    private: Page, reader: Client, by: Actor, at: datetime
) -> None:
    let(private, by, at, networks=["192.0.2.0/24"])
    public = Page.found(name="Public", slug="public", by=by, at=at)
    inside, address = Client(REMOTE_ADDR="192.0.2.7"), f"/pages/{private.slug}/"
    assert "Mailstore" in inside.get(address).content.decode()
    assert reader.get(address).status_code == 404
    for root in (address, "/"):
        assert "Mailstore" not in reader.get(root).content.decode()
    assert "Mailstore" not in rendered(public, "", at + LATER).body.decode()


def test_no_other_site_reads_or_frames_what_a_network_lets_in(
    private: Page, by: Actor, at: datetime
) -> None:
    let(private, by, at, networks=["127.0.0.0/8"])
    client = Client(headers={"origin": "https://elsewhere.example.com"})
    for path in (*STATE, *FEEDS, *WHOLE, "search.json", "index.md", "history/"):
        answer = client.get(private.path(path))
        assert answer.status_code == 200, path
        assert "Access-Control-Allow-Origin" not in answer, path
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], path
    again = client.get(private.path("api/v2/summary.json"), headers={"if-none-match": "*"})
    assert "Access-Control-Allow-Origin" not in again


def test_strangers_who_guess_shut_out_nobody_who_was_let_in_before(
    private: Page, by: Actor, at: datetime
) -> None:
    let(private, by, at, password=PASSWORD)
    known = Client(REMOTE_ADDR="203.0.113.9")
    assert known.post(private.path(UNLOCK), {"password": PASSWORD}).status_code == 302
    for number in range(20):
        stranger = Client(REMOTE_ADDR=f"198.51.100.{number // 5}")
        assert stranger.post(private.path(UNLOCK), {"password": "guess"}).status_code == 403
    assert known.post(private.path(UNLOCK), {"password": PASSWORD}).status_code == 302
    unknown = Client(REMOTE_ADDR="203.0.113.10")
    assert unknown.post(private.path(UNLOCK), {"password": PASSWORD}).status_code == 429


def test_a_password_leads_to_where_its_reader_was_going(
    outage: Outage, private: Page, reader: Client, by: Actor, at: datetime
) -> None:
    let(private, by, at, password=PASSWORD)
    there = outage.incident.public_path
    for given, onward in (
        (there, there), ("", ""), ("//elsewhere.example.com/", ""), ("../../console/", ""),
        ("https://elsewhere.example.com/", ""), ("\\elsewhere.example.com", ""), ("a\nb", ""),
    ):  # fmt: skip
        answer = reader.post(private.path(UNLOCK), {"password": PASSWORD, "back": given})
        assert answer["Location"] == private.path(onward)


def test_the_way_is_kept_through_the_question_and_a_wrong_password(
    outage: Outage, private: Page, reader: Client, by: Actor, at: datetime
) -> None:
    let(private, by, at, password=PASSWORD)
    there = outage.incident.public_path
    kept = f'name="back" value="{there}"'
    assert kept in reader.get(private.path(there)).content.decode()
    wrong = reader.post(private.path(UNLOCK), {"password": "guess", "back": there})
    assert kept in wrong.content.decode()


def test_the_address_of_the_question_leads_to_the_page(
    private: Page, reader: Client, by: Actor, at: datetime
) -> None:
    let(private, by, at, password=PASSWORD)
    answer = reader.get(private.path(UNLOCK))
    assert (answer.status_code, answer["Location"]) == (302, private.path())
    assert answer["Cache-Control"] == "private, no-store"


def test_under_the_name_of_a_private_page_no_other_page_answers(
    private: Page, reader: Client, settings: Settings, by: Actor, at: datetime
) -> None:
    settings.ALLOWED_HOSTS = ["private.example.com", "localhost"]
    private.change(host_name="private.example.com", by=by, at=at)
    Page.found(name="Northmail", slug="public", by=by, at=at)
    there = {"host": "private.example.com"}
    for path in ("/", "/subscribe/", "/search/", "/subscriptions/x/", "/history/"):
        assert reader.get(path, headers=there).status_code == 404, path
    assert reader.get("/", headers={"host": "localhost"}).status_code == 200
    let(private, by, at, networks=["127.0.0.0/8"])
    assert "Mailstore" in reader.get("/", headers=there).content.decode()


def test_a_link_of_a_subscription_does_not_tell_that_it_is_there(
    private: Page, reader: Client, by: Actor, at: datetime
) -> None:
    Page.found(name="Northmail", slug="public", by=by, at=at)
    for slug in (private.slug, "nobody"):
        for link in ("x/", "confirm/x/", "unsubscribe/x/", "x/webhook/"):
            answer = reader.get(f"/pages/{slug}/subscriptions/{link}")
            assert answer.status_code == 404, link
