"""Posts on X: threaded, short enough, never twice."""

import json
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident, Page, Update
from notifications import rounds
from notifications.models import Delivery, Subscription
from people.actors import Actor
from tests.sinks.http import Reply
from tests.sinks.x import XSink

KEYS = {
    "consumer_key": "ck", "consumer_secret": "cs", "access_token": "at", "access_token_secret": "as",
}  # fmt: skip


@pytest.fixture
def account(page: Page, x: XSink, by: Actor, at: datetime) -> Subscription:
    """Staff's account, at the stand-in."""
    config = KEYS | {"base_url": x.url}
    return Subscription.connect(
        page, channel="x", destination="@AcmeStatus", config=config, by=by, at=at
    )


def test_updates_thread_under_the_first_post(
    incident: Incident, account: Subscription, x: XSink, by: Actor, at: datetime
) -> None:
    rounds.run_all(at)
    for minute in (1, 2):
        Update.post(incident, body=f"No {minute}", by=by, at=at + timedelta(minutes=minute))
        rounds.run_all(at + timedelta(minutes=minute))
    first = x.posts[0]["id"]
    assert [post.get("reply", {}).get("in_reply_to_tweet_id") for post in x.posts] == [
        None, first, first,
    ]  # fmt: skip
    assert x.entries[0]["headers"]["authorization"].startswith("OAuth ")


def test_a_duplicate_after_a_lost_answer_counts_as_sent(
    incident: Incident, account: Subscription, x: XSink, at: datetime
) -> None:
    x.answers_to_lose = 1
    rounds.run_all(at)
    rounds.run_all(at + timedelta(minutes=2))
    assert (len(x.posts), len(x.entries)) == (1, 2)
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_a_duplicate_at_the_first_attempt_is_a_failure(
    incident: Incident, account: Subscription, x: XSink, at: datetime
) -> None:
    rounds.tell(at)
    x.posts.append({"id": "1", "text": ""})
    rounds.run_all(at)
    again = Delivery.objects.get()
    again.pk = None
    again.destination, again.state = "@other", Delivery.State.PENDING
    again.provider_id, again.sent_at = "", None
    again.attempts, again.next_attempt_at = 0, at
    again.save()
    rounds.run_all(at)
    assert Delivery.objects.get(destination="@other").state == Delivery.State.FAILED


def test_staffs_own_words_are_used(
    page: Page, account: Subscription, x: XSink, by: Actor, at: datetime
) -> None:
    incident = Incident.open(
        page, title="Down", body="Long text.", social_text="Mail is down, we are on it.",
        by=by, at=at,
    )  # fmt: skip
    rounds.run_all(at)
    update = incident.updates.get()
    assert x.posts[0]["text"] == f"Mail is down, we are on it. {update.public_url}"


def test_a_long_text_is_cut_at_a_word(
    page: Page, account: Subscription, x: XSink, by: Actor, at: datetime
) -> None:
    Incident.open(page, title="Down", body="word " * 200, by=by, at=at)
    rounds.run_all(at)
    words, _space, link = x.posts[0]["text"].rpartition(" ")
    assert words.endswith("word …")
    assert len(words) <= 280 - 24
    assert link.startswith("http")


def test_what_costs_more_than_the_budget_is_not_posted(
    incident: Incident, account: Subscription, x: XSink, by: Actor, at: datetime
) -> None:
    account.config = json.dumps(account.settings | {"per_day": "1"})
    account.save(update_fields=["config"])
    rounds.run_all(at)
    Update.post(incident, body="More.", by=by, at=at + timedelta(minutes=5))
    rounds.run_all(at + timedelta(minutes=5))
    assert len(x.posts) == 1
    over = Delivery.objects.get(state=Delivery.State.FAILED)
    assert over.last_error == "The budget of 1 posts in 24 hours is used up."
    over.replay(at + timedelta(days=1, minutes=6))
    rounds.run_all(at + timedelta(days=1, minutes=6))
    assert len(x.posts) == 2


def test_keys_that_x_refuses_are_said_clearly(
    incident: Incident, account: Subscription, x: XSink, at: datetime
) -> None:
    x.reply = lambda _entry: Reply(401, body=b'{"title": "Unauthorized"}')
    rounds.run_all(at)
    assert "X refuses our keys; connect it anew." in Delivery.objects.get().last_error


def test_missing_keys_and_odd_names_are_refused(page: Page, by: Actor, at: datetime) -> None:
    for destination, config, field in (
        ("@acme", KEYS | {"access_token": ""}, "access_token"),
        ("two words", KEYS, "destination"),
    ):
        with pytest.raises(ValidationError) as refused:
            Subscription.connect(
                page, channel="x", destination=destination, config=config, by=by, at=at
            )
        assert field in refused.value.message_dict
