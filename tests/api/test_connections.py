"""Channels of staff's own, over the API: secrets go in, and never come out."""

from datetime import datetime
from typing import Any

import pytest

from incidents.models import Component, Page
from notifications.models import Delivery, Subscription
from people.actors import Actor
from people.models import User
from tests.api.conftest import Asking, asking

PATH = "pages/mail/connections"
BOT = {
    "channel": "telegram",
    "destination": "@acmestatus",
    "config": {"token": "17:s3cr3t-s3cr3t", "base_url": "https://93.184.215.14"},
}


@pytest.fixture
def admin(page: Page, alice: User, by: Actor, at: datetime) -> Asking:
    """Automation of an admin."""
    return asking(alice, page, "admin", by, at)


def errors(answer: Any) -> list[str]:
    """The fields that a refusal names."""
    assert answer.status_code == 422, answer.content
    return list(answer.json()["errors"])


def test_anybody_reads_which_channels_there_are_and_what_they_ask_for(reader: Asking) -> None:
    items = {each["name"]: each for each in reader.get("channels").json()["items"]}
    assert "email" not in items
    token = next(each for each in items["telegram"]["details"] if each["name"] == "token")
    assert (token["secret"], token["required"]) == (True, True)


def test_a_channel_is_connected_and_its_secret_is_named_but_not_shown(
    admin: Asking, component: Component
) -> None:
    scope = {"components": [component.public_id], "kinds": ["incident"]}
    answer = admin.post(PATH, BOT | scope)
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert shown["secrets"] == ["token"]
    assert shown["config"]["follow"] == "thread"
    assert (shown["components"], shown["kinds"]) == ([component.public_id], ["incident"])
    assert admin.get(PATH).json()["items"] == [shown]
    assert b"s3cr3t" not in answer.content + admin.get(PATH).content


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"channel": "email"}, "channel"),
        ({"destination": "two words"}, "destination"),
        ({"config": {"token": ""}}, "config.token"),
        ({"config": {"token": "17:s3cr3t-s3cr3t", "follow": "never"}}, "config.follow"),
        ({"config": {"pigeon": "x"}}, "config.pigeon"),
        ({"kinds": ["rumour"]}, "kinds.0"),
        ({"components": ["ab12cd34ef56"]}, "components"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_that_was_sent(
    admin: Asking, changed: dict[str, Any], field: str
) -> None:
    assert errors(admin.post(PATH, BOT | changed)) == [field]
    assert not Subscription.objects.exists()


def test_what_is_left_out_of_a_change_stays(admin: Asking, component: Component) -> None:
    scope = {"components": [component.public_id], "kinds": ["incident"]}
    made = admin.post(PATH, BOT | scope).json()
    answer = admin.patch(f"{PATH}/{made['id']}", {"config": {"follow": "edit"}})
    assert answer.status_code == 200, answer.content
    assert answer.json() == made | {"config": made["config"] | {"follow": "edit"}}
    assert Subscription.objects.get().settings["token"] == "17:s3cr3t-s3cr3t"
    again = admin.patch(f"{PATH}/{made['id']}", {"components": [], "kinds": []})
    assert (again.json()["components"], again.json()["kinds"]) == ([], [])


def test_a_test_is_put_on_its_way(admin: Asking) -> None:
    made = admin.post(PATH, BOT).json()
    answer = admin.post(f"{PATH}/{made['id']}/tests", {})
    assert (answer.status_code, answer.json()["state"]) == (201, "pending")
    assert Delivery.objects.get().subscription == Subscription.objects.get()


def test_a_channel_is_disconnected(admin: Asking) -> None:
    made = admin.post(PATH, BOT).json()
    assert admin.put(f"{PATH}/{made['id']}/end", {}).json()["state"] == "unsubscribed"
    assert admin.get(PATH).json()["items"] == []
    assert admin.put(f"{PATH}/{made['id']}/end", {}).status_code == 404


def test_readers_own_subscriptions_are_none_of_these(
    admin: Asking, page: Page, at: datetime
) -> None:
    reader = Subscription.objects.create(
        page=page, channel="email", destination="ada@example.com", asked_at=at
    )
    assert admin.get(PATH).json()["items"] == []
    assert admin.put(f"{PATH}/{reader.public_id}/end", {}).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "communicator", "responder"])
def test_only_admins_connect_and_look(
    page: Page, bob: User, role: str, by: Actor, at: datetime
) -> None:
    other = asking(bob, page, role, by, at)
    assert other.get(PATH).status_code == 403
    assert other.post(PATH, BOT).status_code == 403
