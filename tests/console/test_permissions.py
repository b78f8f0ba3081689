"""Who may open which door, for every route there is: a new one without a mark fails here."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from console import urls
from console.access import ANYBODY, OWNER, SIGNED_IN
from credits.models import CreditRun, SlaPolicy
from customers.models import Account
from incidents.core.roles import ABILITIES, Ability, Role
from incidents.models import (
    ActionItem,
    Announcement,
    Cohort,
    Commitment,
    Component,
    Draft,
    Incident,
    IncidentTemplate,
    Maintenance,
    Membership,
    Metric,
    Note,
    Page,
    Postmortem,
    ReaderMessage,
    Recurrence,
    TimelineEntry,
)
from notifications.models import Broadcast, Subscription
from people.actors import Actor
from people.models import ApiToken, User


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
        ANYBODY: {"sign_in"},
        SIGNED_IN: {"home", "sign_out", "tokens", "revoke_token"},
        OWNER: {"found_page"},
    }


@pytest.fixture
def addresses(
    page: Page, incident: Incident, mailstore: Component, alice: User, by: Actor
) -> Callable[[str, str], str]:
    """Real objects behind every route, so that a refusal is about permission alone."""
    at = timezone.now()
    doing: dict[str, Any] = {"by": by, "at": at}
    soon = at + timedelta(days=1)
    dates = {"start": soon, "end": soon + timedelta(hours=1)}
    maintenance = Maintenance.schedule(page, title="Work", body="Soon.", **dates, **doing)
    weekly = Recurrence.set_up(
        page, title="Patches", body="Soon.", rule="FREQ=WEEKLY;COUNT=2", first_start=soon,
        minutes=30, **doing,
    )  # fmt: skip
    postmortem = Postmortem.draft(page, title="Why", incidents=[incident], **doing)
    postmortem.write_section("summary", "A disk.", **doing)
    postmortem.submit(**doing)
    policy = SlaPolicy.write(page, "Six", {"kind": "flat_months", "months": 6}, **doing)
    run = CreditRun.draft(page, policy, "2026-01", incidents=[incident], **doing)
    account = Account.add(page, external_id="a-1", name="Example Ltd", **doing)
    hook = Subscription.connect(
        page, channel="x", destination="@acme", config=dict.fromkeys(X_KEYS, "k"), **doing
    )
    opened = Broadcast.open_due(at)
    mail = page.kept_mails.create(kept_at=at, sender="a@b.c", recipient="d@e.f", subject="Hi")
    member = Membership.grant(page=page, user=alice, role=Role.VIEWER, **doing)
    token, _plain = ApiToken.issue(owner=alice, name="t", scopes=["read"], at=at)
    announcement = Announcement.publish(page, title="Hello", body="All well.", **doing)
    numbers = {
        "deliveries": opened[0].pk,
        "mails": mail.pk,
        "connections": hook.pk,
        "members": member.pk,
        "tokens": token.pk,
        "windows": maintenance.scheduled_windows.get().pk,
    }
    ids = {
        "slug": page.slug,
        "incident_id": incident.public_id,
        "update_id": incident.updates.get().public_id,
        "note_id": Note.add(incident, "advice", "Wait", **doing).public_id,
        "message_id": ReaderMessage.receive(
            incident, kind="question", text="Why?", at=at
        ).public_id,
        "window_id": incident.windows.get().public_id,
        "cohort_id": Cohort.name_one(incident, "Some", **doing).public_id,
        "promise_id": Commitment.promise(
            incident, "fix", unknown_because="We look.", **doing
        ).public_id,
        "component_id": mailstore.public_id,
        "other_id": maintenance.public_id,
        "postmortem_id": postmortem.public_id,
        "kind": "summary",
        "action_id": ActionItem.add(postmortem, "Buy disks", **doing).public_id,
        "instant_id": TimelineEntry.add(
            postmortem, "It rang", happened_at=at, **doing
        ).public_id,
        "run_id": run.public_id,
        "recurrence_id": weekly.public_id,
        "account_id": account.public_id,
        "channel": "webhook",
        "metric_id": Metric.add(page, "Delay", **doing).public_id,
        "draft_id": Draft.keep(page, "announcement", {"title": "Soon"}, **doing).public_id,
        "template_id": IncidentTemplate.write(
            page, name="Ready", kind="update", body="We look.", **doing
        ).public_id,
        "language": "de",
    }
    page.change(languages=["de"], **doing)
    planned = {
        "set_dates", "start_maintenance", "complete_maintenance", "cancel_maintenance",
        "end_window", "add_window", "reschedule", "extend_maintenance",
    }  # fmt: skip

    def address(name: str, path: str) -> str:
        known = ids | ({"incident_id": maintenance.public_id} if name in planned else {})
        announced = {"end_announcement", "place_announcement"}
        known |= {"incident_id": announcement.public_id} if name in announced else {}
        known |= {"number": next((pk for part, pk in numbers.items() if part in path), 0)}
        needed = {key: value for key, value in known.items() if f":{key}>" in path}
        return reverse(f"console:{name}", kwargs=needed)

    return address


X_KEYS = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


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
