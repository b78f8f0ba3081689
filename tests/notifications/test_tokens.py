"""Links stay valid for years, and a message is called the same in every attempt."""

from datetime import datetime
from typing import get_args

import pytest
from django.utils.crypto import salted_hmac

from incidents.models import Incident, Page
from notifications import rounds, tokens
from notifications.models import Delivery
from tests.notifications.conftest import Subscriber

OF_READER = ("ab" * 8, "nonce")


@pytest.mark.parametrize("purpose", get_args(tokens.Purpose))
def test_links_sent_by_older_versions_still_work(purpose: tokens.Purpose) -> None:
    public_id, nonce = OF_READER
    old = salted_hmac(f"notifications.{purpose}", f"{public_id}:{nonce}", algorithm="sha256")
    token = public_id + old.hexdigest()[: tokens.MAC_LENGTH]
    assert tokens.matches(token, purpose, public_id, nonce)
    assert not tokens.matches(token, purpose, public_id, "another")


def test_only_the_way_out_outlives_a_new_nonce() -> None:
    public_id, nonce = OF_READER
    lasting = [
        purpose
        for purpose in get_args(tokens.Purpose)
        if tokens.matches(tokens.make(purpose, public_id, nonce), purpose, public_id, "another")
    ]
    assert lasting == ["unsubscribe"]


def test_a_message_of_a_broadcast_is_named_by_broadcast_channel_and_destination(
    incident: Incident, subscriber: Subscriber, at: datetime
) -> None:
    subscriber("ada@example.com")
    subscriber("bob@example.com")
    rounds.tell(at)
    keys = [each.key for each in Delivery.objects.order_by("pk")]
    told = Delivery.objects.values_list("broadcast_id", "channel", "destination").order_by("pk")
    assert keys == [tokens.key_of_news(broadcast or 0, *rest) for broadcast, *rest in told]
    again = Delivery.objects.order_by("pk")[0]
    again.pk = 4711
    assert again.key == keys[0]


def test_no_two_messages_share_a_name() -> None:
    names = {
        tokens.key_of_news(1, "email", "ada@example.com"),
        tokens.key_of_news(1, "email", "bob@example.com"),
        tokens.key_of_news(1, "webhook", "ada@example.com"),
        tokens.key_of_news(2, "email", "ada@example.com"),
        tokens.key_of_delivery(1),
        tokens.key_of_delivery(2),
    }
    assert len(names) == 6
    assert {len(name) for name in names} == {tokens.KEY_LENGTH}


def test_a_test_message_is_named_by_its_row(page: Page, at: datetime) -> None:
    test = Delivery.test(page, channel="email", destination="a@example.com", lane="mail", at=at)
    assert test.key == tokens.key_of_delivery(test.pk)
    assert test.message_id == f"<{test.key}@localhost>"
