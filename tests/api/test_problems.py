"""Every error is a problem, and names the field as it was sent."""

from typing import Any

import pytest
from django.test import Client

from api import limits
from api.shown.pages import PageShown
from incidents.models import Component, Event, Incident, Page, Update
from people.models import User
from tests.api.conftest import Asking

OPEN = {"title": "It is slow", "body": "Yes."}


def problem(answer: Any, status: int) -> Any:
    """Check the form of RFC 9457 and return the document."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert document["title"]
    assert document["detail"]
    return document


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": "Subject\r\nBcc: all@example.com"}, "title"),
        ({"title": None}, "title"),
        ({"title": "\x00"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"body": " "}, "body"),
        ({"body": "x" * 26_000}, "body"),
        ({"body": "[" * 20_000}, "body"),
        ({"body": "<script>alert(1)</script>"}, "body"),
        ({"headline": "a\nb"}, "headline"),
        ({"social_text": "x" * 281}, "social_text"),
        ({"signature": "x" * 121}, "signature"),
        ({"status": "resolved"}, "status"),
        ({"levels": {"nosuchpart00": "major_outage"}}, "levels"),
        ({"levels": {"nosuchpart00": "on_fire"}}, "levels.nosuchpart00"),
        ({"levels": ["nosuchpart00"]}, "levels"),
        ({"started_at": "2026-03-02T11:00"}, "started_at"),
        ({"started_at": "2026-03-02 11:00 EST -0400"}, "started_at"),
        ({"started_at": "2026-03-03T11:00Z"}, "started_at"),
        ({"started_at": "0001-01-01T00:00+14:00"}, "started_at"),
        ({"started_at": 1772449200}, "started_at"),
        ({"started_at": "Z" * 5000}, "started_at"),
        ({"next_update_due": "2026-03-02T11:00Z"}, "next_update_due"),
        ({"impact_override": "huge"}, "impact_override"),
        ({"notify": "yes"}, "notify"),
        ({"external_id": "x" * 121}, "external_id"),
        ({"metadata": {"a": "x" * 10_001}}, "metadata"),
        ({"metadata": {"a": 1e999}}, "metadata"),
        ({"metadata": {"a": "\x00"}}, "metadata"),
        ({"metadata": [1]}, "metadata"),
        ({"tilte": "a slip"}, "tilte"),
    ],
)
def test_bad_input_names_its_field_and_stores_nothing(
    writer: Asking, page: Page, change: dict[str, Any], field: str
) -> None:
    before = Event.objects.count()
    sent = OPEN | change
    body = (
        b'{"metadata": {"a": 1e999}, "title": "x", "body": "y"}' if 1e999 in _values(sent) else sent
    )
    document = problem(writer.post("pages/mail/incidents", body), 422)
    assert list(document["errors"]) == [field]
    assert document["errors"][field][0] in document["detail"]
    assert not Incident.objects.exists()
    assert Event.objects.count() == before


def test_metadata_may_not_be_nested_without_end(writer: Asking, page: Page) -> None:
    deep = b'{"a":' + b"[" * 900 + b"]" * 900 + b"}"
    body = b'{"title": "x", "body": "y", "metadata": ' + deep + b"}"
    document = problem(writer.post("pages/mail/incidents", body), 422)
    assert list(document["errors"]) == ["metadata"]


def test_all_slips_are_named_at_once(writer: Asking, page: Page) -> None:
    answer = writer.post("pages/mail/incidents", {"titel": "x", "started_at": "today"})
    assert set(problem(answer, 422)["errors"]) == {"title", "body", "titel", "started_at"}


def test_an_illegal_step_names_what_may_come(writer: Asking, incident: Incident) -> None:
    path = f"incidents/{incident.public_id}/updates"
    document = problem(writer.post(path, {"body": "x", "status": "completed"}), 422)
    assert list(document["errors"]) == ["status"]
    assert Update.objects.count() == 1


def test_a_correction_of_a_strange_update_is_refused(writer: Asking, incident: Incident) -> None:
    path = f"incidents/{incident.public_id}/updates"
    document = problem(writer.post(path, {"body": "x", "corrects": "nosuchupdate"}), 422)
    assert list(document["errors"]) == ["corrects"]


def test_a_resolution_before_the_start_is_refused(writer: Asking, incident: Incident) -> None:
    path = f"incidents/{incident.public_id}/resolution"
    answer = writer.put(path, {"body": "x", "resolved_at": "2026-03-02T11:00Z"})
    assert list(problem(answer, 422)["errors"]) == ["resolved_at"]


def test_what_is_resolved_is_not_resolved_and_told_twice(
    writer: Asking, incident: Incident
) -> None:
    path = f"incidents/{incident.public_id}/resolution"
    assert writer.put(path, {"body": "It is back."}).status_code == 200
    document = problem(writer.put(path, {"body": "It is back."}), 422)
    assert list(document["errors"]) == ["status"]
    assert Event.objects.filter(kind="incident.resolved").count() == 1


def test_a_maintenance_that_ends_before_it_starts_is_refused(writer: Asking, page: Page) -> None:
    sent = OPEN | {"start": "2026-03-07T04:00Z", "end": "2026-03-07T02:00Z"}
    document = problem(writer.post("pages/mail/maintenances", sent), 422)
    assert list(document["errors"]) == ["end"]


def test_a_maintenance_of_an_unknown_component_is_refused(writer: Asking, page: Page) -> None:
    sent = OPEN | {
        "start": "2026-03-07T02:00Z", "end": "2026-03-07T04:00Z", "components": ["nosuchpart00"],
    }  # fmt: skip
    document = problem(writer.post("pages/mail/maintenances", sent), 422)
    assert list(document["errors"]) == ["components"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"NaN", b'{"title": NaN}', b"[" * 100_000],
    ids=["nothing", "cut off", "no UTF-8", "NaN", "NaN inside", "nested"],
)
def test_what_is_no_json_is_refused(writer: Asking, page: Page, body: bytes) -> None:
    status = 422 if body == b"" else 400
    problem(writer.post("pages/mail/incidents", body), status)


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"7"])
def test_what_is_no_object_is_refused(writer: Asking, page: Page, body: bytes) -> None:
    document = problem(writer.post("pages/mail/incidents", body), 422)
    assert document["errors"] == {"$": ["Send a JSON object."]}


def test_too_much_is_refused(writer: Asking, page: Page) -> None:
    problem(writer.post("pages/mail/incidents", b" " * 1_100_000), 413)


def test_unknown_things_and_addresses_are_not_found(reader: Asking, page: Page) -> None:
    for path in ("pages/none", "incidents/none", "components/none", "no/such/door", "%00"):
        problem(reader.get(path), 404)
    problem(reader.post("no/such/door", {}), 404)


def test_a_wrong_method_is_told_the_right_ones(reader: Asking, page: Page) -> None:
    answer = Client().delete("/api/v3/pages/mail/incidents")
    problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=x", "limit"), ("cursor=%00", "cursor"), ("state=x", "state"),
     ("cursor=aaaaaaaaaaaa", "cursor")],
)  # fmt: skip
def test_a_bad_query_names_its_parameter(
    reader: Asking, page: Page, query: str, field: str
) -> None:
    document = problem(reader.get(f"pages/mail/incidents?{query}"), 422)
    assert list(document["errors"]) == [field]


def test_an_address_that_asks_too_often_waits(
    reader: Asking, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 2)
    first, second, third = (reader.get("pages") for _ in range(3))
    assert first["RateLimit"].startswith('"address";r=1;t=')
    assert second.status_code == 200
    problem(third, 429)
    assert 0 < int(third["Retry-After"]) <= 60
    assert reader.client.get("/api/v3/pages", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_our_own_fault_is_a_problem_that_tells_nothing(
    reader: Asking, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_args: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(PageShown, "of", stumble)
    assert "secret" not in problem(reader.get("pages/mail"), 500)["detail"]


def test_a_component_of_another_page_is_a_stranger(
    writer: Asking, component: Component, responder: User, by: Any, at: Any
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    strange = Component.add(other, "Elsewhere", by=by, at=at)
    sent = OPEN | {"levels": {strange.public_id: "major_outage"}}
    document = problem(writer.post("pages/mail/incidents", sent), 422)
    assert list(document["errors"]) == ["levels"]


def _values(sent: dict[str, Any]) -> list[Any]:
    metadata = sent.get("metadata")
    return list(metadata.values()) if isinstance(metadata, dict) else []
