"""Postmortems in the console: written, reviewed, published, amended, taken back."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import (
    ActionItem,
    Event,
    Incident,
    Maintenance,
    Membership,
    Page,
    Postmortem,
    TimelineEntry,
)
from people.actors import Actor
from people.models import User
from publishing import previewing
from tests.console.screens import at_incident, refused, stored, text_of

HERE = "/console/mail/postmortems/"
HOUR = timedelta(hours=1)


@pytest.fixture
def draft(
    page: Page, incident: Incident, resolved: Incident, by: Actor, at: datetime
) -> Postmortem:
    """A draft over two incidents."""
    return Postmortem.draft(page, title="Why", incidents=[incident, resolved], by=by, at=at)


@pytest.fixture
def written(draft: Postmortem, by: Actor, at: datetime) -> Postmortem:
    """The same with a word in it."""
    draft.write_section("summary", "It was us.", by=by, at=at)
    return draft


@pytest.fixture
def public(written: Postmortem, by: Actor, at: datetime) -> Postmortem:
    """The same, published."""
    written.publish(by=by, at=at)
    return written


@pytest.fixture
def other_desk(page: Page, bob: User, by: Actor, at: datetime) -> Client:
    """Bob, who responds on the page, at his desk."""
    Membership.grant(page=page, user=bob, role="responder", by=by, at=at)
    client = Client()
    client.force_login(bob)
    return client


def at_home(postmortem: Postmortem, rest: str = "") -> str:
    return f"{HERE}{postmortem.public_id}/{rest}"


def test_one_is_drafted_over_several_incidents(
    desk: Client, incident: Incident, resolved: Incident
) -> None:
    fields = {
        "title": "Two bad days",
        "incidents": [incident.public_id, resolved.public_id],
        "interim": "on",
        "signatories": "The mail team\r\nAlice, operations",
    }
    stored(desk, f"{HERE}draft/", fields)
    postmortem = Postmortem.objects.get()
    assert (postmortem.incidents.count(), postmortem.interim) == (2, True)
    assert postmortem.signed_by == ["The mail team", "Alice, operations"]
    assert "Two bad days" in text_of(desk.get(HERE))


def test_one_about_nothing_is_refused(desk: Client, page: Page) -> None:
    assert "Why" in refused(desk, f"{HERE}draft/", {"title": "Why"}, "incidents")
    refused(desk, f"{HERE}draft/", {"title": "Why", "incidents": "gone"}, "incidents")


def test_it_is_about_what_has_begun(
    desk: Client, page: Page, incident: Incident, draft: Postmortem, by: Actor, at: datetime
) -> None:
    def planned(title: str, start: datetime) -> Maintenance:
        return Maintenance.schedule(
            page, title=title, body="x", start=start, end=start + HOUR, by=by, at=at
        )

    off, run = planned("Called off", at + HOUR), planned("Broken off", at + HOUR)
    planned("Ahead", at + 9 * HOUR)
    Maintenance.announce(page, title="Some day", body="x", by=by, at=at)
    off.cancel(body="Not now.", by=by, at=at)
    Maintenance.run_edges(at=at + HOUR)
    run.refresh_from_db()
    run.cancel(body="A disk failed.", by=by, at=at + HOUR)
    for address in (f"{HERE}draft/", at_home(draft, "change/")):
        body = text_of(desk.get(address))
        told = [each for each in ("Called off", "Broken off", "Ahead", "Some day") if each in body]
        assert told == [run.title]
    draft.incidents.add(off)
    assert f'value="{off.public_id}"' in text_of(desk.get(at_home(draft, "change/")))


def test_from_an_incident_it_is_chosen_already(desk: Client, incident: Incident) -> None:
    body = text_of(desk.get(f"{HERE}draft/?incident={incident.public_id}"))
    assert f'value="{incident.public_id}" id="id_incidents_0" checked' in body.replace(
        f'id="id_incidents_0" value="{incident.public_id}" checked',
        f'value="{incident.public_id}" id="id_incidents_0" checked',
    )


def test_sections_are_written_and_taken_out(desk: Client, draft: Postmortem) -> None:
    address = at_home(draft, "sections/summary/")
    stored(desk, address, {"body": "It was **us**.", "author": "Alice"})
    assert "<strong>us</strong>" in text_of(desk.get(at_home(draft)))
    assert "It was **us**." in text_of(desk.get(address))
    stored(desk, address, {"body": ""})
    assert not draft.sections.exists()


def test_a_section_that_cannot_be_shown_is_refused(desk: Client, draft: Postmortem) -> None:
    address = at_home(draft, "sections/summary/")
    body = refused(desk, address, {"body": "<script>x</script>"}, "body")
    assert "<textarea" in body
    answer = desk.post(at_home(draft, "sections/gossip/"), {"body": "x"})
    assert answer.status_code == 422


def test_two_at_one_section_lose_nobodys_words(
    desk: Client, other_desk: Client, draft: Postmortem
) -> None:
    address = at_home(draft, "sections/summary/")
    stored(desk, address, {"body": "First."})
    seen = desk.get(address).context["form"].initial["seen"]
    stored(other_desk, address, {"body": "By Bob.", "seen": seen})
    body = refused(desk, address, {"body": "By Alice.", "seen": seen}, "body", clash=True)
    assert "By Bob." in body
    assert "By Alice." in body


def test_title_signatories_and_internal_notes_change(desk: Client, draft: Postmortem) -> None:
    incidents = [each.public_id for each in draft.incidents.all()]
    known = {"title": "Better", "signatories": "Alice", "incidents": incidents}
    stored(desk, at_home(draft, "change/"), known | {"internal_notes": "Ask the vendor."})
    draft.refresh_from_db()
    assert (draft.title, draft.signatories, draft.internal_notes) == (
        "Better", "Alice", "Ask the vendor.",
    )  # fmt: skip
    refused(desk, at_home(draft, "change/"), known | {"title": "A\nB"}, "title")
    refused(desk, at_home(draft, "change/"), known | {"incidents": []}, "incidents")


def test_it_is_reviewed_by_somebody_else_and_published(
    desk: Client, other_desk: Client, bob: User, written: Postmortem
) -> None:
    stored(desk, at_home(written, "submit/"), {"reviewer": str(bob.pk)})
    waiting = desk.post(at_home(written, "publish/"), {"notify": "on"})
    assert waiting.status_code == 422
    assert "Bob was asked to review this" in text_of(waiting)
    own = desk.post(at_home(written, "review/"), {"approve": "1"})
    assert "Alice prepared or last wrote this" in text_of(own)
    assert "It was us." in text_of(other_desk.get(at_home(written, "review/")))
    stored(other_desk, at_home(written, "review/"), {"approve": "1", "remark": "Plain enough."})
    assert "Plain enough." in text_of(desk.get(at_home(written)))
    stored(desk, at_home(written, "publish/"), {"notify": "on"})
    written.refresh_from_db()
    assert written.published_at is not None
    assert Event.objects.get(kind="postmortem.published").tell


def test_it_is_sent_back_with_a_remark_or_the_question_called_off(
    desk: Client, other_desk: Client, written: Postmortem
) -> None:
    stored(desk, at_home(written, "submit/"), {"reviewer": ""})
    refused(other_desk, at_home(written, "review/"), {"send_back": "1"}, "remark")
    stored(other_desk, at_home(written, "review/"), {"send_back": "1", "remark": "Which disk?"})
    assert "Which disk?" in text_of(desk.get(at_home(written)))
    assert desk.post(at_home(written, "review/"), {"approve": "1"}).status_code == 404
    stored(desk, at_home(written, "submit/"), {"reviewer": ""})
    stored(desk, at_home(written, "review/call-off/"), {})
    assert written.open_review is None


def test_without_a_word_it_is_not_published(desk: Client, draft: Postmortem) -> None:
    answer = desk.post(at_home(draft, "publish/"), {"notify": "on"})
    assert answer.status_code == 422
    assert "at least one section" in text_of(answer)


def test_staff_named_in_the_text_are_a_warning_before_publishing(
    desk: Client, draft: Postmortem, by: Actor, at: datetime
) -> None:
    draft.write_section("trigger", "Alice reset the cluster.", by=by, at=at)
    for screen in ("", "publish/"):
        assert "The text names Alice." in text_of(desk.get(at_home(draft, screen)))


def test_a_final_one_about_what_goes_on_is_asked_about_before_publishing(
    desk: Client, written: Postmortem, by: Actor, at: datetime
) -> None:
    said = "“Mail cannot be read” is still open, and this is not marked as interim."
    body = text_of(desk.get(at_home(written, "publish/")))
    assert said in body
    assert "“Mail was slow” is still open" not in body
    written.change(interim=True, by=by, at=at)
    assert said not in text_of(desk.get(at_home(written, "publish/")))


def test_an_amendment_is_written_shown_and_published_with_a_note(
    desk: Client, public: Postmortem
) -> None:
    stored(desk, at_home(public, "sections/summary/"), {"body": "It was them."})
    assert "An amendment is in preparation" in text_of(desk.get(at_home(public)))
    shown = text_of(desk.get(at_home(public, "amend/")))
    assert "<del>" in shown
    assert "<ins>" in shown
    refused(desk, at_home(public, "amend/"), {"note": ""}, "note")
    stored(desk, at_home(public, "amend/"), {"note": "It was not us."})
    assert not Event.objects.get(kind="postmortem.amended").tell
    listed = text_of(desk.get(at_home(public, "revisions/")))
    assert "It was not us." in listed
    assert "Intact, SHA-256" in listed


def test_an_amendment_is_dropped(desk: Client, public: Postmortem) -> None:
    stored(desk, at_home(public, "sections/summary/"), {"body": "It was them."})
    stored(desk, at_home(public, "amend/drop/"), {})
    assert public.sections.get().body == "It was us."


def test_it_is_withdrawn_with_a_reason(desk: Client, public: Postmortem) -> None:
    refused(desk, at_home(public, "withdraw/"), {"reason": ""}, "reason")
    stored(desk, at_home(public, "withdraw/"), {"reason": "It was wrong."})
    assert "It was wrong." in text_of(desk.get(at_home(public)))


def test_a_preview_link_is_made_and_revoked(desk: Client, written: Postmortem) -> None:
    stored(desk, at_home(written, "preview/share/"), {})
    written.refresh_from_db()
    link = previewing.address(written)
    assert link in text_of(desk.get(at_home(written)))
    stored(desk, at_home(written, "preview/revoke/"), {})
    assert link not in text_of(desk.get(at_home(written)))


def test_actions_are_added_changed_reported_and_removed(desk: Client, written: Postmortem) -> None:
    fields = {"title": "New hardware", "kind": "prevent", "team": "Storage", "public": "on"}
    stored(desk, at_home(written, "actions/add/"), fields)
    action = ActionItem.objects.get()
    stored(desk, at_home(written, f"actions/{action.public_id}/"), fields | {"team": "Mail"})
    report = {"state": "in_progress", "text": "Ordered.", "happened_at": ""}
    stored(desk, at_home(written, f"actions/{action.public_id}/report/"), report)
    action.refresh_from_db()
    assert (action.team, action.state) == ("Mail", "in_progress")
    assert "Ordered." in text_of(desk.get(at_home(written)))
    refused(desk, at_home(written, "actions/add/"), fields | {"due": "2020-01-01"}, "due")
    stored(desk, at_home(written, f"actions/{action.public_id}/remove/"), {})
    assert not ActionItem.objects.exists()


def test_the_timeline_is_added_to_changed_and_never_ahead_of_time(
    desk: Client, written: Postmortem, at: datetime
) -> None:
    fields = {
        "text": "The alarm rang", "happened_at": f"{at:%Y-%m-%dT%H:%M}",
        "happened_at_zone": "UTC", "precision": "about", "public": "on",
    }  # fmt: skip
    stored(desk, at_home(written, "timeline/add/"), fields)
    entry = TimelineEntry.objects.get()
    address = at_home(written, f"timeline/{entry.public_id}/")
    stored(desk, address, fields | {"text": "The alarm rang twice"})
    assert "The alarm rang twice" in text_of(desk.get(at_home(written)))
    ahead = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    refused(desk, at_home(written, "timeline/add/"), fields | {"happened_at": ahead}, "happened_at")
    stored(desk, f"{address}remove/", {})
    assert not TimelineEntry.objects.exists()


def test_when_we_knew_is_dated_in_order(desk: Client, incident: Incident, at: datetime) -> None:
    def fields(**minutes: int) -> dict[str, str]:
        return {
            name: f"{at + timedelta(minutes=count):%Y-%m-%dT%H:%M}"
            for name, count in minutes.items()
        } | {f"{name}_zone": "UTC" for name in minutes}

    address = at_incident(incident, "milestones/")
    stored(desk, address, fields(detected_at=5))
    incident.refresh_from_db()
    assert incident.detected_at is not None
    refused(desk, address, fields(detected_at=5, mitigated_at=2), "mitigated_at")


def test_whether_a_second_pair_of_eyes_is_needed_is_the_pages_to_say(
    desk: Client, written: Postmortem
) -> None:
    stored(desk, f"{HERE}manners/", {"postmortem_review": "on", "postmortem_days": "5"})
    answer = desk.post(at_home(written, "publish/"), {"key": ""})
    assert "somebody else approves first" in text_of(answer)


def test_staff_are_asked_for_a_postmortem_of_what_was_bad(
    desk: Client, page: Page, incident: Incident, by: Actor
) -> None:
    now = timezone.now()
    past = now - timedelta(days=10)
    Incident.objects.filter(pk=incident.pk).update(
        started_at=past, resolved_at=past, status="resolved"
    )
    assert "Not explained yet" in text_of(desk.get("/console/mail/"))
    text = Postmortem.draft(page, title="Why", incidents=[incident], by=by, at=now)
    text.write_section("summary", "A disk.", by=by, at=now)
    assert "Not explained yet" in text_of(desk.get("/console/mail/"))
    text.publish(by=by, at=now)
    assert "Not explained yet" not in text_of(desk.get("/console/mail/"))
