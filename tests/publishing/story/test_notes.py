"""Notes as readers meet them: in words, with what they said before, and found by an error text."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.models import Incident, Note, Page
from people.actors import Actor
from publishing.rendering import render

HOUR = timedelta(hours=1)


def read(incident: Incident, at: datetime, path: str = "") -> str:
    page = Page.objects.get(pk=incident.page_id)
    return render(page, path or incident.public_path, at).body.decode()


def test_changed_advice_shows_when_it_changed_and_what_it_said_before(
    incident: Incident, by: Actor, at: datetime
) -> None:
    advice = Note.add(incident, "advice", "Forward mail", body="To anywhere.", by=by, at=at)
    advice.change(body="Only **if** you must.", by=by, at=at + HOUR)
    story = read(incident, at + HOUR)
    assert "<strong>if</strong>" in story
    assert "<summary>Changed <time" in story
    assert "To anywhere." in story


def test_withdrawn_advice_leads_to_the_update_that_said_so(
    incident: Incident, by: Actor, at: datetime
) -> None:
    advice = Note.add(incident, "advice", "Forward mail", by=by, at=at)
    update = advice.withdraw("Mail is back.", by=by, at=at + HOUR)
    story = read(incident, at + HOUR)
    assert "<s>Forward mail</s>" in story
    assert f'href="#{update.anchor}"' in story
    assert "This advice no longer holds: <strong>Forward mail</strong>" in story
    assert "No longer advised: Forward mail" in read_plain(incident, at + HOUR)


def read_plain(incident: Incident, at: datetime) -> str:
    page = Page.objects.get(pk=incident.page_id)
    feed = render(page, "history.atom", at).body.decode()
    assert "Advice withdrawn" in feed
    return feed


def test_work_has_a_bar_with_dated_points(incident: Incident, by: Actor, at: datetime) -> None:
    work = Note.add(incident, "work", "Restore", happened_at=at, by=by, at=at)
    work.progress(40, text="Slow disks", by=by, at=at + HOUR)
    work.progress(70, by=by, at=at + 2 * HOUR)
    story = read(incident, at + 2 * HOUR)
    assert '<rect width="70" height="4"/>' in story
    assert "40 %" in story
    assert "Slow disks" in story
    assert "Under way" in story


def test_attempts_stand_in_the_order_in_which_they_were_tried(
    incident: Incident, by: Actor, at: datetime
) -> None:
    Note.add(incident, "attempt", "Plan C", happened_at=at, by=by, at=at + HOUR)
    Note.add(incident, "attempt", "Plan B", happened_at=at - HOUR, state="failed", by=by, at=at)
    story = read(incident, at + HOUR)
    assert story.index("Plan B:</b> failed") < story.index("Plan C:</b> being tried")


def test_no_state_is_printed_as_the_word_that_is_stored(
    incident: Incident, by: Actor, at: datetime
) -> None:
    Note.add(incident, "work", "Restore", state="running", by=by, at=at)
    Note.add(incident, "attempt", "Plan B", state="tried", by=by, at=at)
    story = read(incident, at)
    assert "running" not in story
    assert ">tried" not in story


@pytest.mark.parametrize("query", ["Relay access denied", "relay   ACCESS\r\ndenied."])
def test_a_pasted_error_text_finds_the_incident(
    client: Client, incident: Incident, by: Actor, at: datetime, query: str
) -> None:
    Note.add(incident, "symptom", "Relay access denied", by=by, at=at)
    answer = client.get("/search/", {"q": query})
    assert "Mail cannot be read" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies


def test_a_search_without_a_result_says_what_to_do_next(client: Client, incident: Incident) -> None:
    answer = client.get("/search/", {"q": "<script>printer on fire"}).content.decode()
    assert "We know of no trouble with this text" in answer
    assert "Write to support" in answer
    assert "<script>printer" not in answer


def test_a_long_text_is_cut_with_a_note(client: Client, incident: Incident) -> None:
    answer = client.get("/search/", {"q": "lorem ipsum " * 100}).content.decode()
    assert "Only the first 500 characters were compared." in answer


def test_the_front_page_and_the_history_lead_to_the_search(
    incident: Incident, at: datetime
) -> None:
    for path in ("", "history/"):
        page = Page.objects.get(pk=incident.page_id)
        assert 'action="/search/"' in render(page, path, at).body.decode()


def test_the_page_of_an_incident_offers_to_ask_while_it_is_recent(
    incident: Incident, by: Actor, at: datetime
) -> None:
    asks = f"incidents/{incident.public_id}/ask/"
    assert asks in read(incident, at)
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    assert "Still affected?" in read(incident, at + HOUR)
    assert asks not in read(incident, at + timedelta(days=15))
