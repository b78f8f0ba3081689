"""Keys of automation: shown once, kept as a digest, dead when they should be."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.models import ApiToken, User
from people.models.token import SCOPES


def issue(alice: User, at: datetime, **options: datetime) -> tuple[ApiToken, str]:
    """Issue a token that reads."""
    return ApiToken.issue(owner=alice, name="ci", scopes=["read"], at=at, **options)


def test_the_plaintext_is_kept_nowhere(alice: User, at: datetime) -> None:
    token, plaintext = issue(alice, at)
    row = ApiToken.objects.values().get(pk=token.pk)
    assert plaintext.startswith("cnd_")
    assert len(plaintext) >= 40
    assert plaintext not in str(row)
    assert row["prefix"] == plaintext[:10]


def test_a_token_opens_with_its_plaintext(alice: User, at: datetime) -> None:
    token, plaintext = issue(alice, at)
    assert ApiToken.authenticate(plaintext, at=at) == token


@pytest.mark.parametrize("guess", ["", "cnd_", "cnd_guess", "Ω", "x" * 10_000])
def test_a_guess_opens_nothing(alice: User, at: datetime, guess: str) -> None:
    issue(alice, at)
    assert ApiToken.authenticate(guess, at=at) is None


def test_the_digest_is_no_key(alice: User, at: datetime) -> None:
    token, _ = issue(alice, at)
    assert ApiToken.authenticate(token.digest, at=at) is None


def test_a_token_expires_on_the_dot(alice: User, at: datetime) -> None:
    end = at + timedelta(days=1)
    token, plaintext = issue(alice, at, expires_at=end)
    assert ApiToken.authenticate(plaintext, at=end - timedelta(microseconds=1)) == token
    assert ApiToken.authenticate(plaintext, at=end) is None


def test_a_revoked_token_is_dead_and_listed_with_its_first_stamp(alice: User, at: datetime) -> None:
    token, plaintext = issue(alice, at)
    token.revoke(at=at)
    token.revoke(at=at + timedelta(days=1))
    assert ApiToken.authenticate(plaintext, at=at) is None
    assert ApiToken.objects.get().revoked_at == at


def test_tokens_of_somebody_who_left_are_dead(alice: User, at: datetime) -> None:
    _, plaintext = issue(alice, at)
    User.objects.update(is_active=False)
    assert ApiToken.authenticate(plaintext, at=at) is None


def test_use_is_noted_once_a_minute(alice: User, at: datetime) -> None:
    _, plaintext = issue(alice, at)
    for seconds in (0, 59, 60):
        ApiToken.authenticate(plaintext, at=at + timedelta(seconds=seconds))
        noted = ApiToken.objects.get().last_used_at
        assert noted == at + timedelta(seconds=60 if seconds == 60 else 0)


def test_a_token_in_steady_use_costs_one_query(alice: User, at: datetime) -> None:
    _, plaintext = issue(alice, at)
    ApiToken.authenticate(plaintext, at=at)
    with CaptureQueriesContext(connection) as queries:
        ApiToken.authenticate(plaintext, at=at)
    assert len(queries) == 1


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_may_read_and_none_may_what_another_names(
    alice: User, at: datetime, scope: str
) -> None:
    token, _ = ApiToken.issue(owner=alice, name="ci", scopes=[scope, scope], at=at)
    assert token.scopes == [scope]
    assert {each for each in SCOPES if token.allows(each)} == {scope, "read"}


@pytest.mark.parametrize(
    ("scopes", "name", "field"),
    [
        ([], "ci", "scopes"),
        (["admin"], "ci", "scopes"),
        (["read", "Read"], "ci", "scopes"),
        (["read"], " ", "name"),
        (["read"], "x" * 81, "name"),
        (["read"], "a\nb", "name"),
    ],
)
def test_a_bad_token_is_refused_by_field_and_not_stored(
    alice: User, at: datetime, scopes: list[str], name: str, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        ApiToken.issue(owner=alice, name=name, scopes=scopes, at=at)
    assert list(refused.value.message_dict) == [field]
    assert not ApiToken.objects.exists()


def test_a_token_shows_how_to_recognise_it(alice: User, at: datetime) -> None:
    token, plaintext = issue(alice, at)
    assert str(token) == f"ci ({plaintext[:10]}…)"
