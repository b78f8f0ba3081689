"""One's own password: changed by whoever knows it, which ends every other session."""

import pytest
from django.test import Client

from incidents.models import Page
from people.models import SignInAttempt, User
from tests.console.conftest import PASSWORD
from tests.console.screens import refused, stored, text_of

AT = "/console/password/"
NEW = "a longer horse battery"
HINT = "Somebody else chose your password"


@pytest.fixture
def mine(alice: User) -> User:
    """Alice, who knows her password."""
    alice.set_password(PASSWORD)
    alice.save(update_fields=["password"])
    return alice


@pytest.fixture
def desk(page: Page, mine: User) -> Client:
    """Alice, signed in."""
    client = Client()
    client.force_login(mine)
    return client


def test_a_new_password_counts_and_ends_other_sessions_alone(desk: Client, mine: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(mine)
    stored(desk, AT, {"old": PASSWORD, "new": NEW})
    mine.refresh_from_db()
    assert mine.check_password(NEW)
    assert elsewhere.get(AT).status_code == 302


def test_the_way_to_it_is_behind_ones_name(desk: Client) -> None:
    assert f'href="{AT}"' in desk.get("/console/tokens/").content.decode()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong", NEW, "old"), (PASSWORD, "short", "new"), (PASSWORD, PASSWORD, "new")],
)
def test_a_change_without_the_old_one_or_to_a_poor_one_is_refused(
    desk: Client, mine: User, old: str, new: str, field: str
) -> None:
    body = refused(desk, AT, {"old": old, "new": new}, field)
    assert NEW not in body
    mine.refresh_from_db()
    assert mine.check_password(PASSWORD)


def test_guessing_the_old_one_waits_as_at_the_door(desk: Client, mine: User) -> None:
    for _each in range(5):
        refused(desk, AT, {"old": "wrong", "new": NEW}, "old")
    assert SignInAttempt.objects.count() == 5
    assert "15 minutes" in text_of(desk.post(AT, {"old": PASSWORD, "new": NEW}))
    mine.refresh_from_db()
    assert mine.check_password(PASSWORD)


def test_whoever_was_given_a_password_is_told_until_they_changed_it(
    desk: Client, mine: User, page: Page
) -> None:
    assert HINT not in text_of(desk.get(AT))
    User.objects.filter(pk=mine.pk).update(has_first_password=True)
    assert HINT in text_of(desk.get(AT))
    stored(desk, AT, {"old": PASSWORD, "new": NEW})
    assert HINT not in text_of(desk.get(AT))
