"""Accounts, plans, contracts, affected lists."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from customers.models import Account, AffectedList, Contract, Plan
from incidents.models import Cohort, Component, Event, Incident, Page
from people.actors import Actor


@pytest.fixture
def account(page: Page, by: Actor, at: datetime) -> Account:
    return Account.add(page, external_id="A-1", name="Example GmbH", by=by, at=at)


@pytest.fixture
def plan(page: Page, mailstore: Component, by: Actor, at: datetime) -> Plan:
    return Plan.add(page, "Mailstore", components=[mailstore], by=by, at=at)


def sign(account: Account, plan: Plan, by: Actor, at: datetime, **terms: object) -> Contract:
    usual: dict[str, object] = {
        "valid_from": date(2026, 1, 1),
        "fee": "10.00",
        "currency": "USD",
    }
    return Contract.sign(account, plan, by=by, at=at, **(usual | terms))  # type: ignore[arg-type]


def test_an_account_is_known_by_its_billing_id_once_a_page(
    account: Account, page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="already"):
        Account.add(page, external_id="A-1", name="Somebody else", by=by, at=at)
    assert len(account.public_id) == 12
    assert len(account.statement_token) == 32


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("external_id", " "),
        ("name", "Example\r\nBcc: all@example.com"),
        ("contact_email", "a@example.com, b@example.com"),
        ("alternate_email", "nobody"),
        ("standing", "rich"),
    ],
)
def test_a_bad_field_of_an_account_is_refused_by_name_and_nothing_is_stored(
    page: Page, by: Actor, at: datetime, field: str, value: str
) -> None:
    given = {"external_id": "A-2", "name": "Example Ltd"} | {field: value}
    with pytest.raises(ValidationError) as refused:
        Account.add(page, by=by, at=at, **given)
    assert list(refused.value.message_dict) == [field]
    assert not Account.objects.exists()


def test_the_journal_keeps_no_personal_data_of_an_account(
    page: Page, by: Actor, at: datetime
) -> None:
    Account.add(page, external_id="A-3", name="Jo", contact_email="jo@example.com", by=by, at=at)
    event = Event.objects.get(kind="account.added")
    assert event.after == {"external_id": "A-3"}


def test_a_plan_covers_components_of_its_own_page_only(
    plan: Plan, mailstore: Component, by: Actor, at: datetime
) -> None:
    elsewhere = Page.found(name="Other", slug="other", by=by, at=at)
    theirs = Component.add(elsewhere, "API", by=by, at=at)
    with pytest.raises(ValidationError, match="another page"):
        plan.cover(theirs, by=by, at=at)
    assert list(plan.components.all()) == [mailstore]


def test_covering_twice_covers_once(
    plan: Plan, mailstore: Component, by: Actor, at: datetime
) -> None:
    plan.cover(mailstore, by=by, at=at)
    assert plan.coverage.count() == 1


def test_a_contract_begins_at_midnight_of_the_page(
    account: Account, plan: Plan, page: Page, by: Actor, at: datetime
) -> None:
    page.change(time_zone="America/New_York", by=by, at=at)
    account.refresh_from_db()
    contract = sign(account, plan, by, at, valid_from=date(2012, 12, 1), valid_to=date(2013, 7, 1))
    assert contract.valid_from == datetime(2012, 12, 1, 5, tzinfo=UTC)
    assert contract.valid_to == datetime(2013, 7, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("currency", "fee", "minor"),
    [("USD", "10.00", 1000), ("JPY", "1000", 1000), ("KWD", "12.345", 12345)],
)
def test_a_fee_is_kept_in_minor_units(
    account: Account, plan: Plan, by: Actor, at: datetime, currency: str, fee: str, minor: int
) -> None:
    contract = sign(account, plan, by, at, currency=currency, fee=fee)
    assert (contract.fee_minor, contract.fee) == (minor, fee)


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("fee", {"fee": "10.001"}),
        ("fee", {"fee": "-1"}),
        ("fee", {"fee": "1e3"}),
        ("fee", {"fee": "10.5", "currency": "JPY"}),
        ("currency", {"currency": "XYZ"}),
        ("interval", {"interval": "week"}),
        ("valid_to", {"valid_to": date(2026, 1, 1)}),
    ],
)
def test_bad_terms_are_refused_by_name(
    account: Account, plan: Plan, by: Actor, at: datetime, field: str, terms: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as refused:
        sign(account, plan, by, at, **terms)
    assert list(refused.value.message_dict) == [field]


def test_contracts_of_an_account_on_one_plan_do_not_overlap(
    account: Account, plan: Plan, by: Actor, at: datetime
) -> None:
    first = sign(account, plan, by, at)
    with pytest.raises(ValidationError, match="already"):
        sign(account, plan, by, at, valid_from=date(2026, 2, 1))
    first.end(date(2026, 2, 1), by=by, at=at)
    second = sign(account, plan, by, at, valid_from=date(2026, 2, 1))
    march = datetime(2026, 3, 1, tzinfo=UTC)
    assert list(Contract.objects.active_in(march, march + timedelta(days=31))) == [second]


def test_a_contract_that_another_has_ended_meanwhile_is_not_prolonged(
    account: Account, plan: Plan, by: Actor, at: datetime
) -> None:
    read_before = sign(account, plan, by, at)
    Contract.objects.get().end(date(2026, 2, 1), by=by, at=at)
    with pytest.raises(ValidationError, match="ends earlier already"):
        read_before.end(date(2026, 3, 1), by=by, at=at)
    assert Contract.objects.get().valid_to == datetime(2026, 2, 1, tzinfo=UTC)


def test_the_database_itself_refuses_a_second_open_contract(
    account: Account, plan: Plan, by: Actor, at: datetime
) -> None:
    first = sign(account, plan, by, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.create(
            account=account,
            plan=plan,
            valid_from=at,
            fee_minor=1,
            currency="USD",
            created_at=at,
        )
    assert list(account.contracts.all()) == [first]


def test_an_affected_list_holds_an_account_once(
    account: Account, page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    cohort = Cohort.name_one(incident, "Corrupted indexes", size=24, by=by, at=at)
    affected = AffectedList.of(cohort, by=by, at=at)
    assert affected.include([account], by=by, at=at) == 1
    assert AffectedList.of(cohort, by=by, at=at).include([account, account], by=by, at=at) == 0
    assert list(affected.accounts.all()) == [account]
    assert affected.leave_out([account], by=by, at=at) == 1
    assert not affected.members.exists()


def test_an_affected_list_takes_no_account_of_another_page(
    incident: Incident, by: Actor, at: datetime
) -> None:
    elsewhere = Page.found(name="Other", slug="other", by=by, at=at)
    stranger = Account.add(elsewhere, external_id="B-1", name="B", by=by, at=at)
    cohort = Cohort.name_one(incident, "Corrupted indexes", by=by, at=at)
    with pytest.raises(ValidationError, match="another page"):
        AffectedList.of(cohort, by=by, at=at).include([stranger], by=by, at=at)
