"""Whole chunks of webhooks, as light parcels."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest
from django.db.models import TextField
from django.db.models.functions import Cast
from standardwebhooks import Webhook as Receiver

from incidents.models import Incident, Page
from notifications.channels import BulkChannel
from notifications.channels.webhook import CHANNEL
from notifications.models import Delivery, Exchange, Subscription
from notifications.outcomes import Outcome, Verdict
from notifications.parcels import Parcel
from notifications.rounds import tell
from people.actors import Actor
from tests.sinks.http import HttpSink, Reply


@pytest.fixture
def hooks(page: Page, endpoint: HttpSink, by: Actor, at: datetime) -> list[Subscription]:
    """A few endpoints at one host."""
    return [
        Subscription.connect(
            page, channel="webhook", destination=f"{endpoint.url}/{number}", by=by, at=at
        )
        for number in range(5)
    ]


@pytest.fixture
def parcels(incident: Incident, hooks: list[Subscription], at: datetime) -> list[Parcel]:
    """What a chunk of the incident's first broadcast holds."""
    tell(at)
    config = Cast("subscription__config", TextField())
    rows = Delivery.objects.order_by("pk").values_list(
        "pk", "broadcast", "destination", "attempts", "subscription__public_id",
        "subscription__nonce", "subscription__language", "subscription__time_zone", config,
    )  # fmt: skip
    return [Parcel(*row) for row in rows]


def test_it_is_a_channel_for_whole_chunks() -> None:
    assert isinstance(CHANNEL, BulkChannel)


def test_each_parcel_is_settled_once_and_accepted_before_the_next_goes_out(
    parcels: list[Parcel], endpoint: HttpSink, at: datetime
) -> None:
    taken: list[int] = []

    def accepted(keys: Sequence[int]) -> None:
        taken.extend(keys)

    settled: dict[int, Outcome] = {}
    for each in CHANNEL.post(parcels, accepted, at):
        assert {key for key, outcome in each if outcome.verdict is Verdict.SENT} <= set(taken)
        settled |= dict(each)
    assert sorted(settled) == sorted(taken) == [parcel.delivery for parcel in parcels]
    assert not Exchange.objects.exists()


def test_a_parcel_says_the_same_as_a_loose_row(
    parcels: list[Parcel], hooks: list[Subscription], endpoint: HttpSink, at: datetime
) -> None:
    list(CHANNEL.post(parcels, lambda keys: None, at))
    list(CHANNEL.send(list(Delivery.objects.order_by("pk")), at))
    said: dict[str, set[tuple[str, str]]] = {}
    for entry in endpoint.entries:
        name = entry["headers"]["webhook-id"]
        said.setdefault(entry["path"], set()).add((name, entry["body"]))
    assert len(endpoint.entries) == 10
    assert [len(each) for each in said.values()] == [1] * 5
    for hook in hooks:
        path = hook.destination.removeprefix(endpoint.url)
        (key,) = hook.settings["keys"]
        entry = next(each for each in endpoint.entries if each["path"] == path)
        fresh = entry["headers"] | {"webhook-timestamp": entry["headers"]["webhook-timestamp"]}
        # The library refuses what is older than five minutes, and noon was long ago.
        signed = Receiver(key).sign(fresh["webhook-id"], at, entry["body"])
        assert fresh["webhook-signature"] == signed


def test_one_that_cannot_be_written_holds_up_no_other(
    parcels: list[Parcel], endpoint: HttpSink, at: datetime
) -> None:
    broken = parcels[2]._replace(config="not what we encrypted")
    mixed = [*parcels[:2], broken, *parcels[3:]]
    settled = {
        key: outcome for each in CHANNEL.post(mixed, lambda keys: None, at) for key, outcome in each
    }
    assert settled.pop(broken.delivery).verdict is Verdict.RETRY
    assert {outcome.verdict for outcome in settled.values()} == {Verdict.SENT}


def test_parcels_are_read_no_faster_than_they_can_be_sent(
    parcels: list[Parcel], endpoint: HttpSink, at: datetime
) -> None:
    endpoint.reply = lambda entry: Reply(delay=0.05)
    read = 0

    def counted() -> Iterator[Parcel]:
        nonlocal read
        for parcel in parcels * 1000:
            read += 1
            yield parcel

    board = CHANNEL.post(counted(), lambda keys: None, at)
    next(board)
    assert read <= 600
    board.close()  # type: ignore[attr-defined]
