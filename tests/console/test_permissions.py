"""Who may open which door, for every route there is: a new one without a mark fails here."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from console import urls
from console.access import ANYBODY, OWNER, SIGNED_IN
from incidents.core.roles import ABILITIES, Ability, Role
from incidents.models import Component, Incident, Page
from people.actors import Actor
from people.models import User
from tests.console.doors import Doors


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any, str]]:
    """Every route below, with its whole pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name), pattern.callback, prefix + str(pattern.pattern)


ROUTES = list(routes(urls.urlpatterns))
ON_A_PAGE = [
    (name, view.ability, path) for name, view, path in ROUTES if path.startswith("<slug:slug>/")
]


def test_every_route_says_who_may_open_it() -> None:
    unmarked = [name for name, view, _path in ROUTES if not hasattr(view, "ability")]
    assert unmarked == []


def test_what_stands_below_a_page_asks_for_an_ability_on_it() -> None:
    assert {ability for _name, ability, _path in ON_A_PAGE} <= set(Ability)


def test_only_these_doors_need_no_page() -> None:
    free = {view.ability: set() for _name, view, path in ROUTES if "slug" not in path}  # type: ignore[var-annotated]
    for name, view, path in ROUTES:
        if "slug" not in path:
            free[view.ability].add(name)
    assert free == {
        ANYBODY: {"sign_in", "nowhere"},
        SIGNED_IN: {"home", "sign_out", "password", "tokens", "revoke_token"},
        OWNER: {"found_page", "hold_everything", "resume_everything"},
    }


@pytest.fixture
def addresses(
    page: Page, incident: Incident, mailstore: Component, alice: User, by: Actor
) -> Callable[[str, str], str]:
    """Where every route leads to: tests/console/doors.py has a thing for each."""
    doors = Doors(page, incident, mailstore, by=by, at=timezone.now())
    doors.member(alice)
    return doors.address


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_doors_and_no_others(
    role: Role,
    signed_in: Callable[[str], Client],
    addresses: Callable[[str, str], str],
) -> None:
    client = signed_in(role)
    for name, ability, path in ON_A_PAGE:
        status = client.get(addresses(name, path)).status_code
        expected = {200, 405} if ability in ABILITIES[role] else {403}
        assert status in expected, (role, name, status)


@pytest.mark.parametrize("role", list(Role))
def test_posting_is_refused_like_looking(
    role: Role, signed_in: Callable[[str], Client], addresses: Callable[[str, str], str]
) -> None:
    client = signed_in(role)
    for name, ability, path in ON_A_PAGE:
        if ability not in ABILITIES[role]:
            assert client.post(addresses(name, path)).status_code == 403, name


def test_an_owner_opens_every_door(
    signed_in: Callable[[str], Client], addresses: Callable[[str, str], str]
) -> None:
    client = signed_in("owner")
    for name, _ability, path in ON_A_PAGE:
        assert client.get(addresses(name, path)).status_code in {200, 405}, name


def test_to_an_outsider_a_page_looks_like_one_that_does_not_exist(
    signed_in: Callable[[str], Client], addresses: Callable[[str, str], str]
) -> None:
    client = signed_in("outsider")
    for name, _ability, path in ON_A_PAGE:
        assert client.get(addresses(name, path)).status_code == 404, name
    assert client.get("/console/no-such-page/").status_code == 404


def test_a_stranger_is_led_to_the_sign_in(
    client: Client, addresses: Callable[[str, str], str]
) -> None:
    for name, _ability, path in ON_A_PAGE:
        answer: Any = client.get(addresses(name, path))
        assert answer.status_code == 302, name
        assert answer.url.startswith("/console/sign-in/?next="), name


def test_the_sign_in_leads_back_to_no_address_that_can_only_be_posted_to(
    client: Client, signed_in: Callable[[str], Client], addresses: Callable[[str, str], str]
) -> None:
    owner, to_start = signed_in("owner"), "/console/sign-in/?next=/console/"
    doors = {name: addresses(name, path) for name, _ability, path in ON_A_PAGE}
    lone = {name: door for name, door in doors.items() if owner.get(door).status_code == 405}
    answers: dict[str, Any] = {name: client.get(door) for name, door in lone.items()}
    assert "preview" in lone
    assert [name for name, answer in answers.items() if answer.url != to_start] == []


def test_a_refusal_says_who_may(page: Page, signed_in: Callable[[str], Client]) -> None:
    answer = signed_in("viewer").get(f"/console/{page.slug}/members/")
    assert "Admin" in answer.content.decode()


def test_only_an_owner_founds_a_page(signed_in: Callable[[str], Client]) -> None:
    assert signed_in("admin").get("/console/new/").status_code == 403
    assert signed_in("owner").get("/console/new/").status_code == 200


def test_nobody_revokes_somebody_elses_token(
    signed_in: Callable[[str], Client], addresses: Callable[[str, str], str]
) -> None:
    client = signed_in("owner")
    assert client.post(addresses("revoke_token", "tokens/<int:number>/")).status_code == 404


def test_every_form_is_protected_against_forged_requests(page: Page, alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.post(f"/console/{page.slug}/incidents/open/", {}).status_code == 403
