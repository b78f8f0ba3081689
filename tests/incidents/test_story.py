"""Summary, cause, notes, cohorts, links, withdrawal: what stands beside the timeline."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.core.levels import Level
from incidents.core.viewers import PUBLIC, STAFF
from incidents.models import Cohort, Component, Incident, IncidentLink, Note, Page
from people.actors import Actor

HOUR = timedelta(hours=1)


def test_the_standing_summary_has_its_own_stamp_and_changes_after_the_end(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    incident.summarise("It is **fixed**.", by=by, at=at + 9 * HOUR)
    row = Incident.objects.get(pk=incident.pk)
    assert (row.summary_at, row.status) == (at + 9 * HOUR, "resolved")
    assert "<strong>fixed</strong>" in row.summary_html


def test_a_cause_is_suspected_before_it_is_confirmed_and_the_change_is_kept(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.judge_cause("suspected", cause="Power backplane", by=by, at=at)
    incident.judge_cause("ruled_out", cause="Power backplane", by=by, at=at + HOUR)
    kept = list(incident.events.filter(kind="incident.cause").values_list("after", flat=True))
    assert [each["state"] for each in kept] == ["suspected", "ruled_out"]


def test_advice_has_a_life(incident: Incident, by: Actor, at: datetime) -> None:
    advice = Note.add(incident, "advice", "Add a forwarding address", by=by, at=at)
    assert advice.state == "active"
    advice.change(state="withdrawn", by=by, at=at + HOUR)
    assert advice.changed_at == at + HOUR
    with pytest.raises(ValidationError, match="none of active, changed, withdrawn"):
        advice.change(state="answered", by=by, at=at)


def test_the_journal_says_from_which_state_a_note_moved_whoever_was_quicker(
    incident: Incident, by: Actor, at: datetime
) -> None:
    work = Note.add(incident, "work", "Moving accounts", by=by, at=at)
    read_before = Note.objects.get(pk=work.pk)
    work.change(state="abandoned", by=by, at=at)
    read_before.change(state="done", by=by, at=at)
    last = incident.events.filter(kind="note.changed").latest("pk")
    assert (last.before, last.after) == ({"state": "abandoned"}, {"state": "done"})


def test_notes_line_up_behind_what_another_added_meanwhile(
    incident: Incident, by: Actor, at: datetime
) -> None:
    read_before = Incident.objects.with_story().get(pk=incident.pk)
    Note.add(incident, "symptom", "Error 503", by=by, at=at)
    assert Note.add(read_before, "symptom", "Error 504", by=by, at=at).position == 1


def test_a_question_with_an_answer_is_answered(incident: Incident, by: Actor, at: datetime) -> None:
    asked = Note.add(incident, "question", "Is my mail lost?", by=by, at=at)
    asked.change(answer="No.", state="answered", by=by, at=at)
    assert Note.objects.get().answer_html == "<p>No.</p>"


def test_progress_is_dated_and_bounded(incident: Incident, by: Actor, at: datetime) -> None:
    cohort = Cohort.name_one(incident, "To be moved", share_percent=100, by=by, at=at)
    assert cohort.done_percent is None
    for hours, done in ((1, 40), (3, 75)):
        cohort.report(done, by=by, at=at + hours * HOUR)
    assert Cohort.objects.get().done_percent == 75
    with pytest.raises(ValidationError, match="between 0 and 100"):
        cohort.report(101, by=by, at=at + 4 * HOUR)


def test_links_join_two_entries_of_one_page_once(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    other = Incident.open(page, title="Index out of step", body="x", by=by, at=at)
    IncidentLink.tie(other, incident, "caused_by_fix_of", by=by, at=at)
    with pytest.raises(ValidationError, match="in that way already"):
        IncidentLink.tie(other, incident, "caused_by_fix_of", by=by, at=at)
    assert incident.links_in.count() == 1
    with pytest.raises(ValidationError, match="the very same entry"):
        IncidentLink.tie(other, other, "follow_up", by=by, at=at)


def test_a_withdrawn_incident_is_gone_for_readers_and_harms_no_component(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.withdraw("A false alarm.", by=by, at=at + HOUR)
    assert mailstore.level_at(at + HOUR) == Level.OPERATIONAL
    assert not Incident.objects.visible_to(PUBLIC).exists()
    assert Incident.objects.visible_to(STAFF).exists()
    with pytest.raises(ValidationError, match="was withdrawn"):
        incident.resolve(body="x", by=by, at=at + HOUR)
    with pytest.raises(ValidationError, match="was withdrawn"):
        incident.withdraw("Another reason.", by=by, at=at + 2 * HOUR)
    assert Incident.objects.get().withdrawal_reason == "A false alarm."


def test_a_private_page_shows_its_record_to_nobody_outside(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    page.change(visibility="private", by=by, at=at)
    assert not Incident.objects.visible_to(PUBLIC).exists()
    assert not Page.objects.visible_to(PUBLIC).exists()


def test_an_origin_links_only_to_an_address_of_the_web(
    incident: Incident, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        incident.state_origin("Moved.", canonical_url="javascript:alert(1)", by=by, at=at)
    assert list(refused.value.message_dict) == ["canonical_url"]
    incident.state_origin("Moved.", canonical_url="https://example.com/then", by=by, at=at)
    assert Incident.objects.get().canonical_url == "https://example.com/then"
