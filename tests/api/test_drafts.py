"""Drafts, templates, remarks, translations, announcements and histories through the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from incidents.models import (
    Announcement,
    Component,
    Draft,
    Event,
    Incident,
    IncidentTemplate,
    Membership,
    Page,
    PrivateNote,
    UpdateText,
)
from people.actors import Actor
from people.models import ApiToken
from tests.api.conftest import Asking


def test_a_draft_is_kept_changed_scheduled_and_published(
    writer: Asking, reader: Asking, page: Page, incident: Incident, at: datetime
) -> None:
    body = {
        "kind": "update", "incident": incident.public_id,
        "content": {"body": "Half is back tonight.", "next_update_minutes": 30},
    }  # fmt: skip
    kept = writer.post("pages/mail/drafts", body)
    assert kept.status_code == 201
    name = kept.json()["id"]
    assert kept.json()["aging_words"] == ["tonight"]
    assert reader.get(f"drafts/{name}").status_code == 401
    tag = writer.get(f"drafts/{name}")["ETag"]
    changed = writer.put(f"drafts/{name}/content", {"content": {"body": "A."}}, If_Match=tag)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = writer.put(f"drafts/{name}/content", {"content": {"body": "B."}}, If_Match=tag)
    assert (stale.status_code, stale["ETag"], stale.json()["current"]) == (
        412, '"2"', {"body": "A."}
    )  # fmt: skip
    endless = writer.put(f"drafts/{name}/content", {"content": {}}, If_Match="9" * 5000)
    assert endless.status_code == 412
    later = (at + timedelta(hours=1)).isoformat()
    scheduled = writer.put(f"drafts/{name}/schedule", {"publish_at": later})
    assert scheduled.json()["publish_at"] == "2026-03-02T13:00:00.000Z"
    assert writer.get("pages/mail/drafts").json()["items"][0]["id"] == name
    assert writer.put(f"drafts/{name}/schedule", {"publish_at": None}).status_code == 200
    done = writer.put(f"drafts/{name}/publication", {})
    assert done.json()["published_at"]
    assert incident.updates.get(number=2).body == "A."
    assert writer.put(f"drafts/{name}/publication", {}).status_code == 422


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_characters_that_no_database_keeps_are_in_no_draft(
    writer: Asking, page: Page, text: str
) -> None:
    for content in ({"external_id": text}, {"metadata": {"x": text}}):
        sent = {"kind": "incident", "content": {"title": "A", "body": "B."} | content}
        assert writer.post("pages/mail/drafts", sent).status_code == 422
    assert not Draft.objects.exists()


def test_what_a_draft_cannot_hold_is_refused_by_field(writer: Asking, page: Page) -> None:
    for content, field in (
        ({"nope": 1}, "nope"), ({"body": "x" * 25_001}, "body"), ({"started_at": "12:00"},
        "started_at"), ({"levels": ["x"]}, "levels"), ({"title": ["x"]}, "title"),
    ):  # fmt: skip
        answer = writer.post("pages/mail/drafts", {"kind": "incident", "content": content})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), content
    assert not Draft.objects.exists()


def test_the_summary_is_guarded_by_if_match(
    writer: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    path = f"incidents/{incident.public_id}/summary"
    tag = writer.get(path)["ETag"]
    incident.summarise("Theirs.", by=by, at=at)
    answer = writer.put(path, {"summary": "Mine."}, If_Match=tag)
    assert (answer.status_code, answer.json()["current"]) == (412, {"summary": "Theirs."})
    assert writer.put(path, {"summary": "Mine."}, If_Match=answer["ETag"]).status_code == 200
    for strange in ('"rubbish"', '"title:0123456789ab"'):
        assert writer.put(path, {"summary": "Mine."}, If_Match=strange).status_code == 412
    compressed = f"W/{writer.get(path)['ETag']}"
    assert writer.put(path, {"summary": "Again."}, If_Match=compressed).status_code == 200
    assert writer.put(path, {"summary": "Last."}, If_Match="*").status_code == 200


def test_a_post_past_an_unread_update_is_stopped(writer: Asking, incident: Incident) -> None:
    path = f"incidents/{incident.public_id}/updates"
    assert writer.post(path, {"body": "One.", "after": 1}).status_code == 201
    late = writer.post(path, {"body": "Two.", "after": 1})
    assert (late.status_code, late.json()["current"]) == (412, {"body": "One."})
    assert writer.post(path, {"body": "Two.", "after": 2}).status_code == 201


def test_templates_fill_what_was_not_sent(
    writer: Asking, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    kept = IncidentTemplate.write(
        page, name="Down", kind="incident", title="{{component}} is down",
        body="{{component}} has failed.", next_update_minutes=30, notify=False, by=by, at=at,
    )  # fmt: skip
    assert writer.get("pages/mail/templates").json()["items"][0]["name"] == "Down"
    path = f"templates/{kept.public_id}/incidents"
    bare = writer.post(path, {})
    assert (bare.status_code, list(bare.json()["errors"])) == (422, ["title"])
    opened = writer.post(path, {"levels": {mailstore.public_id: "major_outage"}, "notify": True})
    shown = opened.json()
    assert (opened.status_code, shown["title"]) == (201, "Mailstore is down")
    assert shown["updates"][0]["body"] == "Mailstore has failed."
    assert Event.objects.get(kind="incident.opened").tell
    update = writer.post(
        f"templates/{kept.public_id}/updates", {"incident": shown["id"], "body": "Mine."}
    )
    assert (update.status_code, update.json()["body"]) == (201, "Mine.")


def test_remarks_are_for_staff(writer: Asking, reader: Asking, incident: Incident) -> None:
    path = f"incidents/{incident.public_id}/private-notes"
    assert writer.post(path, {"body": "Ask *Bob*."}).status_code == 201
    assert writer.get(path).json()["items"][0]["html"] == "<p>Ask <em>Bob</em>.</p>"
    assert reader.get(path).status_code == 401
    assert PrivateNote.objects.count() == 1


def test_an_update_is_translated(
    writer: Asking, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    page.change(languages=["de"], by=by, at=at)
    update = incident.updates.get()
    path = f"incidents/{incident.public_id}/updates/{update.public_id}/texts"
    assert writer.put(f"{path}/de", {"body": "Wir prüfen."}).status_code == 200
    assert list(writer.put(f"{path}/fr", {"body": "x"}).json()["errors"]) == ["language"]
    assert UpdateText.objects.get().body == "Wir prüfen."
    told = writer.get(f"incidents/{incident.public_id}").json()["updates"][0]["texts"]
    assert told[0]["language"] == "de"


def test_an_announcement_is_pinned_placed_and_ended(
    writer: Asking, page: Page, incident: Incident, at: datetime
) -> None:
    made = writer.post(
        "pages/mail/announcements", {"title": "A", "body": "B", "pinned": True}
    ).json()
    assert made["pinned"]
    path = f"announcements/{made['id']}"
    later = (at + timedelta(days=1)).isoformat()
    placed = writer.put(f"{path}/placement", {"pinned": False, "ends_at": later}).json()
    assert (placed["pinned"], placed["ends_at"]) == (False, "2026-03-03T12:00:00.000Z")
    assert writer.put(f"{path}/end", {"body": "Over.", "notify": False}).status_code == 200
    assert Announcement.objects.get().status == "ended"
    strange = writer.put(f"announcements/{incident.public_id}/end", {"body": "x"})
    assert strange.status_code == 404


def history() -> dict[str, Any]:
    """An incident of January."""
    return {
        "title": "Mail was slow",
        "updates": [
            {"said_at": "2026-01-05T09:00:00Z", "status": "investigating", "body": "We look."},
            {"said_at": "2026-01-05T10:00:00Z", "status": "resolved", "body": "Over."},
        ],
        "windows": [
            {"component": "Mailstore", "level": "degraded_performance",
             "start": "2026-01-05T08:40:00Z", "end": "2026-01-05T09:50:00Z"},
        ],
        "external_id": "wiki-1",
    }  # fmt: skip


@pytest.fixture
def _speaking(token: tuple[ApiToken, str], page: Page, by: Actor, at: datetime) -> None:
    """Alice may publish what is told afterwards, too, as in the console."""
    Membership.grant(page=page, user=token[0].owner, role="communicator", by=by, at=at)


def test_a_history_is_not_for_everybody_who_responds(writer: Asking, mailstore: Component) -> None:
    assert writer.post("pages/mail/history", history()).status_code == 403


@pytest.mark.usefixtures("_speaking")
def test_a_history_is_recorded_once(writer: Asking, mailstore: Component) -> None:
    first = writer.post("pages/mail/history", history())
    again = writer.post("pages/mail/history", history() | {"title": "Other"})
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["started_at"] == "2026-01-05T08:40:00.000Z"
    assert not Event.objects.filter(tell=True).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"updates": []}, "updates"),
        ({"windows": [history()["windows"][0] | {"component": "No"}]}, "windows"),
        ({"updates": [history()["updates"][0]]}, "updates"),
    ],
)
@pytest.mark.usefixtures("_speaking")
def test_a_history_that_cannot_be_is_refused(
    writer: Asking, mailstore: Component, change: dict[str, Any], field: str
) -> None:
    answer = writer.post("pages/mail/history", history() | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Incident.objects.exists()
