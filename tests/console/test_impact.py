"""Screens of impact: corrections with a reason, cohorts that end, and the hour that comes twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from console.forms.impact import ReplaceForm
from incidents.models import Cohort, Component, ImpactWindow, Incident, Page
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of

HOUR = timedelta(hours=1)


def shown(form: ReplaceForm) -> dict[str, Any]:
    """What a browser sends back of a form that nobody touched."""
    sent: dict[str, Any] = {}
    for field in form.visible_fields():
        value = field.value()
        if field.name in {"start", "end"}:
            typed = field.field.shown(value)  # type: ignore[attr-defined]
            sent |= {field.name: typed["text"], f"{field.name}_zone": typed["zone"]}
        else:
            sent[field.name] = "" if value is None else value
    return sent


def test_a_window_is_corrected_with_its_reason(desk: Client, incident: Incident) -> None:
    window = incident.windows.get()
    known = {name: getattr(window, name) for name in ReplaceForm.carried}
    fields = shown(ReplaceForm(incident, initial=known))
    fields |= {"level": "partial_outage", "because": "Half of the accounts."}
    answer = stored(desk, at_incident(incident, f"impact/{window.public_id}/"), fields)
    assert incident.windows.current().get().level == "partial_outage"
    assert "Half of the accounts." in text_of(desk.get(answer.url))


def test_saving_without_a_change_says_so(desk: Client, incident: Incident) -> None:
    window = incident.windows.get()
    known = {name: getattr(window, name) for name in ReplaceForm.carried}
    fields = shown(ReplaceForm(incident, initial=known)) | {"because": "Just so."}
    answer: Any = desk.post(at_incident(incident, f"impact/{window.public_id}/"), fields)
    assert answer.status_code == 422
    assert "Nothing is different" in text_of(answer)
    assert "Just so." in text_of(answer)


@pytest.mark.parametrize("minutes", [30, 90])
def test_a_window_of_the_hour_that_comes_twice_is_corrected_in_utc(
    desk: Client, page: Page, mailstore: Component, by: Actor, minutes: int
) -> None:
    Page.objects.filter(pk=page.pk).update(time_zone="Europe/Berlin")
    begun = datetime(2025, 10, 26, 0, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    incident = Incident.open(
        page, title="In the night", body="x", levels={mailstore: "major_outage"}, by=by, at=begun
    )
    incident = Incident.objects.get(pk=incident.pk)
    window = incident.windows.get()
    known = {name: getattr(window, name) for name in ReplaceForm.carried}
    fields = shown(ReplaceForm(incident, initial=known))
    assert (fields["start"], fields["start_zone"]) == (f"{begun:%Y-%m-%dT%H:%M}", "UTC")
    address = at_incident(incident, f"impact/{window.public_id}/")
    stored(desk, address, fields | {"note": "It was the clock."})
    assert incident.windows.current().get().start == begun
    fields |= {"start": "2025-10-26T02:30", "start_zone": "Europe/Berlin", "note": "x"}
    newer = incident.windows.current().get()
    body = refused(desk, at_incident(incident, f"impact/{newer.public_id}/"), fields, "start")
    assert "shows 2025-10-26 02:30 twice" in body


def test_a_window_is_taken_back(desk: Client, incident: Incident) -> None:
    address = at_incident(incident, f"impact/{incident.windows.get().public_id}/take-back/")
    refused(desk, address, {"because": ""}, "because")
    answer = stored(desk, address, {"because": "It was our own test."})
    assert "It was our own test." in text_of(desk.get(answer.url))
    assert not incident.windows.current().exists()
    assert desk.get(address).status_code == 404


def test_a_window_ends_now_unless_a_time_is_given(desk: Client, incident: Incident) -> None:
    window = incident.windows.get()
    address = at_incident(incident, f"impact/{window.public_id}/end/")
    refused(desk, address, {"end": "2099-01-01T10:00", "end_zone": "UTC"}, "end")
    stored(desk, address, {"end": "", "end_zone": "UTC"})
    window.refresh_from_db()
    assert window.end is not None


def test_an_overlap_is_refused_at_its_start_and_names_the_other(
    desk: Client, incident: Incident, mailstore: Component, at: datetime
) -> None:
    fields = {
        "component": mailstore.public_id,
        "level": "partial_outage",
        "kind": "unavailable",
        "start": f"{at:%Y-%m-%dT%H:%M}",
        "start_zone": "UTC",
        "end": "",
        "note": "What was typed",
    }
    body = refused(desk, at_incident(incident, "impact/record/"), fields, "start")
    assert "is open for Mailstore from" in body
    assert "What was typed" in body


def test_a_cohort_changes_progresses_and_is_done(
    desk: Client, incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    stored(desk, at_incident(incident, "cohorts/add/"), {"name": "Broken index", "size": "30"})
    cohort = Cohort.objects.get()
    window = ImpactWindow.record(
        mailstore, incident=incident, level="major_outage", kind="unavailable", start=at,
        cohort=cohort, by=by, at=at,
    )  # fmt: skip
    base = at_incident(incident, f"cohorts/{cohort.public_id}/")
    assert 'value="30"' in text_of(desk.get(base))
    stored(desk, base, {"name": "Broken index", "size": "24"})
    refused(desk, f"{base}progress/", {"done_percent": "101"}, "done_percent")
    stored(desk, f"{base}progress/", {"done_percent": "40"})
    stored(desk, f"{base}done/", {"ended_at": "", "ended_at_zone": "UTC"})
    window.refresh_from_db()
    cohort = Cohort.objects.get()
    assert (cohort.size, cohort.done_percent, window.end is not None) == (24, 100, True)
    answer: Any = desk.post(f"{base}done/", {"ended_at": "", "ended_at_zone": "UTC"})
    assert (answer.status_code, "done already" in text_of(answer)) == (422, True)


def test_impact_is_recorded_on_what_is_hurt_and_as_badly_unless_said_otherwise(
    desk: Client, incident: Incident
) -> None:
    hurt = incident.windows.get()
    body = text_of(desk.get(at_incident(incident, "impact/record/")))
    assert f'value="{hurt.component.public_id}" selected' in body
    assert f'value="{hurt.level}" selected' in body
