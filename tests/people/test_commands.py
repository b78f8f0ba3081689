"""create_owner and create_token: what they print works, what they refuse says why."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone

from people.models import ApiToken, User

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command and return what it prints."""
    call_command(*words)
    return capsys.readouterr().out


def test_the_first_owner_signs_in_with_the_printed_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = run(capsys, "create_owner", " Ann@Example.com ", "--name", "Ann")
    password = printed.rpartition("Password: ")[2].strip()
    user: Any = authenticate(username="ann@example.com", password=password)
    assert user.is_superuser
    assert str(user) == "Ann"
    assert len(password) >= 20


def test_a_given_password_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    printed = run(capsys, "create_owner", "ann@example.com", "--password", "correct horse battery")
    assert "Password" not in printed
    assert "correct horse" not in printed


@pytest.mark.parametrize(
    "words",
    [
        ["not an address"],
        ["ann@example.com, ben@example.com"],
        ["ann@example.com\nBcc: all@example.com"],
        [f"{'x' * 250}@example.com"],
        ["ann@example.com", "--name", "x" * 121],
        ["ann@example.com", "--password", "short"],
        ["ann@example.com", "--password", "password1234"],
    ],
)  # fmt: skip
def test_a_bad_owner_is_refused_and_not_made(words: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_owner", *words)
    assert not User.objects.exists()


def test_a_second_owner_of_an_address_is_refused(alice: User) -> None:
    with pytest.raises(CommandError, match="There is a user alice"):
        call_command("create_owner", "Alice@example.com")


def test_a_token_is_printed_once_and_works(capsys: pytest.CaptureFixture[str], alice: User) -> None:
    printed = run(capsys, "create_token", "ci", "--scope", "incidents:write", "--scope", "read")
    token = ApiToken.authenticate(printed.strip(), at=timezone.now())
    assert token is not None
    assert (token.owner, token.name, token.scopes) == (alice, "ci", ["incidents:write", "read"])
    assert token.expires_at is None


def test_a_token_can_be_given_a_life_and_an_owner(
    capsys: pytest.CaptureFixture[str], alice: User, bob: User
) -> None:
    words = ["--scope", "read", "--owner", " Bob@example.com", "--days", "30"]
    printed = run(capsys, "create_token", "ci", *words)
    token = ApiToken.authenticate(printed.strip(), at=timezone.now())
    assert token is not None
    assert token.owner == bob
    assert token.expires_at is not None
    assert abs(token.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["ci"], "A token needs a scope"),
        (["ci", "--scope", "everything"], "“everything” is no scope; there are read"),
        ([" ", "--scope", "read"], "one line"),
        (["ci", "--scope", "read", "--owner", "nobody@example.com"], "There is no user nobody"),
    ],
)
def test_a_bad_token_is_refused_with_the_way_out(alice: User, words: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("create_token", *words)
    assert not ApiToken.objects.exists()


def test_with_two_users_the_owner_has_to_be_named(alice: User, bob: User) -> None:
    with pytest.raises(CommandError, match="Say whose token with --owner"):
        call_command("create_token", "ci", "--scope", "read")


def test_somebody_who_left_gets_no_token(alice: User) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(CommandError):
        call_command("create_token", "ci", "--scope", "read", "--owner", alice.email)
