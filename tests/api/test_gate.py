"""What is alike for every answer: CORS, ETag, HEAD, paging, the way to the docs."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.models import Component, Incident, Page
from people.actors import Actor
from tests.api.conftest import Asking


def test_any_site_may_read(reader: Asking, page: Page) -> None:
    for path in ("pages", "pages/none", "openapi.json"):
        assert reader.get(path, Origin="https://example.com")["Access-Control-Allow-Origin"] == "*"


def test_no_site_may_write(writer: Asking, page: Page) -> None:
    answer = writer.post("pages/mail/incidents", {"title": "x", "body": "y"})
    assert "Access-Control-Allow-Origin" not in answer
    preflight = Client().options("/api/v3/pages/mail/incidents")
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD"


def test_what_has_not_changed_is_not_sent_again(
    reader: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    path = f"incidents/{incident.public_id}"
    etag = reader.get(path)["ETag"]
    same = reader.get(path, **{"If-None-Match": etag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    assert same["Access-Control-Allow-Origin"] == "*"
    incident.resolve(body="It is back.", by=by, at=at)
    assert reader.get(path, **{"If-None-Match": etag}).status_code == 200


def test_what_a_key_reads_is_kept_by_no_shared_cache(
    reader: Asking, writer: Asking, page: Page
) -> None:
    assert reader.get("pages")["Cache-Control"] == "no-cache"
    assert writer.get("pages")["Cache-Control"] == "private, no-cache"
    assert "Authorization" in reader.get("pages")["Vary"].split(", ")


def test_head_answers_like_get_without_a_body(page: Page) -> None:
    got, head = Client().get("/api/v3/pages/mail"), Client().head("/api/v3/pages/mail")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == got["ETag"]
    assert head["Content-Length"] == str(len(got.content))


@pytest.mark.parametrize("what", ["incidents", "components"])
def test_a_list_is_walked_in_steps_each_item_once(
    reader: Asking, page: Page, by: Actor, at: datetime, what: str
) -> None:
    for number in range(7):
        Component.add(page, f"Part {number}", by=by, at=at)
        start = at - timedelta(hours=number // 3)  # some begin at the same instant
        Incident.open(page, title=f"No {number}", body="Yes.", started_at=start, by=by, at=at)
    whole = reader.get(f"pages/mail/{what}").json()["items"]
    assert [item["id"] for item in whole] == _walked(reader, f"pages/mail/{what}?limit=2")
    assert len(whole) == 7


def _walked(reader: Asking, path: str) -> list[str]:
    ids: list[str] = []
    cursor = ""
    while True:
        listed = reader.get(path + (f"&cursor={cursor}" if cursor else "")).json()
        ids += [item["id"] for item in listed["items"]]
        cursor = listed["next_cursor"]
        if not cursor:
            return ids


def test_new_items_do_not_shift_a_walk(reader: Asking, page: Page, by: Actor, at: datetime) -> None:
    first = Incident.open(page, title="First", body="Yes.", by=by, at=at - timedelta(hours=2))
    Incident.open(page, title="Second", body="Yes.", by=by, at=at - timedelta(hours=1))
    cursor = reader.get("pages/mail/incidents?limit=1").json()["next_cursor"]
    Incident.open(page, title="Third", body="Yes.", by=by, at=at)
    rest = reader.get(f"pages/mail/incidents?limit=1&cursor={cursor}").json()
    assert [item["id"] for item in rest["items"]] == [first.public_id]


def test_the_root_leads_to_the_docs(db: None) -> None:
    assert Client().get("/api/v3/")["Location"] == "/api/v3/docs"
