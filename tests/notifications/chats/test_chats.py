"""Chats and social media: one incident stays together, and refusals are said clearly."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident, Page, Update
from notifications import rounds
from notifications.bulletins import Bulletin
from notifications.channels import channels
from notifications.channels.bluesky import facets
from notifications.models import Broadcast, Delivery, Subscription
from people.actors import Actor
from tests.sinks.chats import (
    BlueskySink,
    ChatSink,
    DiscordSink,
    MastodonSink,
    SlackSink,
    TelegramSink,
    answered,
)
from tests.sinks.http import DROP, Reply

Connect = Callable[..., tuple[Subscription, ChatSink]]
SINKS: dict[str, type[ChatSink]] = {
    "slack": SlackSink,
    "discord": DiscordSink,
    "telegram": TelegramSink,
    "mastodon": MastodonSink,
    "bluesky": BlueskySink,
}
TOKENS = {"slack": {"token": "xoxb-17-s3cr3t", "webhook_url": ""}}
THREADING = ["slack", "discord", "telegram", "mastodon", "bluesky"]
EDITING = ["slack", "discord", "telegram", "mastodon"]


@pytest.fixture
def connect(
    page: Page, loopback_open: None, monkeypatch: pytest.MonkeyPatch, by: Actor, at: datetime
) -> Iterator[Connect]:
    """Connects a channel to its stand-in."""
    with ExitStack() as stack:

        def connected(name: str, **config: str) -> tuple[Subscription, ChatSink]:
            sink = stack.enter_context(SINKS[name]())
            example = channels()[name].example(sink.url)
            monkeypatch.setattr(channels()[name], "api", sink.url)
            given = dict(example.config) | TOKENS.get(name, {}) | config
            if config.get("token") == "":
                given["webhook_url"] = example.config["webhook_url"]
            mine = Subscription.connect(
                page, channel=name, destination=example.destination, config=given, by=by, at=at
            )
            return mine, sink

        yield connected


@pytest.fixture
def story(incident: Incident, by: Actor, at: datetime) -> Callable[[], None]:
    """Tells the opening, and then two updates."""

    def told() -> None:
        rounds.run_all(at)
        for minute in (1, 2):
            then = at + timedelta(minutes=minute)
            Update.post(incident, body=f"News of minute {minute}.", by=by, at=then)
            rounds.run_all(then)

    return told


def thread_of(name: str, message: dict[str, Any]) -> Any:
    """Under what a message stands, as its provider has it."""
    places: dict[str, Callable[[], Any]] = {
        "slack": lambda: message.get("thread_ts"),
        "discord": lambda: message["query"].get("thread_id"),
        "telegram": lambda: message.get("reply_parameters", {}).get("message_id"),
        "mastodon": lambda: message.get("in_reply_to_id"),
        "bluesky": lambda: message.get("reply", {}).get("root", {}).get("uri"),
    }
    return places[name]()


@pytest.mark.parametrize("name", THREADING)
def test_updates_answer_under_the_first_message(
    name: str, connect: Connect, story: Callable[[], None]
) -> None:
    _mine, sink = connect(name, follow="thread")
    story()
    assert len(sink.told) == 3
    threads = [thread_of(name, message) for message in sink.told]
    assert threads[0] is None
    assert threads[1] is not None
    assert threads[1] == threads[2]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize("name", EDITING)
def test_updates_take_the_place_of_the_first_message(
    name: str, connect: Connect, story: Callable[[], None]
) -> None:
    _mine, sink = connect(name, follow="edit")
    story()
    (message,) = sink.told
    assert "News of minute 2." in json.dumps(message)
    assert Delivery.objects.values_list("provider_id", flat=True).distinct().count() == 1


@pytest.mark.parametrize("name", EDITING)
def test_a_first_message_that_was_taken_away_is_not_mourned(
    name: str, incident: Incident, connect: Connect, by: Actor, at: datetime
) -> None:
    _mine, sink = connect(name, follow="edit")
    rounds.run_all(at)
    sink.messages = {"17": {"text": "somebody else's"}}
    Update.post(incident, body="More.", by=by, at=at + timedelta(minutes=1))
    rounds.run_all(at + timedelta(minutes=1))
    assert "More." in json.dumps(sink.told[-1])
    assert len(sink.told) == 2


@pytest.mark.parametrize("name", THREADING)
def test_each_update_is_a_message_of_its_own_where_that_is_wanted(
    name: str, connect: Connect, story: Callable[[], None]
) -> None:
    _mine, sink = connect(name, follow="new")
    story()
    assert [thread_of(name, message) for message in sink.told] == [None, None, None]


def test_a_webhook_of_slack_posts_anew_each_time(
    connect: Connect, story: Callable[[], None]
) -> None:
    _mine, sink = connect("slack", token="")
    sink.reply = lambda _entry: Reply(200, body=b"ok")
    story()
    assert [entry["path"] for entry in sink.entries] == ["/services/T0/B0/s3cr3t-s3cr3t"] * 3
    assert set(Delivery.objects.values_list("provider_id", flat=True)) == {""}


def test_news_that_cannot_be_read_holds_up_no_other(
    page: Page, incident: Incident, connect: Connect, monkeypatch: pytest.MonkeyPatch, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    _mine, sink = connect("slack")
    Incident.open(page, title="Another", body="Words.", by=by, at=at)
    read = Bulletin.of

    def unread(broadcast: Broadcast, *spoken: str) -> Bulletin:
        if broadcast.incident_id == incident.pk:
            raise LookupError("one bad row")
        return read(broadcast, *spoken)

    monkeypatch.setattr(Bulletin, "of", unread)
    rounds.run_all(at)
    assert len(sink.told) == 1
    assert "Another" in json.dumps(sink.told)
    left = Delivery.objects.get(state="retry")
    assert (left.broadcast_id, left.last_error) == (
        incident.broadcasts.get().pk, "LookupError: one bad row",
    )  # fmt: skip


def test_nothing_in_a_message_to_slack_calls_anybody(
    page: Page, connect: Connect, by: Actor, at: datetime
) -> None:
    _mine, sink = connect("slack")
    Incident.open(page, title="<!channel> & co", body="Look at `<!here>` & wait.", by=by, at=at)
    rounds.run_all(at)
    body = json.loads(sink.entries[0]["body"])
    assert "<" not in body["text"]
    assert "&lt;!here&gt; &amp; wait." in body["blocks"][1]["text"]["text"]


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        ("not_in_channel", "failed", "invite the app to the channel"),
        ("invalid_auth", "failed", "connect it anew"),
        ("internal_error", "retry", "internal_error"),
    ],
)
def test_what_slack_refuses_is_said_with_what_to_do(
    incident: Incident, connect: Connect, at: datetime, error: str, state: str, words: str
) -> None:
    _mine, sink = connect("slack")
    assert isinstance(sink, SlackSink)
    sink.error = error
    rounds.run_all(at)
    delivery = Delivery.objects.get()
    assert delivery.state == state
    assert words in delivery.last_error


def test_slack_takes_a_token_or_a_webhook_but_not_both(connect: Connect) -> None:
    for config in ({"token": " "}, {"webhook_url": "http://127.0.0.1/services/1"}):
        with pytest.raises(ValidationError) as refused:
            connect("slack", **config)
        assert list(refused.value.message_dict) == ["token"]


@pytest.mark.parametrize(("name", "status"), [("discord", 404), ("slack", 410)])
def test_a_webhook_that_was_removed_is_put_aside(
    incident: Incident, connect: Connect, at: datetime, name: str, status: int
) -> None:
    mine, sink = connect(name, **({"token": ""} if name == "slack" else {}))
    sink.reply = lambda _entry: Reply(status)
    rounds.run_all(at)
    mine.refresh_from_db()
    assert mine.state == Subscription.State.QUARANTINED
    assert "connect it anew" in Delivery.objects.get().last_error


def test_discord_calls_nobody_and_names_the_post_of_a_forum(
    incident: Incident, connect: Connect, at: datetime
) -> None:
    _mine, sink = connect("discord", follow="thread")
    rounds.run_all(at)
    body = json.loads(sink.entries[0]["body"])
    assert body["allowed_mentions"] == {"parse": []}
    assert body["thread_name"].endswith("Mail cannot be read")


def test_telegram_is_left_in_peace_for_as_long_as_it_asks(
    incident: Incident, connect: Connect, at: datetime
) -> None:
    _mine, sink = connect("telegram")
    slow = {"ok": False, "error_code": 429, "parameters": {"retry_after": 600}}
    sink.reply = lambda _entry: answered(slow, 429)
    rounds.run_all(at)
    again = Delivery.objects.get().next_attempt_at
    assert again is not None
    assert again >= at + timedelta(seconds=600)


def test_an_edit_of_telegram_whose_answer_was_lost_counts_as_sent(
    incident: Incident, connect: Connect, by: Actor, at: datetime
) -> None:
    _mine, sink = connect("telegram", follow="edit")
    rounds.run_all(at)
    later = at + timedelta(minutes=1)
    Update.post(incident, body="More.", by=by, at=later)

    def lose(entry: dict[str, Any]) -> Reply:
        sink.respond(entry)
        return Reply(DROP)

    sink.reply = lose
    rounds.run_all(later)
    sink.reply = sink.respond
    rounds.run_all(later + timedelta(minutes=1))
    assert len(sink.entries) == 3
    assert set(Delivery.objects.values_list("state", "provider_id")) == {("sent", "1000")}


def test_a_post_on_mastodon_whose_answer_was_lost_is_not_posted_twice(
    incident: Incident, connect: Connect, at: datetime
) -> None:
    _mine, sink = connect("mastodon")

    def lose(entry: dict[str, Any]) -> Reply:
        sink.respond(entry)
        sink.reply = sink.respond
        return Reply(DROP)

    sink.reply = lose
    rounds.run_all(at)
    rounds.run_all(at + timedelta(minutes=1))
    assert (len(sink.entries), len(sink.told)) == (2, 1)
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_a_post_on_bluesky_whose_answer_was_lost_is_found_and_not_posted_twice(
    incident: Incident, connect: Connect, at: datetime
) -> None:
    _mine, sink = connect("bluesky")

    def lose(entry: dict[str, Any]) -> Reply:
        answer = sink.respond(entry)
        return Reply(DROP) if entry["path"].endswith("createRecord") else answer

    sink.reply = lose
    rounds.run_all(at)
    sink.reply = sink.respond
    rounds.run_all(at + timedelta(minutes=1))
    (key,) = sink.messages
    assert Delivery.objects.get().provider_id == f"{key} cid-{key}"
    assert len(key) == 13


def test_the_link_of_a_post_on_bluesky_is_marked_in_bytes(
    page: Page, connect: Connect, by: Actor, at: datetime
) -> None:
    _mine, sink = connect("bluesky")
    Incident.open(page, title="Störung 郵便", body="Wir sehen nach.", by=by, at=at)
    rounds.run_all(at)
    (record,) = sink.told
    (facet,) = record["facets"]
    span = facet["index"]
    marked = record["text"].encode()[span["byteStart"] : span["byteEnd"]].decode()
    assert marked == facet["features"][0]["uri"]
    assert record["text"].endswith(marked)
    assert re.fullmatch(r"2026-03-02T12:00:0\d\.\d{3}Z", record["createdAt"])


def test_words_without_a_link_have_nothing_to_mark() -> None:
    assert facets("All is well.") == []


def test_a_card_for_teams_holds_the_words_and_a_button(
    incident: Incident, connect: Connect, page: Page, by: Actor, at: datetime
) -> None:
    with ChatSink() as sink:
        sink.reply = lambda _entry: Reply(202)
        config = {"webhook_url": f"{sink.url}/workflows/1?sig=s3cr3t"}
        Subscription.connect(
            page, channel="teams", destination="Operations", config=config, by=by, at=at
        )
        rounds.run_all(at)
    (entry,) = sink.entries
    card = json.loads(entry["body"])["attachments"][0]["content"]
    assert card["body"][0]["text"].endswith("Mail cannot be read")
    assert card["actions"][0]["url"] == incident.updates.get().public_url
    assert entry["path"].endswith("?sig=s3cr3t")


@pytest.mark.parametrize(
    ("name", "config", "field"),
    [
        ("discord", {"webhook_url": "http://127.0.0.1/nothing"}, "webhook_url"),
        ("telegram", {"token": "no token"}, "token"),
        ("mastodon", {"characters": "many"}, "characters"),
        ("mastodon", {"visibility": "direct"}, "visibility"),
        ("bluesky", {"follow": "edit"}, "follow"),
    ],
)
def test_a_detail_that_cannot_be_is_refused_where_it_was_typed(
    connect: Connect, name: str, config: dict[str, str], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        connect(name, **config)
    assert list(refused.value.message_dict) == [field]
