"""What is turned away before any screen sees it is told kindly, and what was typed is kept."""

import re
from datetime import datetime

import pytest
from django.test import Client

from incidents.models import Incident, Membership, Page
from people.actors import Actor
from people.models import User
from tests.console.screens import text_of

OPEN = "/console/mail/incidents/open/"
TYPED = {"title": "Slow mail", "body": "We look.\nSoon more.", "password": "sesame", "key": "k"}
OURS = {"Origin": "http://testserver"}


@pytest.fixture
def strict(page: Page, alice: User, by: Actor, at: datetime) -> Client:
    """Alice at her desk, in a browser whose form is old."""
    Membership.grant(page=page, user=alice, role="admin", by=by, at=at)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    return client


def test_a_form_without_its_token_gives_back_what_was_typed(strict: Client) -> None:
    answer = strict.post(OPEN, TYPED | {"csrfmiddlewaretoken": "old"}, headers=OURS)
    text = text_of(answer)
    assert answer.status_code == 403
    assert "This form was not taken" in text
    assert ">We look.\nSoon more.</textarea>" in answer.content.decode()
    assert 'name="title" value="Slow mail"' in text
    assert "sesame" not in text
    assert 'value="old"' not in text
    assert "no-store" in answer["Cache-Control"]


def test_sent_again_from_there_it_is_taken(strict: Client) -> None:
    answer = strict.post(OPEN, TYPED, headers=OURS)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())
    assert token
    again = TYPED | {"status": "investigating", "csrfmiddlewaretoken": token[1]}
    assert strict.post(OPEN, again, headers=OURS).status_code == 303
    assert Incident.objects.get().title == "Slow mail"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_what_another_site_sent_is_not_offered_to_be_sent_again(
    strict: Client, headers: dict[str, str]
) -> None:
    answer = strict.post(OPEN, TYPED, headers=headers)
    assert answer.status_code == 403
    assert "Slow mail" not in text_of(answer)
    assert "open the form anew" in text_of(answer)


@pytest.mark.parametrize("address", ["/", "/subscribe/", "/console/", "/api/v2/status.json"])
def test_a_host_that_is_not_ours_is_told_so(page: Page, address: str) -> None:
    answer = Client().get(address, headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "Nothing can be answered here" in text_of(answer)
    assert page.name not in text_of(answer)
