"""Notes at the desk: one editor that shows what belongs to the kind, and the lives of each."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.models import Incident, Note, NoteKind
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of


@pytest.fixture
def advice(incident: Incident, by: Actor, at: datetime) -> Note:
    """What readers are told to do."""
    return Note.add(incident, "advice", "Forward mail", body="To anywhere.", by=by, at=at)


def test_first_one_picks_the_kind(desk: Client, incident: Incident) -> None:
    screen = text_of(desk.get(at_incident(incident, "notes/add/")))
    for kind in NoteKind:
        assert f'href="?kind={kind.value}"' in screen


@pytest.mark.parametrize(
    ("kind", "shown", "hidden"),
    [
        ("question", {"answer"}, {"state", "happened_at", "tell"}),
        ("advice", {"body"}, {"state", "answer", "happened_at"}),
        ("attempt", {"state", "happened_at"}, {"answer"}),
        ("work", {"happened_at"}, {"answer", "state"}),
        ("symptom", {"body"}, {"answer", "state", "happened_at", "precision"}),
    ],
)
def test_what_does_not_belong_to_a_kind_is_not_shown(
    desk: Client, incident: Incident, kind: str, shown: set[str], hidden: set[str]
) -> None:
    screen = text_of(desk.get(at_incident(incident, f"notes/add/?kind={kind}")))
    assert all(f'id="id_{name}"' in screen for name in shown)
    assert not any(f'id="id_{name}"' in screen for name in hidden)


def test_advice_is_withdrawn_with_words(desk: Client, advice: Note) -> None:
    address = at_incident(advice.incident, f"notes/{advice.public_id}/withdraw/")
    assert "everybody who was told of it while the advice stood" in text_of(desk.get(address))
    stored(desk, address, {"words": "Mail is **back**.", "notify": "on"})
    advice.refresh_from_db()
    assert advice.state == "withdrawn"
    assert advice.told_in is not None
    assert "Mail is **back**." in advice.told_in.body


def test_words_that_cannot_stand_come_back(desk: Client, advice: Note) -> None:
    address = at_incident(advice.incident, f"notes/{advice.public_id}/withdraw/")
    assert "<iframe>" in refused(desk, address, {"words": "<iframe>"}, "words")


def test_changed_advice_posts_an_update_only_if_wished(desk: Client, advice: Note) -> None:
    address = at_incident(advice.incident, f"notes/{advice.public_id}/")
    stored(desk, address, {"headline": "Forward mail", "body": "To us."})
    assert advice.incident.updates.count() == 1
    stored(desk, address, {"headline": "Forward mail", "body": "To us only.", "tell": "on"})
    assert advice.incident.updates.latest("number").headline == "Advice changed"


def test_what_a_note_said_before_is_shown_and_can_be_removed(
    desk: Client, advice: Note, by: Actor, at: datetime
) -> None:
    advice.change(body="To us.", by=by, at=at + timedelta(minutes=1))
    assert "To anywhere." in text_of(desk.get(at_incident(advice.incident)))
    stored(desk, at_incident(advice.incident, f"notes/{advice.public_id}/forget/"), {})
    assert "To anywhere." not in text_of(desk.get(at_incident(advice.incident)))


def test_a_state_that_may_not_follow_is_not_offered_and_is_refused(
    desk: Client, incident: Incident, by: Actor, at: datetime
) -> None:
    plan = Note.add(incident, "attempt", "Plan B", state="failed", by=by, at=at)
    address = at_incident(incident, f"notes/{plan.public_id}/")
    assert 'value="worked"' not in text_of(desk.get(address))
    refused(desk, address, {"headline": "Plan B", "state": "worked"}, "state")


def test_work_reports_its_progress(
    desk: Client, incident: Incident, by: Actor, at: datetime
) -> None:
    work = Note.add(incident, "work", "Restore", by=by, at=at)
    address = at_incident(incident, f"notes/{work.public_id}/progress/")
    stored(desk, address, {"done_percent": "40", "text": "Slow disks"})
    assert Note.objects.get().done_percent == 40
    refused(desk, address, {"done_percent": "101"}, "done_percent")
    refused(
        desk, address, {"done_percent": "50", "happened_at": "2099-01-01T00:00Z"}, "happened_at"
    )
