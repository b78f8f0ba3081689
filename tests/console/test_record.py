"""What staff know beside the updates: notes, causes, impact, cohorts, links, promises."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.models import Cohort, Component, Incident, Note, NoteKind
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of


@pytest.mark.parametrize("kind", list(NoteKind))
def test_a_note_of_every_kind(desk: Client, incident: Incident, kind: NoteKind) -> None:
    fields = {
        "kind": kind,
        "headline": "Mail is *safe*",
        "body": "**All** of it.",
        "precision": "exact",
    }
    stored(desk, at_incident(incident, "notes/add/"), fields)
    note = incident.notes.get()
    assert (note.kind, note.html) == (kind, "<p><strong>All</strong> of it.</p>")
    assert "Mail is *safe*" in text_of(desk.get(at_incident(incident)))


def test_a_note_without_words_is_refused(desk: Client, incident: Incident) -> None:
    fields = {"kind": "advice", "headline": "", "precision": "exact"}
    refused(desk, at_incident(incident, "notes/add/"), fields, "headline")


def test_a_question_is_answered(desk: Client, incident: Incident, by: Actor, at: datetime) -> None:
    note = Note.add(incident, "question", "Is mail lost?", by=by, at=at)
    fields = {"state": "answered", "headline": "Is mail lost?", "answer": "No."}
    stored(desk, at_incident(incident, f"notes/{note.public_id}/"), fields)
    note.refresh_from_db()
    assert (note.state, note.answer_html) == ("answered", "<p>No.</p>")


def test_a_state_that_a_kind_does_not_have_is_refused(
    desk: Client, incident: Incident, by: Actor, at: datetime
) -> None:
    note = Note.add(incident, "attempt", "Restart", by=by, at=at)
    fields = {"state": "answered", "headline": "Restart"}
    refused(desk, at_incident(incident, f"notes/{note.public_id}/"), fields, "state")


def test_the_cause_and_how_sure_we_are(desk: Client, incident: Incident) -> None:
    fields = {"state": "suspected", "cause": "A disk", "category": "hardware"}
    stored(desk, at_incident(incident, "cause/"), fields)
    incident.refresh_from_db()
    assert (incident.cause, incident.cause_state) == ("A disk", "suspected")
    refused(desk, at_incident(incident, "cause/"), {"state": "confirmed", "cause": ""}, "cause")


def window(component: Component, **more: str) -> dict[str, str]:
    """Impact as it is typed."""
    return {
        "component": component.public_id,
        "level": "partial_outage",
        "kind": "delayed",
        "start": "2026-01-01T10:00",
        "start_zone": "Europe/Berlin",
        "end": "2026-01-01T12:00",
        "end_zone": "UTC",
        "precision": "about",
        "share_percent": "10",
        "count_affected": "8000",
        "count_unit": "messages",
    } | more


def test_impact_is_recorded_apart_from_posts(
    desk: Client, incident: Incident, component: Component
) -> None:
    stored(desk, at_incident(incident, "impact/record/"), window(component))
    row = incident.windows.get(component=component)
    assert (row.start.hour, row.count_affected, row.precision) == (9, 8000, "about")


@pytest.mark.parametrize(
    ("field", "value"),
    [("end", "2026-01-01T08:00"), ("start", ""), ("share_percent", "101"), ("start", "2026-01-01")],
)
def test_impact_that_cannot_be_is_refused(
    desk: Client, incident: Incident, component: Component, field: str, value: str
) -> None:
    fields = window(component, **{field: value})
    refused(desk, at_incident(incident, "impact/record/"), fields, field)
    assert not incident.windows.filter(component=component).exists()


def test_a_component_that_is_not_there_is_refused(
    desk: Client, incident: Incident, component: Component
) -> None:
    fields = window(component) | {"component": "nosuch"}
    refused(desk, at_incident(incident, "impact/record/"), fields, "component")


def test_open_impact_gets_its_end(desk: Client, incident: Incident, at: datetime) -> None:
    row = incident.windows.get()
    end = f"{at + timedelta(minutes=30):%Y-%m-%dT%H:%M}"
    address = at_incident(incident, f"impact/{row.public_id}/end/")
    refused(desk, address, {"end": "2020-01-01T00:00", "end_zone": "UTC"}, "end")
    stored(desk, address, {"end": end, "end_zone": "UTC"})
    row.refresh_from_db()
    assert row.end is not None


def test_impact_is_corrected_and_the_old_row_stays(desk: Client, incident: Incident) -> None:
    row = incident.windows.get()
    fields = {
        "level": "partial_outage",
        "kind": "unavailable",
        "start": f"{row.start:%Y-%m-%dT%H:%M}",
        "start_zone": "UTC",
    }
    stored(desk, at_incident(incident, f"impact/{row.public_id}/"), fields)
    row.refresh_from_db()
    assert row.superseded_at is not None
    assert incident.windows.current().get().level == "partial_outage"


def test_correcting_one_thing_leaves_the_seconds_of_the_others(
    desk: Client, incident: Incident
) -> None:
    start = incident.windows.get().start + timedelta(seconds=56, microseconds=789)
    incident.windows.update(start=start)
    row = incident.windows.get()
    fields = {
        "level": "partial_outage", "kind": "unavailable",
        "start": f"{start:%Y-%m-%dT%H:%M}", "start_zone": "UTC", "end": "", "end_zone": "UTC",
    }  # fmt: skip
    stored(desk, at_incident(incident, f"impact/{row.public_id}/"), fields)
    newer = incident.windows.current().get()
    assert (newer.level, newer.start) == ("partial_outage", start)


def test_a_cohort_and_its_progress(desk: Client, incident: Incident) -> None:
    stored(desk, at_incident(incident, "cohorts/add/"), {"name": "Broken index", "size": "24"})
    cohort = Cohort.objects.get()
    address = at_incident(incident, f"cohorts/{cohort.public_id}/progress/")
    stored(desk, address, {"done_percent": "75"})
    assert cohort.done_percent == 75
    refused(desk, address, {"done_percent": "101"}, "done_percent")
    assert 'value="75"' in text_of(desk.get(at_incident(incident)))


def test_entries_are_linked(desk: Client, incident: Incident, resolved: Incident) -> None:
    fields = {"kind": "recurrence_of", "target": resolved.public_id}
    stored(desk, at_incident(incident, "links/add/"), fields)
    assert resolved.title in text_of(desk.get(at_incident(incident)))
    refused(desk, at_incident(incident, "links/add/"), fields | {"target": "gone"}, "target")
