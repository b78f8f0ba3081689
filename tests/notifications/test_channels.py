"""What every channel must do; a new file in notifications/channels is tested by existing."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from incidents.models import Incident, Update
from notifications import channels as package
from notifications import rounds
from notifications.bulletins import Bulletin
from notifications.channels import (
    BulkChannel,
    Channel,
    SerialChannel,
    ShortChannel,
    channel_named,
    channels,
)
from notifications.chats.chat import Chat
from notifications.details import secrets_of
from notifications.lanes import SENDING
from notifications.models import Delivery, Subscription
from notifications.outcomes import Outcome, Verdict
from people.actors import Actor
from tests.sinks.http import DROP, HttpSink, Reply

FILES = [path.stem for path in Path(package.__path__[0]).glob("*.py") if path.stem != "__init__"]
DOCS = Path(__file__).parents[2] / "docs" / "channels.md"
NOBODY = "http://127.0.0.1:1"
ANSWERS = {
    "500": Reply(500, body=b"Internal error"),
    "429": Reply(429, {"Retry-After": "77"}, b"{}"),
    "garbage": Reply(200, body=b"\xff\xfe\x00<html>{[" + b"x" * 40_000),
    "a redirect": Reply(302, {"Location": "http://127.0.0.1:1/elsewhere"}),
    "a refusal": Reply(403, {"Content-Type": "application/json"}, b'{"error": ["odd"]}'),
    "nothing": Reply(DROP),
}


@dataclass
class Other:
    """A channel connected to somebody, and what it is given to send."""

    subscription: Subscription
    batch: list[Delivery]
    secrets: list[str]


@pytest.fixture(params=sorted(FILES))
def channel(request: pytest.FixtureRequest) -> Channel:
    """Each channel in turn."""
    return channels()[request.param]


@pytest.fixture
def connected(
    incident: Incident, channel: Channel, settings: Settings, monkeypatch: pytest.MonkeyPatch,
    loopback_open: None, loose: None, by: Actor, at: datetime,
) -> Callable[[str], Other]:  # fmt: skip
    """Connects the channel's example; an update, a test and a test without a connection wait."""

    def connect(base_url: str) -> Other:
        example = channel.example(base_url)
        for name, value in example.settings.items():
            setattr(settings, name, value)
        if hasattr(channel, "api"):
            monkeypatch.setattr(channel, "api", base_url)
        page, name = incident.page, channel.name
        mine = Subscription.connect(
            page, channel=name, destination=example.destination, config=dict(example.config),
            by=by, at=at,
        )  # fmt: skip
        rounds.tell(at)
        for subscription in (mine, None):
            Delivery.test(
                page, channel=name, destination=mine.destination, lane=channel.lane, at=at,
                subscription=subscription,
            )  # fmt: skip
        # Lanes are the engine's; a channel sends whatever it is given.
        Delivery.objects.filter(channel=name).update(lane=channel.lane)
        claimed = Delivery.claim(channel.lane, "contract", 10, at)
        return Other(mine, claimed, secrets_of(channel.details, mine.settings))

    return connect


def told(channel: Channel, other: Other, at: datetime) -> list[Outcome]:
    """What came of each, in the order of the batch: exactly one outcome a delivery."""
    outcomes = list(channel.send(other.batch, at))
    assert sorted(each.pk for each, _ in outcomes) == sorted(each.pk for each in other.batch)
    assert len(outcomes) == 3
    found = {delivery.pk: outcome for delivery, outcome in outcomes}
    return [found[each.pk] for each in other.batch]


def test_a_channel_says_what_it_is(channel: Channel) -> None:
    assert channel.name in FILES
    assert channel.label.strip() == channel.label != ""
    assert channel.lane in SENDING
    assert 0 <= channel.jitter < 1
    assert len(channel.schedule) >= 3
    assert all(wait.total_seconds() > 0 for wait in channel.schedule)
    assert isinstance(channel.public, bool)
    assert channel.public or channel.by_staff
    assert channel.destination
    assert all(each.name.isidentifier() and each.label for each in channel.details)


def test_a_channel_of_whole_chunks_takes_them_as_the_engine_hands_them_over(
    channel: Channel,
) -> None:
    if isinstance(channel, BulkChannel):
        assert list(signature(channel.post).parameters) == ["parcels", "accepted", "at"]


def test_a_channel_that_sends_message_by_message_says_whose_server_each_goes_to(
    channel: Channel, connected: Callable[[str], Other]
) -> None:
    if isinstance(channel, SerialChannel):
        assert all(channel.host(delivery) for delivery in connected(NOBODY).batch)


def test_a_channels_example_is_one_that_it_takes(
    channel: Channel, settings: Settings, loopback_open: None
) -> None:
    example = channel.example("http://127.0.0.1:9")
    for name, value in example.settings.items():
        setattr(settings, name, value)
    assert channel.validate_destination(example.destination) == example.destination
    kept = channel.validate_config(example.config)
    assert channel.validate_config(kept) == kept


@pytest.mark.parametrize("text", ["", "a\r\nb", "http://127.0.0.1/", "a@b.c, x@y.z", "x" * 3000])
def test_a_channel_refuses_what_cannot_be_a_destination(channel: Channel, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        channel.validate_destination(text)
    assert list(refused.value.message_dict) == ["destination"]


@pytest.mark.parametrize("value", ["", "two\nlines", 1.5, {"a": 1}])
def test_a_channel_names_the_detail_that_is_missing_or_wrong(
    channel: Channel, value: Any, loopback_open: None
) -> None:
    config = dict(channel.example(NOBODY).config)
    for detail in channel.details:
        if not detail.required or (detail.usual and not value):
            continue
        with pytest.raises(ValidationError) as refused:
            channel.validate_config(config | {detail.name: value})
        assert detail.name in refused.value.message_dict


def test_nobody_there_is_tried_again_later(
    channel: Channel, connected: Callable[[str], Other], at: datetime
) -> None:
    outcomes = told(channel, connected(NOBODY), at)
    assert {outcome.verdict for outcome in outcomes} <= {Verdict.RETRY, Verdict.FAILED}
    assert sum(outcome.verdict is Verdict.RETRY for outcome in outcomes) >= 2
    assert all(outcome.detail for outcome in outcomes)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_channel_never_raises_and_tells_no_secret_whatever_is_answered(
    channel: Channel, connected: Callable[[str], Other], answer: str, at: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    with HttpSink() as sink:
        sink.reply = lambda _entry: ANSWERS[answer]
        other = connected(sink.url)
        outcomes = told(channel, other, at)
    assert outcomes[0].verdict in VERDICTS[answer]
    if answer == "429" and channel.lane != "mail":
        assert (outcomes[0].after or timedelta()) >= timedelta(seconds=77)
    said = [caplog.text, *(outcome.detail for outcome in outcomes), str(channel), repr(channel)]
    said += [f"{other.subscription} {other.subscription!r}", *(str(each) for each in other.batch)]
    assert [secret for secret in other.secrets if any(secret in text for text in said)] == []


def test_a_channel_tells_no_secret_that_is_sent_back_to_it(
    channel: Channel, connected: Callable[[str], Other], at: datetime
) -> None:
    def echo(entry: dict[str, Any]) -> Reply:
        back = f"{entry['path']} {entry['headers'].get('authorization', '')} {entry['body']}"
        return Reply(400, body=back[:120].encode())

    with HttpSink() as sink:
        sink.reply = echo
        other = connected(sink.url)
        outcomes = told(channel, other, at)
    said = [outcome.detail for outcome in outcomes]
    assert [secret for secret in other.secrets if any(secret in text for text in said)] == []


def test_a_channel_copes_with_words_that_are_gone(
    channel: Channel, incident: Incident, connected: Callable[[str], Other], by: Actor, at: datetime
) -> None:
    other = connected(NOBODY)
    update: Update = incident.updates.get()
    update.redact("It named a customer.", by=by, at=at)
    told(channel, other, at)


def test_a_short_text_fits_and_keeps_its_link(
    channel: Channel, incident: Incident, by: Actor, at: datetime
) -> None:
    if not isinstance(channel, ShortChannel):
        return
    Update.post(incident, body="Wörter 郵便 👩‍👩‍👧 " * 1200, by=by, at=at)
    rounds.tell(at)
    bulletin = Bulletin.of(incident.broadcasts.order_by("sequence").last())  # type: ignore[arg-type]
    preview = channel.preview(bulletin, {})
    assert 0 < preview.used <= preview.limit
    assert preview.text.endswith(bulletin.url)
    assert preview.unit


def test_the_channel_that_the_docs_add_is_one(loopback_open: None) -> None:
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    module: dict[str, Any] = {}
    exec(code[1], module)
    pigeon = module["CHANNEL"]
    assert isinstance(pigeon, Chat)
    example = pigeon.example(NOBODY)
    assert pigeon.validate_destination(example.destination) == example.destination
    assert pigeon.validate_config(example.config) == example.config
    assert pigeon.public or pigeon.by_staff


def test_an_unknown_channel_is_refused_by_name() -> None:
    with pytest.raises(ValidationError) as refused:
        channel_named("smoke signs")
    known = ", ".join(sorted(FILES))
    assert refused.value.message_dict["channel"] == [f"“smoke signs” is none of {known}."]


VERDICTS = {
    "500": {Verdict.RETRY},
    "429": {Verdict.RETRY},
    "garbage": {Verdict.RETRY, Verdict.SENT},
    "a redirect": {Verdict.RETRY, Verdict.FAILED},
    "a refusal": {Verdict.RETRY, Verdict.FAILED},
    "nothing": {Verdict.RETRY},
}
