from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from incidents.core import statuspage
from incidents.core.records import Planned, Told
from incidents.core.webhooks import Meta, Written, component_webhook, incident_webhook
from tests.incidents.core.likenesses import (
    AT,
    AChange,
    AComponent,
    AGroup,
    AnIncident,
    AnUpdate,
    APage,
    AStatus,
)

COMPONENT = [
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "position",
    "description",
    "showcase",
    "start_date",
    "group_id",
    "page_id",
    "group",
    "only_show_if_degraded",
]
INCIDENT = [
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "monitoring_at",
    "resolved_at",
    "impact",
    "shortlink",
    "started_at",
    "page_id",
    "incident_updates",
    "components",
    "reminder_intervals",
]
UPDATE = [
    "id",
    "status",
    "body",
    "incident_id",
    "created_at",
    "updated_at",
    "display_at",
    "affected_components",
    "deliver_notifications",
    "custom_tweet",
    "tweet_id",
]
META = Meta("https://status.example.com/leave", "https://status.example.com/docs", AT)


def test_a_page_has_statuspages_fields_in_order() -> None:
    assert list(statuspage.page(APage(), AT).items()) == [
        ("id", "page00000001"),
        ("name", "Example Mail"),
        ("url", "https://status.example.com"),
        ("time_zone", "UTC"),
        ("updated_at", "2026-03-02T12:00:00.000Z"),
    ]


def test_a_time_carries_milliseconds_and_the_offset_of_the_page() -> None:
    at = datetime(2019, 6, 24, 12, 25, 57, 666_999, tzinfo=UTC)
    zone = ZoneInfo("America/Los_Angeles")
    assert statuspage.moment(at, zone) == "2019-06-24T05:25:57.666-07:00"


@pytest.mark.parametrize("key", ["UTC", "Etc/UTC"])
def test_utc_is_written_as_z(key: str) -> None:
    assert statuspage.moment(AT, ZoneInfo(key)) == "2026-03-02T12:00:00.000Z"


def test_a_zone_that_happens_to_be_at_zero_keeps_its_offset() -> None:
    assert statuspage.moment(AT, ZoneInfo("Europe/London")).endswith("+00:00")


def test_a_component_has_statuspages_fields_in_order() -> None:
    component = AComponent(group=AGroup(), start_date=date(2026, 1, 5))
    shape = statuspage.component(component, APage(), "major_outage")
    assert list(shape) == COMPONENT
    assert shape["status"] == "major_outage"
    assert shape["start_date"] == "2026-01-05"
    assert shape["group_id"] == "group0000001"
    assert shape["description"] is None


def test_a_group_is_a_component_that_lists_its_members() -> None:
    shape = statuspage.component_group(AGroup(), APage(), "operational", [AComponent()])
    assert list(shape) == [*COMPONENT, "components"]
    assert shape["group"] is True
    assert shape["components"] == ["component001"]


def test_an_incident_has_statuspages_fields_in_order() -> None:
    shape = statuspage.incident(
        AnIncident(), APage(), impact="critical", updates=[Told(AnUpdate(), [AChange()])]
    )
    assert list(shape) == INCIDENT
    assert shape["components"] == []
    assert shape["reminder_intervals"] is None


def test_an_update_has_statuspages_fields_in_order() -> None:
    shape = statuspage.incident_update(Told(AnUpdate()), AnIncident(), ZoneInfo("UTC"))
    assert list(shape) == UPDATE
    assert shape["affected_components"] is None
    assert shape["custom_tweet"] is None


def test_an_affected_component_is_named_with_its_group() -> None:
    change = AChange(component=AComponent(group=AGroup()))
    assert statuspage.affected_components([change]) == [
        {
            "code": "component001",
            "name": "Mail - Mailstore",
            "old_status": "operational",
            "new_status": "major_outage",
        }
    ]


def test_a_maintenance_is_an_incident_with_dates_and_its_own_impact() -> None:
    shape = statuspage.maintenance(
        AnIncident(status="scheduled"),
        APage(),
        planned=Planned(AT, AT + timedelta(hours=1)),
        updates=[],
    )
    assert list(shape) == [*INCIDENT, "scheduled_for", "scheduled_until"]
    assert shape["impact"] == "maintenance"
    assert shape["scheduled_until"] == "2026-03-02T13:00:00.000Z"


@pytest.mark.parametrize(
    ("ours", "theirs"), [("announced", "scheduled"), ("cancelled", "completed"), ("verifying",) * 2]
)
def test_own_words_never_reach_a_strict_client(ours: str, theirs: str) -> None:
    shape = statuspage.maintenance(
        AnIncident(status=ours), APage(), planned=Planned(), updates=[Told(AnUpdate(status=ours))]
    )
    update = shape["incident_updates"][0]  # type: ignore[index]
    assert (shape["status"], update["status"]) == (theirs, theirs)


def test_a_redacted_update_keeps_its_place_and_loses_its_words() -> None:
    update = AnUpdate(redacted_at=AT + timedelta(hours=1), redaction_reason="It named a customer.")
    shape = statuspage.incident_update(Told(update), AnIncident(), ZoneInfo("UTC"))
    assert shape["body"] == "This update was removed. It named a customer."
    assert shape["updated_at"] == "2026-03-02T13:00:00.000Z"


def test_the_summary_always_holds_its_lists() -> None:
    shape = statuspage.summary(
        statuspage.page(APage(), AT),
        components=[],
        incidents=[],
        scheduled_maintenances=[],
        status=statuspage.status(AStatus()),
    )
    assert list(shape) == ["page", "components", "incidents", "scheduled_maintenances", "status"]
    assert shape["status"] == {"indicator": "critical", "description": "Major System Outage"}


def test_an_incident_webhook_has_statuspages_body() -> None:
    body = incident_webhook(
        AnIncident(),
        APage(),
        meta=META,
        status=AStatus(),
        impact="critical",
        updates=[Told(AnUpdate())],
    )
    assert list(body) == ["meta", "page", "incident"]
    assert body["meta"] == {
        "unsubscribe": "https://status.example.com/leave",
        "documentation": "https://status.example.com/docs",
        "generated_at": "2026-03-02T12:00:00.000Z",
    }
    incident = body["incident"]
    assert isinstance(incident, dict)
    assert incident["backfilled"] is False
    assert incident["scheduled_for"] is None
    assert incident["postmortem_body"] is None
    assert incident["incident_updates"][0]["body"] == "Mailstore does not answer."


def test_a_webhook_tells_of_a_postmortem_and_of_dates() -> None:
    body = incident_webhook(
        AnIncident(resolved_at=AT - timedelta(days=1)),
        APage(),
        meta=META,
        status=AStatus(),
        impact="maintenance",
        updates=[],
        planned=Planned(AT, None),
        postmortem=Written("What happened", AT, AT),
    )
    incident = body["incident"]
    assert isinstance(incident, dict)
    assert incident["backfilled"] is True
    assert incident["scheduled_for"] == "2026-03-02T12:00:00.000Z"
    assert incident["scheduled_until"] is None
    assert incident["postmortem_published_at"] == "2026-03-02T12:00:00.000Z"


def test_a_component_webhook_has_statuspages_body() -> None:
    body = component_webhook(
        AChange(), APage(), meta=META, status=AStatus(), id="change000001", at=AT
    )
    assert list(body) == ["meta", "page", "component_update", "component"]
    assert body["component_update"] == {
        "created_at": "2026-03-02T12:00:00.000Z",
        "new_status": "major_outage",
        "old_status": "operational",
        "component_type": "Component",
        "id": "change000001",
        "component_id": "component001",
    }
