"""What a message costs is said before it is sent, to the hundredth, and never as nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from pytest_django import Settings

from incidents.models import Incident, Page
from notifications.bulletins import Bulletin
from notifications.costs import Allowance, Bill, Price
from notifications.models import Broadcast, Delivery, Subscription
from notifications.models.suppression import Bucket
from notifications.reach import bills
from people.fields import Sealed

DAY = timedelta(days=1)
EURO_CENTS: Price = (Decimal("0.08"), "EUR")


@pytest.fixture
def news(incident: Incident, at: datetime) -> Bulletin:
    """What is to be told."""
    (opened,) = Broadcast.open_due(at)
    return Bulletin.of(opened)


def heard(
    page: Page, channel: str, destination: str, at: datetime, config: str = ""
) -> Subscription:
    return Subscription.objects.create(
        page=page, channel=channel, destination=destination, config=config, state="confirmed",
        owner="staff", asked_at=at, confirmed_at=at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("price", "messages", "parts", "cost"),
    [
        (EURO_CENTS, 240, 2, "38.40 EUR"),
        ((Decimal("0.0079"), "USD"), 1, 1, "0.01 USD"),
        ((Decimal("0.0079"), "USD"), 100, 1, "0.79 USD"),
        ((Decimal(12), "SEK"), 1000, 1, "12,000.00 SEK"),
        (None, 240, 2, ""),
    ],
)
def test_a_bill_is_exact_and_rounded_up(
    price: Price | None, messages: int, parts: int, cost: str
) -> None:
    assert Bill("SMS", messages, parts, price).cost == cost


@pytest.mark.parametrize(("sent", "left", "short"), [(0, 3, False), (2, 1, True), (9, 0, True)])
def test_a_bill_says_whether_all_of_it_may_leave(sent: int, left: int, short: bool) -> None:
    allowance = Allowance.of(sent, 3, "today")
    assert (allowance.left, Bill("SMS", 2, allowances=[allowance]).is_short) == (left, short)


def test_sms_are_charged_by_number_and_by_how_long_the_text_is(
    page: Page, news: Bulletin, settings: Settings, at: datetime
) -> None:
    settings.SMS_PRICE, settings.SMS_PER_DAY = EURO_CENTS, 5
    for number in range(3):
        heard(page, "sms", f"+1415555012{number}", at)
        Bucket.take("sms", limit=5, every=DAY, at=at)
    (short,) = bills(page, (), "update", news, at)
    long = Bulletin(**(vars(news) | {"text": "It is slow. " * 20}))
    (longer,) = bills(page, (), "update", long, at)
    assert (short.messages, short.parts, short.cost) == (3, 1, "0.24 EUR")
    assert (longer.messages, longer.parts, longer.cost) == (3, 3, "0.72 EUR")
    assert short.allowances == [Allowance(2, 5, "today")]
    assert short.is_short


@pytest.mark.parametrize(
    ("config", "left"),
    [
        ('{"per_day": "3", "per_month": "9"}', [(2, 3), (7, 9)]),
        ("{}", [(24, 25), (248, 250)]),
        (Sealed("encrypted elsewhere"), [(24, 25), (248, 250)]),
    ],
)
def test_each_account_on_x_says_what_is_left_of_its_budget(
    page: Page, news: Bulletin, settings: Settings, at: datetime, config: str,
    left: Sequence[tuple[int, int]],
) -> None:  # fmt: skip
    settings.X_PRICE = (Decimal("0.01"), "USD")
    account = heard(page, "x", "@acmestatus", at, config)
    for hours in (1, 48):
        test = Delivery.test(
            page, channel="x", destination="@acmestatus", lane="chats", subscription=account, at=at
        )
        sent_at = at - timedelta(hours=hours)
        Delivery.objects.filter(pk=test.pk).update(state="sent", sent_at=sent_at)
    (bill,) = bills(page, (), "update", news, at)
    assert (bill.name, bill.messages, bill.cost) == ("X, @acmestatus", 1, "0.01 USD")
    assert [(each.left, each.most) for each in bill.allowances] == left


def test_what_costs_nothing_has_no_bill(page: Page, news: Bulletin, at: datetime) -> None:
    heard(page, "email", "ada@example.com", at)
    assert bills(page, (), "update", news, at) == []
