from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import sleep

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import Component, Incident, Maintenance, Page, Update
from people.actors import Actor
from publishing import hot
from publishing.artefact import HTML, Artefact
from publishing.rendering import render
from tests.publishing.world import Outage, as_served, open_trouble

PATHS = [
    "", "history/", "history.atom", "history.rss", "api/v2/summary.json", "api/v2/incidents.json",
    "api/v2/scheduled-maintenances.json", "feed.json", "updates.atom", "maintenance.ics", "badge.svg",
    "embed/", "index.md", "sitemap.xml",
]  # fmt: skip
HOUR = timedelta(hours=1)


def queries(page: Page, path: str, at: datetime) -> int:
    served = as_served(page)
    with CaptureQueriesContext(connection) as captured:
        render(served, path, at)
    return len(captured)


def test_a_page_costs_the_same_number_of_queries_however_much_happened(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    counted = []
    for names in (["Part"], ["Part A", "Part B", "Part C"]):
        for name in names:
            more = Component.add(page, name, by=by, at=at)
            incident = open_trouble(page, more, by, at)
            Update.post(incident, body="More.", levels={mailstore: "major_outage"}, by=by, at=at)
        counted.append({each: queries(page, each, at) for each in PATHS})
    assert counted[0] == counted[1]


def test_an_incident_page_costs_the_same_number_of_queries(
    outage: Outage, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident = outage.incident
    before = queries(outage.page, incident.public_path, at)
    again = incident.reopen(body="Again.", by=by, at=at, levels={outage.sending: "partial_outage"})
    Update.post(incident, body="Sorry.", corrects=again, by=by, at=at)
    assert queries(outage.page, incident.public_path, at) == before


def test_the_same_record_gives_the_same_bytes(outage: Outage, at: datetime) -> None:
    for path in PATHS:
        first, second = (render(outage.page, path, at) for _ in range(2))
        assert first.etag == second.etag


@pytest.mark.parametrize("path", ["", "history.atom", "api/v2/summary.json"])
def test_whoever_has_it_is_told_so(page: Page, reader: Client, at: datetime, path: str) -> None:
    with time_machine.travel(at, tick=False):
        _check_validators(reader, path)


def _check_validators(reader: Client, path: str) -> None:
    first = reader.get(f"/{path}")
    assert first["Cache-Control"] == (
        "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"
    )
    second = reader.get(f"/{path}", headers={"if-none-match": first["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert second["ETag"] == first["ETag"]
    assert "Set-Cookie" not in first


def test_head_has_the_headers_and_no_body(outage: Outage, reader: Client) -> None:
    response = reader.head("/")
    assert response.content == b""
    assert response["ETag"]


def test_data_is_for_every_origin_and_pages_are_not(outage: Outage, reader: Client) -> None:
    assert reader.get("/api/v2/summary.json")["Access-Control-Allow-Origin"] == "*"
    assert reader.get("/history.atom")["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in reader.get("/")


def test_a_change_is_visible_at_the_next_read(
    page: Page, mailstore: Component, by: Actor, reader: Client, at: datetime
) -> None:
    with time_machine.travel(at, tick=False):
        assert "All Systems Operational" in reader.get("/").content.decode()
        Incident.open(
            page, title="Down", body="Sorry.", levels={mailstore: "major_outage"}, by=by, at=at
        )
        assert "Major System Outage" in reader.get("/").content.decode()


def test_nothing_is_rendered_twice_for_one_version_and_moment(
    page: Page, reader: Client, at: datetime
) -> None:
    with time_machine.travel(at, tick=False):
        reader.get("/")
        with CaptureQueriesContext(connection) as captured:
            reader.get("/")
    # Which page it is, whether that is a private one, and its version.
    assert len(captured) <= 3


def test_a_page_answers_under_its_own_host(
    page: Page, by: Actor, at: datetime, reader: Client, settings: object
) -> None:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    other = Page.found(
        name="Other Mail", slug="other", host_name="Status.example.org", by=by, at=at
    )
    assert "Other Mail" in reader.get("/", HTTP_HOST="status.example.org").content.decode()
    assert "Example Mail" in reader.get("/", HTTP_HOST="127.0.0.1").content.decode()
    led = reader.get(f"/pages/{other.slug}/history/")
    assert (led.status_code, led["Location"]) == (301, other.url("history/"))


def test_forms_that_were_sent_out_before_a_page_had_its_own_host_are_taken(
    page: Page, by: Actor, at: datetime, reader: Client
) -> None:
    other = Page.found(name="Other Mail", slug="other", by=by, at=at)
    other.change(host_name="status.example.org", by=by, at=at)
    answer = reader.post("/pages/other/subscribe/", {"email": "not an address"})
    assert answer.status_code == 422
    assert "not an address" in answer.content.decode()


def test_links_follow_the_address_of_the_page_and_never_the_request(
    page: Page, by: Actor, at: datetime, reader: Client
) -> None:
    Page.found(name="Second", slug="second", by=by, at=at)
    html = reader.get("/pages/second/").content.decode()
    assert 'href="/pages/second/history/"' in html
    assert 'rel="canonical" href="http://localhost:8000/pages/second/"' in html


def test_a_private_page_is_not_served(page: Page, by: Actor, at: datetime, reader: Client) -> None:
    Page.found(name="Inside", slug="inside", visibility="private", by=by, at=at)
    assert "Inside" not in reader.get("/pages/inside/").content.decode()


def test_what_is_nowhere_gets_a_404_that_helps(page: Page, reader: Client) -> None:
    response = reader.get("/nothing/here")
    assert response.status_code == 404
    assert "The current status" in response.content.decode()


def test_a_404_calls_no_maintenance_an_incident(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="New disks", body="x", start=at, end=at + HOUR, components=[mailstore],
        by=by, at=at,
    )  # fmt: skip
    work.start(by=by, at=at)
    work.complete(by=by, at=at + HOUR)
    listed = render(page, "404/", at + HOUR).body.decode().split('aria-labelledby="newest"')[1]
    assert "New disks" in listed
    assert '<h2 id="newest">What happened</h2>' in listed


def test_a_mistyped_page_is_missing_and_not_taken_for_a_server_without_pages(
    page: Page, reader: Client
) -> None:
    for path in ("/pages/nosuch/", "/pages/nosuch/api/v2/summary.json"):
        assert reader.get(path).status_code == 404


def test_style_sheet_and_script_are_named_by_their_content(page: Page, reader: Client) -> None:
    html = reader.get("/").content.decode()
    sheet = html.split('rel="stylesheet" href="')[1].split('"')[0]
    response = reader.get(sheet)
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in response["Cache-Control"]
    assert response.content.startswith(b"/* The order of precedence")
    assert reader.get("/assets/site.000000000000.css").status_code == 404
    assert reader.get("/favicon.svg").status_code == 200


def test_the_kept_artefacts_stay_bounded(
    page: Page, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hot, "MOST", 10)
    for step in range(12):
        hot.rendered(page, "api/v2/status.json", at + timedelta(seconds=15 * step))
    assert len(hot._kept) <= 10


def test_a_crowd_of_readers_costs_one_rendering(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, rendered = Page(slug="crowd", changed_at=at), []

    def slowly(page: Page, path: str, at: datetime) -> Artefact:
        rendered.append(path)
        sleep(0.05)
        return Artefact(path, HTML, b"", at)

    monkeypatch.setattr(hot, "render", slowly)
    with ThreadPoolExecutor(8) as crowd:
        found = list(crowd.map(lambda _reader: hot.rendered(page, "history/", at), range(8)))
    assert rendered == ["history/"]
    assert all(each is found[0] for each in found)


def test_what_began_a_second_ago_does_not_wait_for_the_next_quarter_minute(
    page: Page, mailstore: Component, by: Actor, reader: Client, at: datetime
) -> None:
    moment = at + timedelta(seconds=7)
    with time_machine.travel(moment + timedelta(seconds=1), tick=False):
        reader.get("/")
        Incident.open(
            page, title="Down", body="x", levels={mailstore: "major_outage"}, by=by, at=moment
        )
        summary = reader.get("/api/v2/summary.json").json()
    assert {each["name"]: each["status"] for each in summary["components"]} == {
        "Mailstore": "major_outage"
    }


@pytest.mark.parametrize("path", ["search/", "subscribe/", "incidents/ab12cd34ef56/ask/"])
def test_the_forms_of_a_page_that_does_not_exist_are_not_found(
    client: Client, page: Page, path: str
) -> None:
    assert client.get(f"/pages/nowhere/{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/api/v2/status.json", "/history.atom", "/favicon.svg", "/search/", "/nowhere/",
             "/postmortems/preview/x/"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_what_can_only_be_read_says_so_to_whoever_would_change_it(
    page: Page, path: str, method: str
) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, path)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
