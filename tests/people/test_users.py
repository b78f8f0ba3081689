"""Accounts: one address, one person, however it is capitalised."""

from datetime import datetime

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from incidents.models import Event, Page
from people.actors import Actor
from people.models import ApiToken, User

PASSWORD = "correct horse battery"


@pytest.mark.django_db
def test_an_address_is_kept_in_lower_case() -> None:
    user = User.objects.create_user("  Ann@Example.COM ", PASSWORD)
    assert user.email == "ann@example.com"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["alice@example.com", "Alice@Example.com", " alice@example.com "])
def test_somebody_signs_in_however_the_address_is_capitalised(alice: User, typed: str) -> None:
    assert authenticate(username=typed, password=PASSWORD) == alice


@pytest.mark.django_db
def test_a_wrong_password_signs_nobody_in(alice: User) -> None:
    assert authenticate(username=alice.email, password="incorrect horse") is None


@pytest.mark.django_db
def test_somebody_who_left_cannot_sign_in(alice: User) -> None:
    User.objects.update(is_active=False)
    assert authenticate(username=alice.email, password=PASSWORD) is None


@pytest.mark.django_db
def test_without_a_password_nobody_signs_in() -> None:
    User.objects.create_user("ann@example.com")
    assert authenticate(username="ann@example.com", password="") is None


@pytest.mark.django_db
def test_two_accounts_cannot_share_an_address(alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ALICE@example.com", PASSWORD)


@pytest.mark.django_db
def test_the_database_refuses_capitals(alice: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=alice.pk).update(email="Alice@example.com")


@pytest.mark.django_db
def test_somebody_is_called_by_name_and_by_address_without_one(alice: User) -> None:
    nameless = User.objects.create_user("ann@example.com", PASSWORD)
    assert (str(alice), alice.get_full_name()) == ("Alice", "Alice")
    assert str(nameless) == "ann@example.com"


@pytest.mark.django_db
def test_a_token_acts_as_its_owner(alice: User, at: object) -> None:
    token = ApiToken(pk=7, owner=alice, name="ci")
    actor = Actor.token(token)
    assert (actor.kind, actor.face, actor.label) == ("token", "api", "ci (Alice)")
    assert actor.person_id == Actor.user(alice).person_id == alice.pk
    assert actor.token_id == 7


def test_long_names_fit_the_journal() -> None:
    owner = User(email="ann@example.com", name="n" * 120)
    assert len(Actor.token(ApiToken(owner=owner, name="t" * 80)).label) <= 200


def test_the_product_acts_without_a_person() -> None:
    actor = Actor.system("clock")
    assert (actor.kind, actor.label, actor.person_id) == ("system", "clock", None)


@pytest.mark.django_db
def test_whoever_has_a_very_long_address_can_act_too(page: Page, at: datetime) -> None:
    local, domain = "a" * 64, ".".join(["b" * 55] * 3) + ".example"
    user = User.objects.create_user(f"{local}@{domain}")
    page.change(name="Mail", by=Actor.user(user), at=at)
    assert Event.objects.latest("pk").actor_label.startswith(local)
