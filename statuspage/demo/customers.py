"""Who it hurt: 500 accounts on three plans, in three currencies."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import cycle
from typing import Final

from customers.core.money import to_minor
from customers.models import Account, AffectedList, Contract, Plan
from incidents.models import Cohort, Page
from people.actors import Actor
from statuspage.demo.company import MAILSTORE

SIGNED: Final = date(2012, 1, 1)
PAID_UNTIL: Final = date(2012, 12, 31)
CURRENCIES: Final = ("USD", "USD", "USD", "JPY", "KWD")
CORRUPTED: Final = 24


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan, what it covers, how many accounts are on it, and its monthly fee by currency."""

    name: str
    covers: tuple[str, ...]
    accounts: int
    fees: dict[str, str]


MAILSTORE_PLAN: Final = Offer(
    name="Mailstore",
    covers=(MAILSTORE, "Spam processing"),
    accounts=300,
    fees={"USD": "10.00", "JPY": "1500", "KWD": "3.075"},
)
OFFERS: Final = (
    MAILSTORE_PLAN,
    Offer(
        name="Forwarding",
        covers=("Forwarding", "Spam processing"),
        accounts=130,
        fees={"USD": "2.00", "JPY": "300", "KWD": "0.615"},
    ),
    Offer(
        name="Sending",
        covers=("SMTP sending", "API", "Delivery"),
        accounts=70,
        fees={"USD": "49.95", "JPY": "7500", "KWD": "15.375"},
    ),
)


def sign_up(page: Page, *, by: Actor, at: datetime) -> None:
    """Import the accounts and their contracts, one event for the lot as for every import."""
    offers = [offer for offer in OFFERS for _ in range(offer.accounts)]
    plans = {offer.name: _plan(page, offer, by, at) for offer in OFFERS}
    with page.writing(by=by, at=at) as journal:
        accounts = Account.objects.bulk_create(
            _account(page, number, at) for number in range(1, len(offers) + 1)
        )
        Contract.objects.bulk_create(
            _contract(account, plans[offer.name], offer, currency, at)
            for account, offer, currency in zip(accounts, offers, cycle(CURRENCIES), strict=False)
        )
        journal.append("accounts.imported", page, after={"count": len(accounts)})


def list_corrupted(cohort: Cohort, *, by: Actor, at: datetime) -> None:
    """Name the accounts whose indexes were corrupted; the list is never public."""
    hurt = Account.objects.filter(page=cohort.page, contracts__plan__name=MAILSTORE_PLAN.name)
    AffectedList.of(cohort, by=by, at=at).include(hurt[:CORRUPTED], by=by, at=at)


def _plan(page: Page, offer: Offer, by: Actor, at: datetime) -> Plan:
    covered = page.components.filter(name__in=offer.covers)
    return Plan.add(page, offer.name, components=list(covered), by=by, at=at)


def _account(page: Page, number: int, at: datetime) -> Account:
    return Account(
        page=page,
        external_id=f"acct-{number:04}",
        billing_reference=f"cus_{number:05}",
        name=f"Example customer {number}",
        contact_email=f"customer{number:03}@example.com",
        created_at=at,
    )


def _contract(account: Account, plan: Plan, offer: Offer, currency: str, at: datetime) -> Contract:
    return Contract(
        account=account,
        plan=plan,
        valid_from=datetime.combine(SIGNED, time(), tzinfo=account.page.zone),
        fee_minor=to_minor(offer.fees[currency], currency),
        currency=currency,
        paid_until=PAID_UNTIL,
        created_at=at,
    )
