"""Guessing is slow, and nobody is locked out by a stranger."""

from datetime import datetime, timedelta

import pytest

from people.models import KnownSource, SignInAttempt

HERE, THERE, ALICE = "192.0.2.1", "2001:db8::1", "alice@example.com"

pytestmark = pytest.mark.django_db


def fail(times: int, at: datetime, *, address: str = HERE, name: str = ALICE) -> None:
    """Fail to sign in."""
    for _ in range(times):
        SignInAttempt.record(address, name, at=at)


def test_five_failures_throttle_a_name_from_one_address(at: datetime) -> None:
    fail(4, at)
    assert not SignInAttempt.is_throttled(HERE, ALICE, at=at)
    fail(1, at)
    assert SignInAttempt.is_throttled(HERE, ALICE, at=at)


def test_the_owner_of_the_name_is_not_locked_out_elsewhere(at: datetime) -> None:
    fail(5, at)
    assert not SignInAttempt.is_throttled(THERE, ALICE, at=at)
    assert not SignInAttempt.is_throttled(HERE, "bob@example.com", at=at)


def test_the_way_a_name_is_typed_makes_no_difference(at: datetime) -> None:
    fail(5, at, name=" Alice@Example.com")
    assert SignInAttempt.is_throttled(HERE, ALICE, at=at)


def test_fifty_failures_throttle_an_address_for_every_name(at: datetime) -> None:
    for number in range(50):
        assert not SignInAttempt.is_throttled(HERE, "new@example.com", at=at)
        fail(1, at, name=f"user{number}@example.com")
    assert SignInAttempt.is_throttled(HERE, "new@example.com", at=at)


def test_a_quarter_of_an_hour_later_all_is_forgotten(at: datetime) -> None:
    fail(5, at)
    later = at + timedelta(minutes=15)
    assert SignInAttempt.is_throttled(HERE, ALICE, at=later - timedelta(seconds=1))
    assert not SignInAttempt.is_throttled(HERE, ALICE, at=later)
    fail(1, later)
    assert SignInAttempt.objects.count() == 1


def test_signing_in_clears_the_count_of_that_name_only(at: datetime) -> None:
    fail(3, at)
    fail(2, at, name="bob@example.com")
    SignInAttempt.succeeded(HERE, ALICE, at=at)
    assert SignInAttempt.objects.count() == 2


def fail_everywhere(times: int, at: datetime) -> None:
    """Fail at one name from one address after another."""
    for number in range(times):
        fail(1, at, address=f"198.51.100.{number}")


def test_guessing_from_many_addresses_is_slow_too(at: datetime) -> None:
    fail_everywhere(19, at)
    assert not SignInAttempt.is_throttled(HERE, ALICE, at=at)
    fail_everywhere(1, at)
    assert SignInAttempt.is_throttled(HERE, ALICE, at=at)
    assert not SignInAttempt.is_throttled(HERE, "bob@example.com", at=at)
    assert not SignInAttempt.is_throttled(HERE, ALICE, at=at + timedelta(minutes=15))


def test_strangers_do_not_shut_out_the_owner_where_they_usually_sign_in(at: datetime) -> None:
    SignInAttempt.succeeded(HERE, ALICE, at=at - timedelta(days=89))
    fail_everywhere(200, at)
    assert not SignInAttempt.is_throttled(HERE, " Alice@Example.com", at=at)
    assert SignInAttempt.is_throttled(THERE, ALICE, at=at)
    fail(5, at)
    assert SignInAttempt.is_throttled(HERE, ALICE, at=at), "but guesses from there count too"


def test_where_somebody_signed_in_long_ago_is_forgotten(at: datetime) -> None:
    SignInAttempt.succeeded(HERE, ALICE, at=at - timedelta(days=91))
    fail_everywhere(20, at)
    assert SignInAttempt.is_throttled(HERE, ALICE, at=at)
    SignInAttempt.succeeded(THERE, ALICE, at=at)
    assert KnownSource.objects.count() == 1


def test_a_known_address_is_kept_as_a_digest(at: datetime) -> None:
    SignInAttempt.succeeded(HERE, ALICE, at=at)
    kept = str(KnownSource.objects.values().get())
    assert HERE not in kept
    assert ALICE not in kept


def test_names_are_kept_as_digests(at: datetime) -> None:
    fail(1, at)
    assert ALICE not in str(SignInAttempt.objects.values().get())


def test_who_mistypes_the_password_of_a_page_does_not_shut_the_console(at: datetime) -> None:
    pages = SignInAttempt.Realm.PAGES
    for number in range(50):
        SignInAttempt.record(HERE, f"door of {number}", at=at, realm=pages)
    assert not SignInAttempt.is_throttled(HERE, ALICE, at=at)
    assert SignInAttempt.is_throttled(HERE, "door of another", at=at, realm=pages)
