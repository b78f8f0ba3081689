"""What goes out, over the API: held, taken back, and tried again."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from incidents.models import Event, Incident, Membership, Page
from notifications.models import Broadcast, Delivery, Subscription
from people.actors import Actor
from people.models import ApiToken, User
from tests.api.conftest import Asking

BROADCASTS = "pages/mail/broadcasts"
DEAD = "pages/mail/dead-letters"


@pytest.fixture
def as_role(page: Page, alice: User, by: Actor, at: datetime) -> Callable[[str], Asking]:
    """Alice's token, in a role on the page."""

    def asking(role: str) -> Asking:
        Membership.grant(page=page, user=alice, role=role, by=by, at=at)
        _token, plaintext = ApiToken.issue(owner=alice, name="t", scopes=["pages:write"], at=at)
        return Asking(Client(), plaintext)

    return asking


@pytest.fixture
def asking(as_role: Callable[[str], Asking]) -> Asking:
    """A communicator's token."""
    return as_role("communicator")


@pytest.fixture
def news(
    page: Page, incident: Incident, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> Broadcast:
    """The opening of an incident: Ann's mail waits, those of Ben and Cid failed."""
    monkeypatch.setattr("notifications.models.written.bulk_channels", dict)
    for name in ("ann", "ben", "cid"):
        Subscription.objects.create(
            page=page, channel="email", destination=f"{name}@example.com",
            state="confirmed", asked_at=at, confirmed_at=at,
        )  # fmt: skip
    (opened,) = Broadcast.open_due(at)
    opened.fan_out(at)
    dead = opened.deliveries.exclude(destination="ann@example.com")
    dead.update(state="failed", failed_at=at, next_attempt_at=None, last_error="550 no")
    return opened


def test_a_channel_is_held_and_resumed(asking: Asking, page: Page) -> None:
    for _again in range(2):
        held = asking.put("pages/mail/channels/email/pause", {})
        assert (held.status_code, held.json()["ended_at"]) == (200, None)
    assert page.pauses.standing().get().channel == "email"
    for _again in range(2):
        resumed = asking.put("pages/mail/channels/email/resumption", {})
        assert resumed.json()["ended_at"]
    assert not page.pauses.standing().exists()
    (listed,) = asking.get("pages/mail/pauses").json()["items"]
    assert listed == resumed.json()
    kinds = Event.objects.filter(kind__startswith="channel.").values_list("kind", flat=True)
    assert sorted(kinds) == ["channel.paused", "channel.resumed"]


def test_what_is_no_channel_is_neither_held_nor_resumed(asking: Asking) -> None:
    refused = asking.put("pages/mail/channels/pigeon/pause", {})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["channel"])
    assert asking.put("pages/mail/channels/email/resumption", {}).status_code == 404


def test_an_owner_holds_everything_and_resumes_it(
    as_role: Callable[[str], Asking], alice: User, page: Page
) -> None:
    asking = as_role("admin")
    assert asking.put("telling/pause", {}).status_code == 403
    assert asking.put("telling/resumption", {}).status_code == 403
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    assert asking.put("telling/resumption", {}).status_code == 404
    for _again in range(2):
        held = asking.put("telling/pause", {}).json()
        assert (held["channel"], held["ended_at"]) == ("", None)
    assert asking.get("pages/mail/pauses").json()["items"] == [held]
    for _again in range(2):
        assert asking.put("telling/resumption", {}).json()["ended_at"]
    kinds = page.events.filter(kind__startswith="telling.").values_list("kind", flat=True)
    assert sorted(kinds) == ["telling.paused", "telling.resumed"]


def test_broadcasts_are_listed_with_their_figures(
    as_role: Callable[[str], Asking], news: Broadcast, incident: Incident
) -> None:
    (item,) = as_role("viewer").get(BROADCASTS).json()["items"]
    assert (item["number"], item["incident_id"]) == (news.pk, incident.public_id)
    assert (item["label"], item["recipients"]) == ("Incident opened", 3)
    told = {name: count for name, count in item["figures"].items() if count}
    assert told == {"waiting": 1, "failed": 2}


def test_a_broadcast_is_taken_back(asking: Asking, news: Broadcast) -> None:
    for _again in range(2):
        answer = asking.put(f"{BROADCASTS}/{news.pk}/cancellation", {}).json()
        assert answer["cancelled_at"]
        assert (answer["figures"]["cancelled"], answer["figures"]["waiting"]) == (1, 0)
    assert Event.objects.filter(kind="broadcast.cancelled").count() == 1
    assert asking.put(f"{BROADCASTS}/{news.pk + 1}/cancellation", {}).status_code == 404


def test_dead_letters_are_walked_while_they_are_tried_again(
    asking: Asking, news: Broadcast
) -> None:
    first = asking.get(f"{DEAD}?limit=1").json()
    (letter,) = first["items"]
    assert (letter["reason"], letter["broadcast"]) == ("550 no", news.pk)
    for _again in range(2):
        replayed = asking.put(f"{DEAD}/{letter['number']}/replay", {}).json()
        assert (replayed["state"], replayed["failed_at"]) == ("retry", None)
    second = asking.get(f"{DEAD}?limit=1&cursor={first['next_cursor']}").json()
    assert [each["destination"] for each in second["items"]] == ["ben@example.com"]
    assert second["next_cursor"] is None
    assert asking.get(f"{DEAD}?cursor=ab12cd34ef56").status_code == 422


@pytest.mark.parametrize(
    ("chosen", "replayed"), [({}, 2), ({"channel": "email"}, 2), ({"channel": "webhook"}, 0)]
)
def test_dead_letters_are_tried_again_together(
    asking: Asking, page: Page, news: Broadcast, chosen: dict[str, str], replayed: int
) -> None:
    assert asking.post(f"{DEAD}/replays", chosen).json() == {"replayed": replayed}
    assert page.deliveries.failed().count() == 2 - replayed


def test_a_dead_letter_whose_address_was_erased_stays_as_it_is(
    asking: Asking, page: Page, news: Broadcast
) -> None:
    letter = page.deliveries.failed()[0]
    page.deliveries.filter(pk=letter.pk).update(destination="")
    left = asking.put(f"{DEAD}/{letter.pk}/replay", {}).json()
    assert (left["state"], left["destination"]) == ("failed", "")
    assert asking.post(f"{DEAD}/replays", {}).json() == {"replayed": 1}


def test_dead_letters_are_picked_by_channel_and_broadcast(asking: Asking, news: Broadcast) -> None:
    assert asking.get(f"{DEAD}?channel=webhook").json()["items"] == []
    assert len(asking.get(f"{DEAD}?broadcast={news.pk}").json()["items"]) == 2
    other = {"broadcast": news.pk + 1}
    assert asking.post(f"{DEAD}/replays", other).json() == {"replayed": 0}


@pytest.mark.parametrize("role", ["viewer", "responder", "finance"])
def test_only_who_may_communicate_holds_and_replays(
    as_role: Callable[[str], Asking], news: Broadcast, role: str
) -> None:
    asking, letter = as_role(role), Delivery.objects.failed()[0]
    answers = [
        asking.get(DEAD),
        asking.put(f"{DEAD}/{letter.pk}/replay", {}),
        asking.post(f"{DEAD}/replays", {}),
        asking.put(f"{BROADCASTS}/{news.pk}/cancellation", {}),
        asking.put("pages/mail/channels/email/pause", {}),
        asking.put("pages/mail/channels/email/resumption", {}),
    ]
    assert {answer.status_code for answer in answers} == {403}


def test_strangers_are_asked_for_a_key(reader: Asking, news: Broadcast) -> None:
    for address in (BROADCASTS, DEAD, "pages/mail/pauses"):
        assert reader.get(address).status_code == 401


def test_what_is_another_pages_is_not_found(
    asking: Asking, news: Broadcast, by: Actor, at: datetime
) -> None:
    other = Page.found(name="Other", slug="other", by=by, at=at)
    Delivery.objects.update(page=other)
    Broadcast.objects.update(page=other)
    letter = Delivery.objects.failed()[0]
    assert asking.get(DEAD).json()["items"] == []
    assert asking.put(f"{DEAD}/{letter.pk}/replay", {}).status_code == 404
    assert asking.put(f"{BROADCASTS}/{news.pk}/cancellation", {}).status_code == 404
