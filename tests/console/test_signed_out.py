"""A session that ends while staff type takes neither the page away nor the words on it."""

import re
from typing import Any

import pytest
from django.test import Client

from incidents.models import Component, Incident, Page
from people.models import User
from tests.console.conftest import PASSWORD
from tests.console.screens import at_incident, text_of

pytestmark = pytest.mark.django_db
OPEN = "/console/mail/incidents/open/"
CONNECT = "/console/mail/connections/add/"
TYPED = {"title": "Slow mail", "body": "We look.\nSoon more.", "status": "investigating"}
HTMX = {"HX-Request": "true"}


def token_in(answer: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())
    assert found
    return found[1]


def test_a_preview_without_a_session_says_so_and_leaves_the_page_where_it_is(
    client: Client, page: Page
) -> None:
    headers = HTMX | {"HX-Target": "draft"}
    answer = client.post("/console/mail/preview/", TYPED, headers=headers)
    body = text_of(answer)
    assert (answer.status_code, "HX-Redirect" in answer) == (200, False)
    assert "<html" not in body
    assert "Your words are still here, and nothing was posted." in body
    assert 'href="/console/sign-in/" target="_blank"' in body
    assert 'id="goes" hx-swap-oob="true">You are signed out' in body, "on a phone, too"


@pytest.mark.parametrize("address", ["/console/mail/", "/console/mail/deliveries/"])
def test_a_screen_that_renews_itself_says_so_in_its_place(
    client: Client, page: Page, address: str
) -> None:
    answer = client.get(address, headers=HTMX)
    assert (answer.status_code, "HX-Redirect" in answer) == (200, False)
    assert "comes back once you are signed in" in text_of(answer)
    assert "hx-swap-oob" not in text_of(answer)


def test_a_form_that_is_sent_without_a_session_gives_back_what_was_typed(
    client: Client, page: Page
) -> None:
    answer = client.post(OPEN, TYPED)
    body = text_of(answer)
    assert answer.status_code == 403
    assert "You are signed out: nothing was posted" in body
    assert ">We look.\nSoon more.</textarea>" in answer.content.decode()
    assert 'name="title" value="Slow mail"' in body
    assert 'href="/console/sign-in/"' in body
    assert "no-store" in answer["Cache-Control"]
    assert not Incident.objects.exists()


def test_once_signed_in_it_is_sent_again_and_taken(
    desk: Client, alice: User, mailstore: Component
) -> None:
    browser = Client(enforce_csrf_checks=True)
    origin = {"Origin": "http://testserver"}
    before = token_in(browser.get("/console/sign-in/"))
    kept = browser.post(OPEN, TYPED | {"csrfmiddlewaretoken": before}, headers=origin)
    again = TYPED | {"csrfmiddlewaretoken": token_in(kept)}
    assert "You are signed out" in text_of(browser.post(OPEN, again, headers=origin))
    entry = {"email": alice.email, "password": PASSWORD, "csrfmiddlewaretoken": before}
    assert browser.post("/console/sign-in/", entry, headers=origin).status_code == 303
    # Signing in changed the token: without a script one is asked once more.
    stale = browser.post(OPEN, again, headers=origin)
    assert ">We look.\nSoon more.</textarea>" in stale.content.decode()
    assert not Incident.objects.exists(), "nothing is carried out by signing in"
    again["csrfmiddlewaretoken"] = token_in(stale)
    assert browser.post(OPEN, again, headers=origin).status_code == 303
    assert Incident.objects.get().title == "Slow mail"


def test_passwords_and_keys_of_channels_are_not_given_back(client: Client, page: Page) -> None:
    sent = {"destination": "@acme", "password": "sesame-1", "token": "sesame-2", "keys": "sesame-3"}
    body = text_of(client.post(f"{CONNECT}telegram/", sent))
    assert 'value="@acme"' in body
    assert "sesame" not in body


def test_a_lone_button_that_did_nothing_says_so(client: Client, incident: Incident) -> None:
    answer = client.post(at_incident(incident, "rehearsal/close/"))
    body = text_of(client.post("/console/sign-out/"))
    assert answer.status_code in {403, 404}
    assert "nothing was posted" in body
    assert "Send it again" not in body
