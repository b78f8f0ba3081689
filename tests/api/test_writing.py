"""What a token may do, through the record's own verbs."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.models import (
    Commitment,
    Component,
    Event,
    Incident,
    Maintenance,
    Membership,
    Page,
    Update,
)
from people.actors import Actor
from people.models import ApiToken, User
from tests.api.conftest import Asking


def test_an_incident_is_opened_with_levels_and_a_promise(
    writer: Asking, page: Page, mailstore: Component, token: tuple[ApiToken, str], at: datetime
) -> None:
    answer = writer.post(
        "pages/mail/incidents",
        {
            "title": "Mail cannot be read",
            "body": "We are **looking** into it.",
            "levels": {mailstore.public_id: "major_outage"},
            "started_at": "2026-03-02T06:30:00-05:00",
            "next_update_due": "2026-03-02T13:00Z",
            "external_id": "OPS-7",
            "metadata": {"shard": 7},
        },
    )
    shown = answer.json()
    incident = Incident.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v3/incidents/{incident.public_id}"
    assert shown == writer.get(answer["Location"].removeprefix("/api/v3/")).json()
    assert shown["started_at"] == "2026-03-02T11:30:00.000Z"
    assert shown["updates"][0]["html"] == "<p>We are <strong>looking</strong> into it.</p>"
    assert mailstore.level_at(at + timedelta(minutes=1)) == "major_outage"
    assert Commitment.objects.get().due == at + timedelta(hours=1)


def test_the_journal_names_the_token_and_the_person_behind_it(
    writer: Asking, page: Page, token: tuple[ApiToken, str], responder: User
) -> None:
    writer.post("pages/mail/incidents", {"title": "It is slow", "body": "Yes."})
    event = Event.objects.get(kind="incident.opened")
    assert (event.actor_kind, event.face, event.actor_label) == ("token", "api", "ci (Alice)")
    assert (event.actor_token_id, event.actor_person_id) == (token[0].pk, responder.pk)
    assert event.tell


def test_nobody_is_told_when_asked_not_to(writer: Asking, page: Page) -> None:
    writer.post("pages/mail/incidents", {"title": "It is slow", "body": "Yes.", "notify": False})
    assert not Event.objects.filter(tell=True).exists()


def test_an_update_names_only_what_changes(
    writer: Asking, incident: Incident, mailstore: Component
) -> None:
    first = incident.updates.get()
    answer = writer.post(
        f"incidents/{incident.public_id}/updates",
        {
            "body": "A disk failed.",
            "status": "identified",
            "levels": {mailstore.public_id: "partial_outage"},
            "corrects": first.public_id,
            "headline": "Half is back",
        },
    )
    shown = answer.json()
    assert answer.status_code == 201
    assert (shown["number"], shown["status"], shown["corrects"]) == (
        2, "identified", first.public_id,
    )  # fmt: skip
    assert shown["levels"][0] == {
        "component": {"id": mailstore.public_id, "name": "Mailstore"},
        "old_level": "major_outage",
        "new_level": "partial_outage",
    }
    assert shown in writer.get(f"incidents/{incident.public_id}").json()["updates"]


def test_a_post_reads_nothing_of_the_story_before_it(
    writer: Asking, incident: Incident, django_assert_max_num_queries: Any
) -> None:
    path = f"incidents/{incident.public_id}/updates"
    assert writer.post(path, {"body": "The first."}).status_code == 201
    with django_assert_max_num_queries(18) as captured:
        assert writer.post(path, {"body": "The second."}).status_code == 201
    assert not [each for each in captured if "json" in each["sql"].lower()[:200]]


def test_an_incident_is_resolved_at_a_stated_time(
    writer: Asking, page: Page, mailstore: Component
) -> None:
    opened = writer.post(
        "pages/mail/incidents",
        {
            "title": "Mail cannot be read",
            "body": "Yes.",
            "levels": {mailstore.public_id: "major_outage"},
            "started_at": "2026-03-02T10:00:00Z",
        },
    ).json()
    answer = writer.put(
        f"incidents/{opened['id']}/resolution",
        {"body": "It is back.", "resolved_at": "2026-03-02T11:00:00Z"},
    )
    shown = answer.json()
    assert answer.status_code == 200
    assert (shown["status"], shown["is_open"]) == ("resolved", False)
    assert shown["resolved_at"] == shown["windows"][0]["end"] == "2026-03-02T11:00:00.000Z"


def test_a_resolution_is_taken_back(
    writer: Asking, incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.resolve(body="It is back.", by=by, at=at)
    answer = writer.post(
        f"incidents/{incident.public_id}/reopenings",
        {"body": "It is gone again.", "levels": {mailstore.public_id: "degraded_performance"}},
    )
    assert answer.status_code == 201
    assert answer.json()["status"] == "investigating"
    assert Incident.objects.get().is_open


def test_what_is_open_cannot_be_reopened(writer: Asking, incident: Incident) -> None:
    answer = writer.post(f"incidents/{incident.public_id}/reopenings", {"body": "Again."})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"status": ["Only what is resolved can be reopened."]}


def test_a_level_is_set_by_hand(
    writer: Asking, component: Component, responder: User, at: datetime
) -> None:
    sent = {"level": "degraded_performance", "happened_at": "2026-03-02T11:58:00Z"}
    answer = writer.put(f"components/{component.public_id}/level", sent)
    assert answer.status_code == 200
    assert answer.json()["level"] == "degraded_performance"
    assert component.windows.get().start == at - timedelta(minutes=2)


def test_a_maintenance_is_scheduled(writer: Asking, component: Component, at: datetime) -> None:
    answer = writer.post(
        "pages/mail/maintenances",
        {
            "title": "New disks",
            "body": "Reading may be slow.",
            "start": "2026-03-07T02:00:00Z",
            "end": "2026-03-07T04:00:00Z",
            "components": [component.public_id],
            "max_minutes": 90,
        },
    )
    shown = answer.json()
    planned = Maintenance.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v3/maintenances/{planned.public_id}"
    assert shown["status"] == "scheduled"
    assert (
        shown["scheduled"][0].items()
        >= {
            "start": "2026-03-07T02:00:00.000Z",
            "end": "2026-03-07T04:00:00.000Z",
            "max_minutes": 90,
        }.items()
    )
    assert shown["scheduled"][0]["components"] == [{"id": component.public_id, "name": "Webmail"}]


def test_a_key_without_the_scope_is_told_which_one_it_lacks(
    responder: User, incident: Incident, at: datetime
) -> None:
    _, plaintext = ApiToken.issue(
        owner=responder, name="levels", scopes=["components:write"], at=at
    )
    answer = Asking(Client(), plaintext).post(
        f"incidents/{incident.public_id}/updates", {"body": "No."}
    )
    assert answer.status_code == 403
    assert "incidents:write" in answer.json()["detail"]
    assert 'scope="incidents:write"' in answer["WWW-Authenticate"]
    assert Update.objects.count() == 1


@pytest.mark.parametrize("role", ["viewer", "finance", ""])
def test_a_key_may_no_more_than_its_owner(
    bob: User,
    page: Page,
    component: Component,
    incident: Incident,
    by: Actor,
    at: datetime,
    role: str,
) -> None:
    if role:
        Membership.grant(page=page, user=bob, role=role, by=by, at=at)
    scopes = ["incidents:write", "components:write"]
    asking = Asking(Client(), ApiToken.issue(owner=bob, name="ci", scopes=scopes, at=at)[1])
    for answer in (
        asking.post("pages/mail/incidents", {"title": "No", "body": "No."}),
        asking.post(f"incidents/{incident.public_id}/updates", {"body": "No."}),
        asking.post(f"incidents/{incident.public_id}/reopenings", {"body": "No."}),
        asking.put(f"incidents/{incident.public_id}/resolution", {"body": "No."}),
        asking.put(f"components/{component.public_id}/level", {"level": "major_outage"}),
        asking.post("pages/mail/maintenances", _SCHEDULE),
    ):
        assert answer.status_code == 403
        assert "Example Mail" in answer.json()["detail"]
    assert (Incident.objects.count(), Update.objects.count()) == (1, 1)


def test_a_membership_that_ended_ends_what_its_keys_may(
    writer: Asking, page: Page, by: Actor, at: datetime
) -> None:
    Membership.objects.get().end(by=by, at=at)
    answer = writer.post("pages/mail/incidents", {"title": "No", "body": "No."})
    assert answer.status_code == 403


@pytest.mark.parametrize("change", ["revoked", "expired", "owner left", "never was"])
def test_a_dead_key_opens_no_door_not_even_to_what_is_public(
    token: tuple[ApiToken, str], page: Page, at: datetime, change: str
) -> None:
    row, plaintext = token
    if change == "revoked":
        row.revoke(at=at)
    elif change == "expired":
        ApiToken.objects.update(expires_at=at)
    elif change == "owner left":
        User.objects.update(is_active=False)
    else:
        plaintext = "cnd_guess"
    for answer in (
        Asking(Client(), plaintext).get("pages"),
        Asking(Client(), plaintext).post("pages/mail/incidents", {"title": "No", "body": "No."}),
    ):
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    assert not Incident.objects.exists()


def test_without_a_key_nothing_is_written(reader: Asking, incident: Incident) -> None:
    answer = reader.put(f"incidents/{incident.public_id}/resolution", {"body": "No."})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="candor"'


def test_a_session_is_no_key(client: Client, responder: User, page: Page) -> None:
    client.force_login(responder)
    sent: Any = {"title": "No", "body": "No."}
    assert Asking(client).post("pages/mail/incidents", sent).status_code == 401


_SCHEDULE = {
    "title": "New disks",
    "body": "Soon.",
    "start": "2026-03-07T02:00:00Z",
    "end": "2026-03-07T04:00:00Z",
}
