"""Screens of links, false alarms, duplicates and rehearsals."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.models import Component, Incident, IncidentLink, Maintenance, Page
from people.actors import Actor
from tests.console.screens import at_incident, refused, stored, text_of

WEEK = timedelta(weeks=1)


@pytest.fixture
def other(page: Page, mailstore: Component, by: Actor, at: datetime) -> Incident:
    """The same trouble, opened by somebody else."""
    return Incident.open(
        page, title="Mailstore is down", body="We know.", levels={mailstore: "major_outage"},
        by=by, at=at,
    )  # fmt: skip


def test_a_link_is_told_on_both_screens_and_can_be_removed_on_either(
    desk: Client, incident: Incident, other: Incident
) -> None:
    link = {"kind": "caused_by_fix_of", "target": other.public_id}
    stored(desk, at_incident(incident, "links/add/"), link)
    body = refused(desk, at_incident(incident, "links/add/"), link, "target")
    assert "in that way already" in body
    back = {"kind": "caused_by_fix_of", "target": incident.public_id}
    assert "come first" in refused(desk, at_incident(other, "links/add/"), back, "target")
    assert "Was caused by the fix of" in text_of(desk.get(at_incident(incident)))
    assert "Its fix caused" in text_of(desk.get(at_incident(other)))
    address = at_incident(incident, f"links/caused_by_fix_of/{other.public_id}/remove/")
    assert address in text_of(desk.get(at_incident(other)))
    stored(desk, address, {})
    assert not IncidentLink.objects.exists()
    assert desk.post(address).status_code == 404


def test_a_false_alarm_is_called_from_the_menu(desk: Client, incident: Incident) -> None:
    assert "false-alarm/" in text_of(desk.get(at_incident(incident)))
    address = at_incident(incident, "false-alarm/")
    assert "nothing was broken" in text_of(desk.get(address))
    refused(desk, address, {"body": ""}, "body")
    answer = stored(desk, address, {"body": "Our probe was wrong.", "notify": "on"})
    assert "False alarm" in text_of(desk.get(answer.url))
    again: Any = desk.post(address, {"body": "Again.", "notify": "on"})
    assert (again.status_code, "a false alarm already" in text_of(again)) == (422, True)


def test_a_duplicate_is_merged_from_the_menu(
    desk: Client, incident: Incident, other: Incident
) -> None:
    address = at_incident(incident, "merge/")
    typed = {"body": "One thing.", "other": "abcabcabcabc"}
    assert "One thing." in refused(desk, address, typed, "other")
    stored(desk, address, {"body": "One thing.", "other": other.public_id, "there_too": "on"})
    kept = Incident.objects.get(pk=incident.pk)
    assert (kept.outcome, kept.status) == ("duplicate", "resolved")
    assert other.updates.count() == 2


def test_what_is_over_takes_no_duplicate_that_goes_on(
    desk: Client, incident: Incident, other: Incident, by: Actor, at: datetime
) -> None:
    other.resolve(body="Over.", by=by, at=at)
    body = refused(
        desk, at_incident(incident, "merge/"), {"body": "Same.", "other": other.public_id}, "other"
    )
    assert "reopen that one, or resolve this" in body


def test_a_rehearsal_is_seen_as_readers_would_and_put_away(
    desk: Client, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    drill = Incident.open(
        page, title="Drill", body="We practise.", levels={mailstore: "major_outage"},
        rehearsal=True, by=by, at=at,
    )  # fmt: skip
    answer: Any = desk.get(at_incident(drill, "as-readers/"))
    body = text_of(answer)
    assert "Nobody outside sees this page" in body
    assert "We practise." in body
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert desk.get(f"/{drill.public_path}").status_code == 404
    assert "See it as readers would" in text_of(desk.get(at_incident(drill)))
    stored(desk, at_incident(drill, "rehearsal/close/"), {})
    assert Incident.objects.get().withdrawn_at is not None
    assert "put away" in text_of(desk.get(f"/console/{page.slug}/incidents/"))


def test_what_readers_saw_is_not_put_away_like_a_rehearsal(
    desk: Client, incident: Incident
) -> None:
    answer: Any = desk.post(at_incident(incident, "rehearsal/close/"), follow=True)
    assert "withdraw it with a reason" in text_of(answer)
    assert Incident.objects.get().withdrawn_at is None


def test_work_of_one_title_is_told_apart_by_its_day_and_none_is_picked_unasked(
    desk: Client, incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    for start in (at + WEEK, at + 2 * WEEK):
        Maintenance.schedule(
            page, title="Weekly restart", body="We restart.", start=start,
            end=start + timedelta(hours=1), by=by, at=at,
        )  # fmt: skip
    days = [f"Weekly restart, {day:%-d %b %Y}" for day in (at + WEEK, at + 2 * WEEK)]
    for screen in ("links/add/", "overtake/"):
        body = text_of(desk.get(at_incident(incident, screen)))
        assert all(day in body for day in days)
        assert 'value="" selected>Pick one' in body
    # A postmortem is about what has begun.
    body = text_of(desk.get(f"/console/{page.slug}/postmortems/draft/"))
    assert incident.title in body
    assert not any(day in body for day in days)
