"""Signing in: slow to guess, silent about who exists, back to where one wanted to go."""

import pytest
from django.conf import settings
from django.test import Client

from incidents.models import Page
from people.models import User
from tests.console.conftest import PASSWORD
from tests.console.screens import text_of

pytestmark = pytest.mark.django_db
SIGN_IN = "/console/sign-in/"


def attempt(client: Client, email: str, password: str, **more: str) -> tuple[int, str]:
    answer = client.post(SIGN_IN, {"email": email, "password": password, **more})
    return answer.status_code, answer.headers.get("Location", "")


def complaint(client: Client, email: str, password: str = "wrong") -> str:
    body = text_of(client.post(SIGN_IN, {"email": email, "password": password}))
    return body.partition('role="alert"')[2].partition("</div>")[0]


def test_the_right_password_leads_to_the_page(client: Client, page: Page, alice: User) -> None:
    assert attempt(client, "alice@example.com", PASSWORD) == (303, "/console/")


def test_the_address_may_be_capitalised(client: Client, alice: User) -> None:
    assert attempt(client, " Alice@Example.COM ", PASSWORD)[0] == 303


def test_one_gets_to_where_one_wanted(client: Client, alice: User) -> None:
    wish = "/console/mail/journal/"
    assert attempt(client, "alice@example.com", PASSWORD, next=wish) == (303, wish)


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_away(client: Client, alice: User, wish: str) -> None:
    assert attempt(client, "alice@example.com", PASSWORD, next=wish) == (303, "/console/")


def test_an_unknown_address_is_answered_like_a_wrong_password(client: Client, alice: User) -> None:
    unknown = complaint(client, "nobody@example.com")
    assert unknown
    assert unknown == complaint(client, "alice@example.com")


def test_somebody_deactivated_is_answered_alike(client: Client, alice: User) -> None:
    wrong = complaint(client, "alice@example.com")
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    assert complaint(client, "alice@example.com", PASSWORD) == wrong


def test_the_sixth_attempt_waits_even_with_the_right_password(client: Client, alice: User) -> None:
    for _ in range(5):
        assert attempt(client, "alice@example.com", "wrong")[0] == 422
    assert "15 minutes" in complaint(client, "alice@example.com", PASSWORD)


def test_others_are_not_locked_out_by_that(client: Client, alice: User, bob: User) -> None:
    for _ in range(5):
        attempt(client, "alice@example.com", "wrong")
    assert attempt(client, "bob@example.com", PASSWORD)[0] == 303


def test_the_password_never_comes_back(client: Client, alice: User) -> None:
    body = text_of(
        client.post(SIGN_IN, {"email": "alice@example.com", "password": "hunter2-hunter"})
    )
    assert "hunter2" not in body
    assert 'value="alice@example.com"' in body


def test_signing_out_ends_the_session_and_needs_a_post(desk: Client) -> None:
    assert desk.get("/console/sign-out/").status_code == 405
    assert desk.post("/console/sign-out/").status_code == 303
    assert desk.get("/console/mail/").status_code == 302


def test_a_session_in_use_lasts_and_is_written_once_a_day(desk: Client) -> None:
    assert "candor_session" in desk.get("/console/mail/journal/").cookies
    assert "candor_session" not in desk.get("/console/mail/journal/").cookies
    session = desk.session
    session["renewed"] = "2026-01-01"
    session.save()
    answer = desk.get("/console/mail/journal/")
    assert answer.cookies["candor_session"]["max-age"] == settings.SESSION_COOKIE_AGE
