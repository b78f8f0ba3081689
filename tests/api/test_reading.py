"""What the API shows, and to whom."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.core.levels import Level
from incidents.models import (
    Cohort,
    Commitment,
    Component,
    ComponentGroup,
    Incident,
    IncidentLink,
    Maintenance,
    Note,
    Page,
    Postmortem,
    Update,
)
from people.actors import Actor
from people.models import ApiToken, User
from tests.api.conftest import Asking


def test_anybody_lists_the_public_pages(reader: Asking, page: Page) -> None:
    listed = reader.get("pages").json()
    assert [shown["id"] for shown in listed["items"]] == [page.public_id]
    assert listed["next_cursor"] is None


def test_a_page_is_found_by_id_and_by_slug(reader: Asking, page: Page) -> None:
    assert reader.get(f"pages/{page.public_id}").json() == reader.get("pages/mail").json()


def test_the_status_is_the_roll_up(reader: Asking, incident: Incident) -> None:
    shown = reader.get("pages/mail/status").json()
    assert shown["indicator"] == "critical"
    assert shown["description"] == "Major System Outage"
    assert shown["open_incidents"] == [incident.public_id]


def test_components_carry_their_level_and_group(
    reader: Asking, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    group = ComponentGroup.add(page, "Reading", by=by, at=at)
    webmail = Component.add(page, "Webmail", group=group, by=by, at=at)
    items = reader.get("pages/mail/components").json()["items"]
    assert [(item["name"], item["level"]) for item in items] == [
        ("Mailstore", "major_outage"),
        ("Webmail", "operational"),
    ]
    assert reader.get(f"components/{webmail.public_id}").json()["group_id"] == group.public_id
    assert reader.get("pages/mail/groups").json()["items"][0]["id"] == group.public_id


def test_an_incident_tells_its_whole_story(
    reader: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    other = Incident.open(incident.page, title="Search is late", body="Yes.", by=by, at=at)
    IncidentLink.tie(incident, other, "follow_up", by=by, at=at)
    Note.add(incident, "not_affected", "Sending mail", by=by, at=at)
    Commitment.promise(incident, "fix", due=at + timedelta(hours=1), by=by, at=at)
    Cohort.name_one(incident, "Accounts on store 7", size=24, by=by, at=at).report(75, by=by, at=at)
    shown = reader.get(f"incidents/{incident.public_id}").json()
    assert shown["impact"] == "critical"
    assert shown["windows"][0]["component"]["name"] == "Mailstore"
    assert shown["updates"][0]["levels"][0]["new_level"] == "major_outage"
    assert shown["notes"][0]["headline"] == "Sending mail"
    assert shown["commitments"][0]["state"] == "open"
    assert shown["cohorts"][0] | {"id": ""} == {
        "id": "", "name": "Accounts on store 7", "size": 24, "share_percent": None,
        "done_percent": 75, "progress": [{"at": "2026-03-02T12:00:00.000Z", "done_percent": 75}],
    }  # fmt: skip
    assert shown["links"][0]["other_id"] == other.public_id


def test_times_are_in_utc_and_say_so(reader: Asking, incident: Incident) -> None:
    shown = reader.get(f"incidents/{incident.public_id}").json()
    assert shown["started_at"] == "2026-03-02T12:00:00.000Z"


def test_a_promise_broken_says_by_how_much(
    reader: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    due = at - timedelta(minutes=10)
    Commitment.promise(incident, "fix", due=due, by=by, at=at - timedelta(hours=1))
    promise = reader.get(f"incidents/{incident.public_id}").json()["commitments"][0]
    assert promise["state"] == "late"
    assert 600 <= promise["seconds_late"] <= 660


def test_a_redacted_update_is_a_stub(
    reader: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.updates.get().redact("It named a customer", by=by, at=at)
    update = reader.get(f"incidents/{incident.public_id}/updates").json()["items"][0]
    assert (update["body"], update["html"]) == ("", "")
    assert update["redaction_reason"] == "It named a customer"


def test_names_of_staff_stay_inside(reader: Asking, incident: Incident) -> None:
    assert b"Alice" not in reader.get(f"incidents/{incident.public_id}").content


def test_incidents_are_filtered_by_state(
    reader: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    over = Incident.open(incident.page, title="Search is late", body="Yes.", by=by, at=at)
    over.resolve(body="It is back.", by=by, at=at + timedelta(seconds=1))
    listed = {
        state: [
            each["id"] for each in reader.get(f"pages/mail/incidents?state={state}").json()["items"]
        ]
        for state in ("open", "over")
    }
    assert listed == {"open": [incident.public_id], "over": [over.public_id]}


def test_maintenance_has_its_own_address(
    reader: Asking, page: Page, component: Component, by: Actor, at: datetime
) -> None:
    start, end = at + timedelta(days=1), at + timedelta(days=1, hours=2)
    planned = Maintenance.schedule(
        page, title="New disks", body="Soon.", start=start, end=end,
        components=[component], by=by, at=at,
    )  # fmt: skip
    shown = reader.get(f"maintenances/{planned.public_id}").json()
    assert shown["scheduled"][0]["components"] == [
        {"id": component.public_id, "name": component.name}
    ]
    assert reader.get("pages/mail/maintenances").json()["items"] == [shown]
    assert reader.get("pages/mail/incidents").json()["items"] == []
    assert reader.get(f"incidents/{planned.public_id}").status_code == 404


def test_a_postmortem_is_read_once_it_is_public(
    reader: Asking, writer: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    text = Postmortem.draft(incident.page, title="Why", incidents=[incident], by=by, at=at)
    text.write_section("summary", "A disk failed.", by=by, at=at)
    path = f"postmortems/{text.public_id}"
    assert reader.get(path).status_code == 404
    assert writer.get(path).json()["status"] == "draft"
    assert reader.get(f"incidents/{incident.public_id}").json()["postmortem_ids"] == []
    text.publish(by=by, at=at)
    assert reader.get(path).json()["sections"][0]["body"] == "A disk failed."
    assert reader.get("pages/mail/postmortems").json()["items"][0]["id"] == text.public_id
    assert reader.get(f"incidents/{incident.public_id}").json()["postmortem_ids"] == [
        text.public_id
    ]


@pytest.mark.parametrize(
    "change",
    [{"rehearsal": True}, {"published_at": None}, {"withdrawn_at": "2026-03-02T12:00:00Z"}],
    ids=["rehearsal", "draft", "withdrawn"],
)
def test_what_is_not_public_is_read_by_staff_only(
    reader: Asking, writer: Asking, incident: Incident, by: Actor, at: datetime, change: Any
) -> None:
    other = Incident.open(incident.page, title="Search is late", body="Yes.", by=by, at=at)
    IncidentLink.tie(other, incident, "follow_up", by=by, at=at)
    both = [incident, other]
    text = Postmortem.draft(incident.page, title="Why", incidents=both, by=by, at=at)
    text.write_section("summary", "A disk failed.", by=by, at=at)
    text.publish(by=by, at=at)
    Incident.objects.filter(pk=incident.pk).update(**change)
    assert reader.get(f"incidents/{incident.public_id}").status_code == 404
    assert [each["id"] for each in reader.get("pages/mail/incidents").json()["items"]] == [
        other.public_id
    ]
    assert reader.get(f"incidents/{other.public_id}").json()["links"] == []
    shown = reader.get(f"postmortems/{text.public_id}").json()
    assert shown["incident_ids"] == [other.public_id]
    assert writer.get(f"incidents/{incident.public_id}").json()["is_public"] is False


def test_a_private_page_is_read_by_its_members_only(
    reader: Asking, writer: Asking, bob: User, incident: Incident, at: datetime
) -> None:
    Page.objects.update(visibility="private")
    _, plaintext = ApiToken.issue(owner=bob, name="other", scopes=["read"], at=at)
    component = incident.page.components.get()
    for path in (
        "pages/mail", "pages/mail/status", "pages/mail/components", "pages/mail/groups",
        "pages/mail/incidents", "pages/mail/maintenances", "pages/mail/postmortems",
        f"components/{component.public_id}", f"incidents/{incident.public_id}",
        f"incidents/{incident.public_id}/updates",
    ):  # fmt: skip
        assert reader.get(path).status_code == 404, path
        assert Asking(Client(), plaintext).get(path).status_code == 404, path
        assert writer.get(path).status_code == 200, path
    assert reader.get("pages").json()["items"] == []
    assert len(writer.get("pages").json()["items"]) == 1


def test_what_is_kept_for_staff_is_blank_for_readers(
    reader: Asking, writer: Asking, page: Page, by: Actor, at: datetime
) -> None:
    opened = Incident.open(
        page, title="It is slow", body="Yes.", external_id="OPS-7", metadata={"shard": 7},
        by=by, at=at,
    )  # fmt: skip
    path = f"incidents/{opened.public_id}"
    assert (reader.get(path).json()["external_id"], reader.get(path).json()["metadata"]) == ("", {})
    assert writer.get(path).json()["metadata"] == {"shard": 7}


@pytest.mark.parametrize("what", ["incidents", "maintenances", "components", "postmortems"])
def test_lists_cost_the_same_however_long_they_are(
    reader: Asking, page: Page, incident: Incident, by: Actor, at: datetime, what: str
) -> None:
    _fill(page, incident, by, at, 1)
    few = _queries(reader, f"pages/mail/{what}")
    _fill(page, incident, by, at, 6)
    assert _queries(reader, f"pages/mail/{what}") == few
    assert few <= 30


def _queries(reader: Asking, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert reader.get(path).status_code == 200
    return len(queries)


def _fill(page: Page, first: Incident, by: Actor, at: datetime, times: int) -> None:
    for number in range(times):
        name = f"Part {times}.{number}"
        group = ComponentGroup.add(page, name, by=by, at=at)
        part = Component.add(page, name, group=group, by=by, at=at)
        opened = Incident.open(
            page, title=name, body="Yes.", levels={part: Level.PARTIAL_OUTAGE},
            next_update_due=at + timedelta(hours=1), by=by, at=at,
        )  # fmt: skip
        update = Update.post(opened, body="Still.", corrects=opened.updates.get(), by=by, at=at)
        assert update.number == 2
        IncidentLink.tie(first, opened, "same_series", by=by, at=at)
        Note.add(opened, "advice", "Wait", by=by, at=at)
        Cohort.name_one(opened, "Some", by=by, at=at).report(50, by=by, at=at)
        text = Postmortem.draft(page, title=name, incidents=[opened], by=by, at=at)
        text.write_section("summary", "A disk failed.", by=by, at=at)
        text.publish(by=by, at=at)
        Maintenance.schedule(
            page, title=name, body="Soon.", components=[part], by=by, at=at,
            start=at + timedelta(days=1), end=at + timedelta(days=2),
        )  # fmt: skip
