"""Uptime to the second, dependencies, mirrors and metrics over the API."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.models import Component, Incident, Membership, Metric, Mirror, Page
from people.actors import Actor
from people.models import ApiToken, User
from tests.api.conftest import Asking

HOUR = timedelta(hours=1)


@pytest.fixture
def admin(page: Page, bob: User, by: Actor, at: datetime) -> Asking:
    Membership.grant(page=page, user=bob, role="admin", by=by, at=at)
    token = ApiToken.issue(owner=bob, name="ci", scopes=["components:write"], at=at)
    return Asking(Client(), token[1])


@pytest.fixture
def metric(page: Page, by: Actor, at: datetime) -> Metric:
    return Metric.add(page, "Time to deliver", unit="s", by=by, at=at)


def errors(answer: Any) -> dict[str, str]:
    return {field: " ".join(said) for field, said in answer.json()["errors"].items()}


def test_uptime_is_told_in_seconds_over_any_period(
    reader: Asking, incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.windows.update(start=at - 2 * HOUR)
    answer = reader.get(
        f"components/{mailstore.public_id}/uptime?start=2026-03-02T08:00:00Z&end=2026-03-02T11:00:00Z"
    )
    shown = answer.json()
    assert shown["seconds"] == 3 * 3600
    assert shown["trouble"]["major_outage"] == 3600
    assert (shown["downtime_seconds"], shown["percent"]) == ("3600", "66.6666")
    whole = reader.get(
        "pages/mail/uptime?start=2026-03-02T08:00:00Z&end=2026-03-02T11:00:00Z"
    ).json()
    assert whole["components"] == [shown]
    assert whole["percent"] == "66.6666"
    usual = reader.get(f"components/{mailstore.public_id}/uptime").json()
    assert usual["percent"].startswith("99.907")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("start=2026-03-02T11:00:00Z&end=2026-03-02T11:00:00Z", "end"),
        ("end=2026-03-09T11:00:00Z", "end"),
        ("start=2026-03-01", "start"),
    ],
)
def test_a_period_that_is_none_is_refused_at_its_field(
    reader: Asking, component: Component, query: str, field: str
) -> None:
    answer = reader.get(f"components/{component.public_id}/uptime?{query}")
    assert answer.status_code == 422
    assert field in str(list(errors(answer)))


def test_dependencies_are_set_by_admins_and_circles_refused_by_name(
    admin: Asking, writer: Asking, component: Component, mailstore: Component
) -> None:
    place = f"components/{component.public_id}/dependencies"
    body = {"components": [mailstore.public_id]}
    assert writer.put(place, body).status_code == 403
    assert admin.put(place, body).json()["depends_on"] == [mailstore.public_id]
    back = admin.put(
        f"components/{mailstore.public_id}/dependencies", {"components": [component.public_id]}
    )
    assert back.status_code == 422
    assert "Mailstore → Webmail → Mailstore" in errors(back)["depends_on"]
    unknown = admin.put(place, {"components": ["x"]})
    assert errors(unknown) == {"components": "“x” is no component of this page."}


def test_a_component_follows_a_page_and_then_none(admin: Asking, component: Component) -> None:
    place = f"components/{component.public_id}/mirror"
    shown = admin.put(place, {"url": "https://status.example.com"}).json()
    assert shown["follows"] == "https://status.example.com/api/v2/summary.json"
    refused = admin.put(f"components/{component.public_id}/level", {"level": "major_outage"})
    assert "stop following" in errors(refused)["level"]
    assert admin.put(place, {"url": "nonsense:"}).status_code == 422
    assert admin.put(place, {"url": None}).json()["follows"] is None
    assert not Mirror.objects.exists()


def test_a_metric_is_added_changed_and_measured(
    admin: Asking, writer: Asking, reader: Asking, component: Component
) -> None:
    sent = {"name": "Time to deliver", "unit": "s", "component": component.public_id}
    assert writer.post("pages/mail/metrics", sent).status_code == 403
    made = admin.post("pages/mail/metrics", sent)
    assert made.status_code == 201
    place = f"metrics/{made.json()['id']}"
    assert made["Location"] == f"/api/v3/{place}"
    assert admin.put(place, {"unit": "ms"}).json()["unit"] == "ms"
    points = [{"value": 1.5, "at": "2026-03-02T11:00:00Z"}, {"value": 2}]
    assert writer.post(f"{place}/points", {"points": points}).json()["recorded"] == 2
    found = reader.get(f"{place}/points").json()["points"]
    assert [each["value"] for each in found] == [1.5, 2]
    assert (
        reader.get("pages/mail/metrics").json()["items"][0]["component_id"] == component.public_id
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"points": []}', "at least 1"),
        ('{"points": [{"value": "1"}]}', "valid number"),
        ('{"points": [{"value": true}]}', "valid number"),
        ('{"points": [{"value": 1e999}]}', "finite"),
        ('{"points": [{"value": 1%s}]}' % ("0" * 400), "number"),
        ('{"points": [{"value": 1, "at": "2026-03-02T12:02:00Z"}]}', "has not come yet"),
        ('{"points": [{"value": 1, "at": "2019-03-02T12:02:00Z"}]}', "longer ago than"),
        (json.dumps({"points": [{"value": 1}] * 1001}), "at most 1000"),
    ],
)  # fmt: skip
def test_points_that_cannot_be_are_refused(
    writer: Asking, metric: Metric, body: str, words: str
) -> None:
    answer = writer.post(f"metrics/{metric.public_id}/points", body.encode())
    assert answer.status_code == 422, answer.content
    assert words in str(errors(answer))
    assert not metric.points.exists()


def test_a_metric_that_is_not_shown_is_nowhere_for_the_public(
    reader: Asking, writer: Asking, metric: Metric, by: Actor, at: datetime
) -> None:
    metric.change(shown=False, by=by, at=at)
    for place in (f"metrics/{metric.public_id}", f"metrics/{metric.public_id}/points"):
        assert reader.get(place).status_code == 404
        assert writer.get(place).status_code == 200
    assert reader.get("pages/mail/metrics").json()["items"] == []
