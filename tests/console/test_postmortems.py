"""Postmortems: over several incidents, written section by section, published once."""

from datetime import datetime

import pytest
from django.test import Client

from incidents.models import Event, Incident, Page, Postmortem
from people.actors import Actor
from tests.console.screens import refused, stored, text_of

HERE = "/console/mail/postmortems/"


@pytest.fixture
def draft(
    page: Page, incident: Incident, resolved: Incident, by: Actor, at: datetime
) -> Postmortem:
    """A draft over two incidents."""
    return Postmortem.draft(page, title="Why", incidents=[incident, resolved], by=by, at=at)


def test_one_is_drafted_over_several_incidents(
    desk: Client, incident: Incident, resolved: Incident
) -> None:
    fields = {
        "title": "Two bad days",
        "incidents": [incident.public_id, resolved.public_id],
        "interim": "on",
        "signatories": "Alice, operations",
    }
    stored(desk, f"{HERE}draft/", fields)
    postmortem = Postmortem.objects.get()
    assert (postmortem.incidents.count(), postmortem.interim) == (2, True)
    assert "Two bad days" in text_of(desk.get(HERE))


def test_one_about_nothing_is_refused(desk: Client, page: Page) -> None:
    assert "Why" in refused(desk, f"{HERE}draft/", {"title": "Why"}, "incidents")
    refused(desk, f"{HERE}draft/", {"title": "Why", "incidents": "gone"}, "incidents")


def test_from_an_incident_it_is_chosen_already(desk: Client, incident: Incident) -> None:
    body = text_of(desk.get(f"{HERE}draft/?incident={incident.public_id}"))
    assert f'value="{incident.public_id}" id="id_incidents_0" checked' in body.replace(
        f'id="id_incidents_0" value="{incident.public_id}" checked',
        f'value="{incident.public_id}" id="id_incidents_0" checked',
    )


def test_sections_are_written_and_taken_out(desk: Client, draft: Postmortem) -> None:
    address = f"{HERE}{draft.public_id}/sections/summary/"
    stored(desk, address, {"body": "It was **us**.", "author": "Alice"})
    assert "<strong>us</strong>" in text_of(desk.get(f"{HERE}{draft.public_id}/"))
    assert "It was **us**." in text_of(desk.get(address))
    stored(desk, address, {"body": ""})
    assert not draft.sections.exists()


def test_a_section_that_cannot_be_shown_is_refused(desk: Client, draft: Postmortem) -> None:
    address = f"{HERE}{draft.public_id}/sections/summary/"
    body = refused(desk, address, {"body": "<script>x</script>"}, "body")
    assert "<textarea" in body
    answer = desk.post(f"{HERE}{draft.public_id}/sections/gossip/", {"body": "x"})
    assert answer.status_code == 422


def test_title_and_signatories_change(desk: Client, draft: Postmortem) -> None:
    stored(desk, f"{HERE}{draft.public_id}/change/", {"title": "Better", "signatories": "Alice"})
    draft.refresh_from_db()
    assert (draft.title, draft.signatories) == ("Better", "Alice")
    refused(desk, f"{HERE}{draft.public_id}/change/", {"title": "A\nB"}, "title")


def test_it_is_handed_in_and_published(
    desk: Client, draft: Postmortem, by: Actor, at: datetime
) -> None:
    draft.write_section("summary", "It was us.", by=by, at=at)
    stored(desk, f"{HERE}{draft.public_id}/submit/", {})
    assert "It was us." in text_of(desk.get(f"{HERE}{draft.public_id}/publish/"))
    stored(desk, f"{HERE}{draft.public_id}/publish/", {"notify": "on"})
    draft.refresh_from_db()
    assert draft.published_at is not None
    assert Event.objects.get(kind="postmortem.published").tell


def test_without_a_word_it_is_not_published(desk: Client, draft: Postmortem) -> None:
    answer = desk.post(f"{HERE}{draft.public_id}/publish/", {"notify": "on"})
    assert answer.status_code == 422
    assert "at least one section" in text_of(answer)


def test_once_public_it_is_not_rewritten(
    desk: Client, draft: Postmortem, by: Actor, at: datetime
) -> None:
    draft.write_section("summary", "It was us.", by=by, at=at)
    draft.publish(by=by, at=at)
    answer = desk.post(f"{HERE}{draft.public_id}/sections/summary/", {"body": "It was them."})
    assert answer.status_code == 422
    assert "cannot be rewritten in silence" in text_of(answer)
    assert "It was them." in text_of(answer)
