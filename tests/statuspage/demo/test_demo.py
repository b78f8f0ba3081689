"""`manage.py demo`: an empty installation becomes a mail company, once."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from credits.models import CreditRun
from customers.models import Account, Contract, Plan
from incidents.core.roles import Ability
from incidents.models import Event, Maintenance, Membership, Page
from incidents.reading import PageState
from notifications.models import Broadcast, Delivery, Subscription
from people.models import User
from statuspage.demo import people, seed
from tests.incidents.test_whole import check_alike

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LINK = re.compile(r'href="(/(?!static/)[^"#]*)')
# What names one of many pages alike: an id, a month, a year, an instant.
NAMES = re.compile(r"\b[a-z0-9]{12}\b|\b\d[\dTZQ:-]*\b")
ENOUGH_ALIKE = 3

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Page]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed.seed(at=NOON)
        transaction.set_rollback(True)


@pytest.fixture
def said(demo: Page) -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_the_demo_answers_at_the_root_and_lives_in_new_york(demo: Page) -> None:
    assert demo.is_front
    assert demo.time_zone == "America/New_York"


def test_every_story_reads_alike_in_one_statement(demo: Page) -> None:
    check_alike(demo.incidents.all())


def test_nobody_is_told_of_the_past(demo: Page) -> None:
    assert not demo.events.filter(tell=True).exists()
    assert not Broadcast.objects.exists()
    assert not Delivery.objects.exists()


def test_200_readers_have_confirmed(demo: Page) -> None:
    assert Subscription.objects.filter(page=demo).confirmed().count() == 200


def test_500_accounts_are_on_three_plans_in_three_currencies(demo: Page) -> None:
    contracts = Contract.objects.filter(plan__page=demo)
    assert Account.objects.filter(page=demo).count() == contracts.count() == 500
    assert Plan.objects.filter(page=demo, contracts__isnull=False).distinct().count() == 3
    pairs = contracts.order_by().values_list("plan", "currency").distinct()
    assert {currency for _plan, currency in pairs} == {"USD", "JPY", "KWD"}
    assert len(pairs) == 9


def test_whoever_finds_nothing_is_led_to_support(demo: Page, client: Client) -> None:
    answer = client.get("/search/", {"q": "printer on fire"}).content.decode()
    assert '<a href="https://help.example.com/contact/">Write to support</a>' in answer


def test_every_address_is_of_example_com(demo: Page) -> None:
    addresses = [
        *Account.objects.values_list("contact_email", flat=True),
        *Subscription.objects.values_list("destination", flat=True),
        *User.objects.values_list("email", flat=True),
        demo.sender_email,
    ]
    assert all(address.endswith("@example.com") for address in addresses)


def test_the_goodwill_is_issued_and_the_contracts_run_waits_for_the_second_person(
    demo: Page,
) -> None:
    states = dict(CreditRun.objects.filter(page=demo).values_list("kind", "state"))
    assert states == {"goodwill": "issued", "sla": "computed"}


def test_the_contract_owes_2_50_where_goodwill_gives_six_months(demo: Page) -> None:
    run = CreditRun.objects.get(page=demo, kind="sla")
    usual = run.lines.filter(currency="USD", amount_minor=250)
    whole = run.lines.filter(currency="USD", amount_minor=1000)
    assert usual.count() > whole.count() > 0


def test_open_incidents_and_a_maintenance_ahead_are_on_the_page(demo: Page) -> None:
    state = PageState.of(demo, at=NOON)
    assert len(state.incidents) == 3
    assert state.status.indicator == "minor"
    scheduled = Maintenance.objects.filter(page=demo, status="scheduled")
    ahead = scheduled.get(recurrence=None).scheduled_windows.get()
    assert ahead.start > NOON
    assert scheduled.exclude(recurrence=None).count() >= 4


def test_a_maintenance_in_the_past_took_longer_than_was_said(demo: Page) -> None:
    over = Maintenance.objects.filter(page=demo, status="completed")
    (past,) = over.get(title__startswith="New certificates").scheduled_windows.all()
    assert past.overrun_at(NOON) == timedelta(minutes=25)


def test_no_link_that_readers_find_leads_nowhere(demo: Page) -> None:
    client, seen = Client(), Counter[str]()
    found, dead = ["/"], []
    for path in found:
        shape = NAMES.sub("*", path)
        seen[shape] += 1
        if seen[shape] > ENOUGH_ALIKE:
            continue
        answer = client.get(path)
        if answer.status_code >= 400:
            dead.append(path)
        elif answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            links = LINK.findall(answer.content.decode().replace(demo.site, ""))
            found += sorted({unescape(link) for link in links}.difference(found))
    assert len(seen) > 20
    assert dead == []


def test_seeding_again_changes_nothing(demo: Page) -> None:
    before = Event.objects.count()
    assert seed.seed(at=NOON) == demo
    assert Event.objects.count() == before


def test_the_command_prints_where_and_passwords_that_work(said: str, demo: Page) -> None:
    assert demo.url() in said
    assert seed.mailstore_outage().public_url in said
    for email in (people.OWNER, people.APPROVER):
        line = next(line for line in said.splitlines() if email in line)
        assert User.objects.get(email=email).check_password(line.split()[1])


def test_each_start_has_passwords_of_its_own(said: str, demo: Page) -> None:
    out = StringIO()
    call_command("demo", stdout=out)
    assert out.getvalue() != said


def test_the_approver_may_approve_and_not_administer(demo: Page) -> None:
    second = people.approver()
    assert Membership.objects.can(second, demo, Ability.FINANCE)
    assert not Membership.objects.can(second, demo, Ability.ADMINISTER)
    assert Membership.objects.can(people.owner(), demo, Ability.ADMINISTER)
