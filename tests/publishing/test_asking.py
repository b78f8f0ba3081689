"""A reader asks about an incident: nothing is public, nothing typed is lost, nobody floods us."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Component, Incident, Page, ReaderMessage
from people.actors import Actor
from publishing import asking


@pytest.fixture
def trouble(page: Page, mailstore: Component, by: Actor) -> Incident:
    """Something that goes on now."""
    at = timezone.now() - timedelta(hours=1)
    return Incident.open(page, title="Mail is slow", body="We look.", by=by, at=at)


@pytest.fixture
def over(trouble: Incident, by: Actor) -> Incident:
    """It is over."""
    trouble.resolve(body="Over.", by=by, at=timezone.now() - timedelta(minutes=5))
    return trouble


def send(client: Client, incident: Incident, **fields: str) -> Any:
    return client.post(f"/incidents/{incident.public_id}/ask/", fields)


def test_a_question_arrives_and_is_not_public(client: Client, trouble: Incident) -> None:
    answer = send(client, trouble, text="Is my mail lost?\r\nAll of it?", contact="Ada@Example.com")
    assert answer.status_code == 200
    assert "Thank you" in answer.content.decode()
    assert not answer.cookies
    message = ReaderMessage.objects.get()
    assert (message.kind, message.text) == ("question", "Is my mail lost?\nAll of it?")
    assert message.contact == "ada@example.com"
    assert "Is my mail lost" not in client.get(f"/{trouble.public_path}").content.decode()


def test_somebody_still_affected_says_by_what(
    client: Client, over: Incident, mailstore: Component
) -> None:
    sent = {"kind": "still_affected", "component": mailstore.public_id}
    send(client, over, text="Password prompts.", **sent)
    message = ReaderMessage.objects.get()
    assert (message.kind, message.component) == ("still_affected", mailstore)


def test_a_component_of_another_page_is_refused(client: Client, over: Incident) -> None:
    sent = {"kind": "still_affected", "component": "nosuchthing1"}
    answer = send(client, over, text="Password prompts.", **sent)
    assert answer.status_code == 422
    assert "Pick a component of this page." in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "Write what you want to know"),
        ({"text": "x" * 1001}, "At most 1000 characters; these are 1001."),
        ({"text": "a\x00b"}, "A control character (U+0000)"),
        ({"text": "Hello", "contact": "ada@example.com\r\nBcc: all@example.com"}, "line breaks"),
        ({"text": "Hello", "contact": "ada"}, "not an e-mail address"),
        ({"text": "Hello", "contact": "a@example.com, b@example.com"}, "exactly one"),
        ({"text": "Hello", "kind": "spam"}, "is none of question, still_affected"),
        ({"text": "Hello", "kind": "still_affected"}, "This still goes on"),
    ],
)
def test_what_cannot_stand_is_refused_and_what_was_typed_stays(
    client: Client, trouble: Incident, fields: dict[str, str], said: str
) -> None:
    answer = send(client, trouble, **fields)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert said in body
    assert fields["text"].replace("\x00", "") in body.replace("\x00", "")
    assert not ReaderMessage.objects.exists()


def test_a_robot_that_fills_in_everything_is_thanked_and_forgotten(
    client: Client, trouble: Incident
) -> None:
    answer = send(client, trouble, text="Buy now", website="https://example.com")
    assert answer.status_code == 200
    assert not ReaderMessage.objects.exists()


def test_one_source_may_not_flood(
    client: Client, trouble: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PER_SOURCE", 2)
    answers = [send(client, trouble, text=f"Question {number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert "try again in an hour" in answers[2].content.decode()


def test_all_sources_together_may_not_flood_one_incident(
    client: Client, trouble: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PER_INCIDENT", 1)
    for number in range(2):
        address = f"/incidents/{trouble.public_id}/ask/"
        client.post(address, {"text": f"{number}?"}, REMOTE_ADDR=f"192.0.2.{number}")
    assert ReaderMessage.objects.count() == 1


def test_what_ended_long_ago_takes_no_questions(client: Client, over: Incident) -> None:
    Incident.objects.filter(pk=over.pk).update(
        started_at=timezone.now() - timedelta(days=20),
        resolved_at=timezone.now() - timedelta(days=15),
    )
    address = f"/incidents/{over.public_id}/ask/"
    assert "takes no messages any more" in client.get(address).content.decode()
    answer = client.post(address, {"text": "Hello"})
    assert answer.status_code == 422
    assert "This takes no messages any more" in answer.content.decode()


def test_a_page_may_take_no_messages(client: Client, trouble: Incident, by: Actor) -> None:
    trouble.page.change(takes_messages=False, by=by, at=timezone.now())
    assert "/ask/" not in client.get(f"/{trouble.public_path}").content.decode()
    assert send(client, trouble, text="Hello").status_code == 422


def test_what_is_not_public_cannot_be_asked_about(
    client: Client, trouble: Incident, by: Actor
) -> None:
    trouble.withdraw("Never was", by=by, at=timezone.now())
    assert send(client, trouble, text="Hello").status_code == 404


@pytest.mark.parametrize("name", ["%00", "a%00b"])
def test_what_no_database_keeps_leads_nowhere(client: Client, over: Incident, name: str) -> None:
    for address in (f"/incidents/{name}/ask/", f"/postmortems/preview/{name}/"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in {404, 405}
    answer = send(client, over, text="Hello", kind="still_affected", component="\x00")
    assert answer.status_code == 422
