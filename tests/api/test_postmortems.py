"""Postmortems over the API: drafted, reviewed by somebody else's key, published, amended."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from incidents.models import ActionItem, Incident, Membership, Page, Postmortem
from people.actors import Actor
from people.models import ApiToken, User
from tests.api.conftest import Asking


@pytest.fixture
def communicator(page: Page, bob: User, by: Actor, at: datetime) -> Asking:
    """Automation with the key of Bob, who may publish."""
    Membership.grant(page=page, user=bob, role="communicator", by=by, at=at)
    _, plaintext = ApiToken.issue(owner=bob, name="bob", scopes=["incidents:write"], at=at)
    return Asking(Client(), plaintext)


@pytest.fixture
def drafted(writer: Asking, incident: Incident) -> str:
    """The address of a postmortem with one section."""
    sent = {
        "title": "Why", "incident_ids": [incident.public_id],
        "signatories": ["The mail team", "Ada Example"],
    }  # fmt: skip
    answer = writer.post("pages/mail/postmortems", sent)
    assert answer.status_code == 201, answer.content
    path = f"postmortems/{answer.json()['id']}"
    written = writer.put(f"{path}/sections/summary", {"body": "A disk failed."})
    assert written.json()["sections"][0]["html"] == "<p>A disk failed.</p>"
    return path


def test_from_a_draft_to_an_amendment_with_two_keys(
    writer: Asking, communicator: Asking, reader: Asking, drafted: str
) -> None:
    assert writer.post(f"{drafted}/reviews", {"reviewer": "bob@example.com"}).status_code == 201
    own = writer.put(f"{drafted}/verdict", {"approve": True})
    assert own.status_code == 422
    assert "prepared or last wrote this" in str(own.json()["errors"]["reviewer"])
    early = communicator.put(f"{drafted}/publication", {"notify": False})
    assert "Bob was asked" in str(early.json()["errors"]["review"])
    assert communicator.put(f"{drafted}/verdict", {"approve": True}).status_code == 200
    assert communicator.put(f"{drafted}/publication", {"notify": False}).status_code == 200
    writer.put(f"{drafted}/sections/summary", {"body": "Two disks failed."})
    public = reader.get(drafted).json()
    assert public["sections"][0]["body"] == "A disk failed."
    assert (public["revision"], public["amendment_in_preparation"]) == (1, False)
    assert public["signatories"] == ["The mail team", "Ada Example"]
    staff = writer.get(drafted).json()
    assert staff["sections"][0]["body"] == "Two disks failed."
    assert staff["amendment_in_preparation"]
    unsaid = communicator.post(f"{drafted}/amendments", {"note": ""})
    assert list(unsaid.json()["errors"]) == ["note"]
    assert communicator.post(f"{drafted}/amendments", {"note": "Two."}).status_code == 201
    told = reader.get(f"{drafted}/revisions").json()["items"]
    assert [(each["number"], each["change_note"]) for each in told] == [(2, "Two."), (1, "")]
    assert told[0]["snapshot"]["sections"][0]["body"] == "Two disks failed."
    assert len(told[0]["sha256"]) == 64


def test_sent_back_takes_a_remark(writer: Asking, communicator: Asking, drafted: str) -> None:
    none = communicator.put(f"{drafted}/verdict", {"approve": True})
    assert "No review is open" in str(none.json()["errors"]["approve"])
    writer.post(f"{drafted}/reviews", {})
    unsaid = communicator.put(f"{drafted}/verdict", {"approve": False})
    assert list(unsaid.json()["errors"]) == ["remark"]
    back = communicator.put(f"{drafted}/verdict", {"approve": False, "remark": "Which disk?"})
    assert back.json()["status"] == "draft"


def test_a_responders_key_does_not_publish(writer: Asking, drafted: str) -> None:
    assert writer.put(f"{drafted}/publication", {}).status_code == 403
    assert writer.put(f"{drafted}/withdrawal", {"reason": "x"}).status_code == 403


def test_a_withdrawn_one_is_gone_for_readers(
    communicator: Asking, reader: Asking, drafted: str
) -> None:
    communicator.put(f"{drafted}/publication", {"notify": False})
    assert communicator.put(f"{drafted}/withdrawal", {"reason": "Wrong."}).status_code == 200
    assert reader.get(drafted).status_code == 404
    assert reader.get(f"{drafted}/revisions").status_code == 404


def test_actions_and_instants_beside_the_text_private_ones_for_staff_alone(
    writer: Asking, communicator: Asking, reader: Asking, drafted: str
) -> None:
    public = writer.post(f"{drafted}/actions", {"title": "New disks", "owner": "Ada"}).json()
    writer.post(f"{drafted}/actions", {"title": "Sue the vendor", "public": False})
    writer.post(f"{drafted}/timeline", {"text": "It rang", "happened_at": "2026-03-02T11:58:00Z"})
    writer.post(f"actions/{public['id']}/changes", {"team": "Storage"})
    report = writer.post(f"actions/{public['id']}/progress", {"state": "done", "text": "In."})
    assert report.json()["progress"][0]["text"] == "In."
    communicator.put(f"{drafted}/publication", {"notify": False})
    shown = reader.get(drafted).json()
    assert [(each["title"], each["team"], each["owner"]) for each in shown["actions"]] == [
        ("New disks", "Storage", None)
    ]
    assert shown["timeline"][0]["text"] == "It rang"
    assert len(writer.get(drafted).json()["actions"]) == 2
    assert reader.post(f"actions/{public['id']}/progress", {"state": "done"}).status_code == 401


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        ("{}/sections/gossip", {"body": "x"}, "kind"),
        ("{}/timeline", {"text": "x", "happened_at": "2026-03-09T12:00:00Z"}, "happened_at"),
        ("{}/actions", {"title": "x", "due": "2026-03-01"}, "due"),
        ("{}/reviews", {"reviewer": "nobody@example.com"}, "reviewer"),
        ("{}/changes", {"incident_ids": ["abcabcabcabc"]}, "incident_ids"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    writer: Asking, drafted: str, path: str, sent: dict[str, Any], field: str
) -> None:
    send = writer.put if "sections" in path else writer.post
    answer = send(path.format(drafted), sent)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]


def test_milestones_are_dated_in_order(writer: Asking, incident: Incident, at: datetime) -> None:
    path = f"incidents/{incident.public_id}/milestones"
    wrong = writer.put(path, {"detected_at": "2026-03-02T11:00:00Z"})
    assert list(wrong.json()["errors"]) == ["detected_at"]
    assert writer.put(path, {"detected_at": at.isoformat()}).status_code == 200
    incident.refresh_from_db()
    assert incident.detected_at == at


def test_a_list_of_postmortems_takes_as_many_queries_as_one(
    writer: Asking,
    incident: Incident,
    by: Actor,
    at: datetime,
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    for number in range(5):
        text = Postmortem.draft(
            incident.page, title=f"Why {number}", incidents=[incident], by=by, at=at
        )
        text.write_section("summary", "A disk.", by=by, at=at)
        ActionItem.add(text, "Buy disks", by=by, at=at)
        text.publish(by=by, at=at)
    with django_assert_max_num_queries(20):
        assert len(writer.get("pages/mail/postmortems").json()["items"]) == 5
