"""Credits past two pairs of eyes, from policy to ledger to the text that support pastes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from credits.models import CreditRun, LedgerEntry, SlaPolicy
from customers.models import Account, Contract, Plan
from incidents.models import Component, Incident, Page
from people.actors import Actor
from people.models import User
from tests.console.screens import refused, stored, text_of

HERE = "/console/mail/credits/"


@pytest.fixture
def at() -> datetime:
    """So long ago that its month is over."""
    return timezone.now() - timedelta(days=62)


@pytest.fixture
def second(page: Page, bob: User) -> Client:
    """Bob, the second pair of eyes."""
    page.memberships.create(user=bob, role="finance")
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def account(page: Page, mailstore: Component, resolved: Incident, by: Actor) -> Account:
    """An account whose plan has the component that was hit."""
    began = resolved.started_at.date() - timedelta(days=400)
    doing: dict[str, Any] = {"by": by, "at": resolved.started_at}
    plan = Plan.add(page, "Pro", components=[mailstore], **doing)
    account = Account.add(page, external_id="acme-1", name="Acme Ltd", **doing)
    Contract.sign(account, plan, valid_from=began, fee="10.00", currency="USD", **doing)
    return account


def month_of(incident: Incident) -> str:
    """The month that the incident fell into, as it is typed."""
    return f"{incident.started_at.astimezone(incident.page.zone):%Y-%m}"


def goodwill(desk: Client, resolved: Incident) -> CreditRun:
    """A drafted gesture over the incident."""
    stored(desk, f"{HERE}policies/goodwill/", {"name": "Six months", "months": "6"})
    policy = SlaPolicy.objects.get()
    fields = {
        "policy": policy.public_id,
        "month": month_of(resolved),
        "incidents": resolved.public_id,
        "unit": "months",
    }
    stored(desk, f"{HERE}goodwill/", fields)
    return CreditRun.objects.get()


def test_a_gesture_goes_past_two_pairs_of_eyes(
    desk: Client, second: Client, account: Account, resolved: Incident
) -> None:
    run = goodwill(desk, resolved)
    home = f"{HERE}runs/{run.public_id}/"
    stored(desk, f"{home}compute/", {})
    own = desk.post(f"{home}approve/", follow=True)
    assert "somebody else approves it" in text_of(own)
    stored(second, f"{home}approve/", {})
    stored(second, f"{home}issue/", {})
    assert LedgerEntry.objects.get().account == account
    pasted = text_of(desk.get(f"/console/mail/accounts/{account.public_id}/"))
    assert "We gave your account 6 months" in pasted


def test_a_provisional_run_is_not_offered_for_approval(
    desk: Client, second: Client, account: Account, resolved: Incident
) -> None:
    run = goodwill(desk, resolved)
    home = f"{HERE}runs/{run.public_id}/"
    stored(desk, f"{home}compute/", {})
    assert f"{home}approve/" in text_of(second.get(home))
    CreditRun.objects.update(provisional=True)
    screen = text_of(second.get(home))
    assert f"{home}approve/" not in screen
    assert "Provisional: it can be approved once" in screen


def test_totals_and_classes_are_said_in_words(
    desk: Client, account: Account, resolved: Incident
) -> None:
    run = goodwill(desk, resolved)
    stored(desk, f"{HERE}runs/{run.public_id}/compute/", {})
    body = text_of(desk.get(f"{HERE}runs/{run.public_id}/"))
    assert "goodwill -> 6 months" in body
    assert "Acme Ltd" in body
    assert "You prepared this; somebody else approves it." in body


def test_a_run_is_rejected_with_a_reason(
    desk: Client, account: Account, resolved: Incident
) -> None:
    run = goodwill(desk, resolved)
    stored(desk, f"{HERE}runs/{run.public_id}/reject/", {"reason": "Wrong month."})
    assert "Wrong month." in text_of(desk.get(f"{HERE}runs/{run.public_id}/"))
    again = desk.post(f"{HERE}runs/{run.public_id}/compute/", follow=True)
    assert "cannot become computed" in text_of(again)


def test_a_gesture_for_nothing_is_refused(desk: Client, resolved: Incident) -> None:
    stored(desk, f"{HERE}policies/goodwill/", {"name": "Six months", "months": "6"})
    policy = SlaPolicy.objects.get()
    fields = {"policy": policy.public_id, "month": month_of(resolved), "unit": "months"}
    refused(desk, f"{HERE}goodwill/", fields, "incidents")


UPSIDE_DOWN = (
    '{"kind": "tiered", "tiers": [{"below": "99", "credit_pct": "25"},'
    ' {"below": "99.9", "credit_pct": "10"}]}'
)
TIERED = '{"kind": "tiered", "tiers": [{"below": "99.9", "credit_pct": "10"}]}'


def test_a_contracts_policy_and_its_run(desk: Client, account: Account, resolved: Incident) -> None:
    stored(desk, f"{HERE}policies/contract/", {"name": "SLA", "document": TIERED})
    policy = SlaPolicy.objects.get()
    refused(desk, f"{HERE}draft/", {"policy": policy.public_id, "month": "2012-13"}, "month")
    stored(desk, f"{HERE}draft/", {"policy": policy.public_id, "month": month_of(resolved)})
    run = CreditRun.objects.get()
    assert "compute it" in text_of(desk.get(f"{HERE}runs/{run.public_id}/"))


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "[]",
        '{"kind": "lottery"}',
        '{"kind": "tiered", "tiers": []}',
        UPSIDE_DOWN,
        '{"kind": "flat_months", "months": 0}',
    ],
)
def test_a_policy_that_cannot_be_is_refused(desk: Client, page: Page, document: str) -> None:
    answer = desk.post(f"{HERE}policies/contract/", {"name": "SLA", "document": document})
    assert answer.status_code == 422
    assert document in text_of(answer)
    assert not SlaPolicy.objects.exists()


def test_support_finds_an_account(desk: Client, account: Account) -> None:
    for typed in ("acme", "ac%00me"):
        assert "Acme Ltd" in text_of(desk.get(f"/console/mail/accounts/?q={typed}"))
    assert "Acme Ltd" not in text_of(desk.get("/console/mail/accounts/?q=other"))
    assert "Nothing so far." in text_of(desk.get(f"/console/mail/accounts/{account.public_id}/"))
