"""Members, tokens, and who did what."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Incident, Membership, Page
from people.models import ApiToken, User
from tests.console.screens import refused, stored, text_of

ADD = "/console/mail/members/add/"


def test_somebody_known_gets_a_role(desk: Client, page: Page, bob: User) -> None:
    stored(desk, ADD, {"email": "BOB@example.com", "role": "responder"})
    assert Membership.objects.can(bob, page, "respond")


def test_somebody_new_gets_an_account(desk: Client, page: Page) -> None:
    fields = {"email": "new@example.com", "name": "New", "role": "finance"}
    refused(desk, ADD, fields, "password")
    refused(desk, ADD, fields | {"password": "short"}, "password")
    assert not User.objects.filter(email="new@example.com").exists()
    stored(desk, ADD, fields | {"password": "a long enough one"})
    user = User.objects.get(email="new@example.com")
    assert user.check_password("a long enough one")
    assert user.has_first_password
    assert Membership.objects.can(user, page, "finance")


@pytest.mark.parametrize(
    ("field", "value"), [("email", "a@example.com, b@example.com"), ("role", "king")]
)
def test_a_member_who_cannot_be_is_refused(
    desk: Client, page: Page, field: str, value: str
) -> None:
    fields = {"email": "n@example.com", "role": "viewer", "password": "a long enough one"}
    refused(desk, ADD, fields | {field: value}, field)
    assert not User.objects.filter(email="n@example.com").exists()


def test_roles_change_and_end(desk: Client, page: Page, bob: User) -> None:
    member = page.memberships.create(user=bob, role="viewer")
    stored(desk, f"/console/mail/members/{member.pk}/", {"role": "admin"})
    assert Membership.objects.can(bob, page, "administer")
    stored(desk, f"/console/mail/members/{member.pk}/remove/", {})
    assert not Membership.objects.can(bob, page, "see")


def test_a_token_is_shown_once(desk: Client, page: Page) -> None:
    fields = {"name": "pager", "scopes": ["read", "incidents:write"], "days": "30"}
    answer = desk.post("/console/tokens/", fields)
    shown = re.search(r"cnd_[\w-]{40,}", text_of(desk.get(answer.headers["Location"])))
    assert shown
    token = ApiToken.authenticate(shown[0], at=timezone.now())
    assert token is not None
    assert token.expires_at is not None
    assert shown[0] not in text_of(desk.get("/console/tokens/"))


def test_a_token_without_a_scope_is_refused(desk: Client, page: Page) -> None:
    refused(desk, "/console/tokens/", {"name": "pager"}, "scopes")
    refused(desk, "/console/tokens/", {"name": "pager", "scopes": ["root"]}, "scopes")
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked(desk: Client, alice: User) -> None:
    token, plain = ApiToken.issue(owner=alice, name="pager", scopes=["read"], at=timezone.now())
    stored(desk, f"/console/tokens/{token.pk}/revoke/", {})
    assert ApiToken.authenticate(plain, at=timezone.now()) is None


def test_the_journal_says_who_did_what_through_which_face(desk: Client, incident: Incident) -> None:
    body = text_of(desk.get("/console/mail/journal/"))
    assert "Incident opened" in body
    assert "Alice" in body
    assert "console" in body
