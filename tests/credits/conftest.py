"""A December with one long outage, and those who paid for the month."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from credits.models import SlaPolicy
from customers.models import Account, Contract, Plan
from incidents.core.levels import Level
from incidents.models import Component, Incident, Page
from people.actors import Actor
from people.models import User

DOWN = datetime(2012, 12, 13, 17, 46, tzinfo=UTC)
UP = datetime(2012, 12, 14, 13, 13, tzinfo=UTC)
LATER = datetime(2013, 1, 4, 18, 45, tzinfo=UTC)
TIERS: dict[str, Any] = {
    "kind": "tiered",
    "tiers": [
        {"below": "99.9", "credit_pct": "10"},
        {"below": "99", "credit_pct": "25"},
        {"below": "95", "credit_pct": "100"},
    ],
}
SIX_MONTHS: dict[str, Any] = {"kind": "flat_months", "months": 6}


@pytest.fixture
def page(page: Page, by: Actor, at: datetime) -> Page:
    """The page, on New York's clock."""
    page.change(time_zone="America/New_York", by=by, at=at)
    return page


@pytest.fixture
def second(bob: User) -> Actor:
    """The second pair of eyes."""
    return Actor.user(bob)


@pytest.fixture
def outage(page: Page, mailstore: Component, by: Actor) -> Incident:
    """Mailstore down for 19 h 27 min."""
    incident = Incident.open(
        page,
        title="Mailstore",
        body="Down.",
        levels={mailstore: Level.MAJOR_OUTAGE},
        by=by,
        at=DOWN,
    )
    incident.resolve(body="Up.", by=by, at=UP)
    return incident


@pytest.fixture
def plan(page: Page, mailstore: Component, by: Actor) -> Plan:
    """A plan that covers Mailstore."""
    return Plan.add(page, "Mailbox", components=[mailstore], by=by, at=DOWN)


@pytest.fixture
def tiers(page: Page, by: Actor) -> SlaPolicy:
    """The page's default policy."""
    return SlaPolicy.write(page, "Tiers", TIERS, by=by, at=DOWN)


@pytest.fixture
def goodwill(page: Page, by: Actor) -> SlaPolicy:
    """Six months of service."""
    return SlaPolicy.write(page, "Sorry", SIX_MONTHS, by=by, at=DOWN)


class Customers:
    """Signs customers up, with as little to say as a test needs."""

    def __init__(self, page: Page, plan: Plan, by: Actor) -> None:
        self.page, self.plan, self.by = page, plan, by

    def join(self, name: str, **terms: Any) -> Contract:
        """Return the contract of a new account."""
        account = Account.add(
            self.page, external_id=name, name=name.title(), by=self.by, at=DOWN - timedelta(days=99)
        )
        return self.sign(account, **terms)

    def sign(self, account: Account, **terms: Any) -> Contract:
        """Return one more contract of an account."""
        usual: dict[str, Any] = {
            "plan": self.plan,
            "valid_from": date(2012, 1, 1),
            "fee": "10.00",
            "currency": "USD",
            "by": self.by,
            "at": DOWN - timedelta(days=99),
        }
        return Contract.sign(account, **(usual | terms))


@pytest.fixture
def customers(page: Page, plan: Plan, by: Actor) -> Customers:
    """Somebody who signs customers up."""
    return Customers(page, plan, by)
