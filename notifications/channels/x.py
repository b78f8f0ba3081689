"""X, by tweepy: short posts, threaded under the incident's first one, within a budget."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import tweepy
from django.conf import settings as operator
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from incidents.models import Page
from notifications.bulletins import Bulletin
from notifications.channels import Example
from notifications.chats.chat import Chat, Follow, Message, NotTaken
from notifications.chats.phrasing import brief
from notifications.chats.shortening import fitted, weight_on_x
from notifications.costs import Allowance, Bill
from notifications.details import Detail, filled
from notifications.models import Delivery, Subscription
from notifications.outbound.answers import wait_asked
from notifications.outbound.results import Answer
from notifications.outcomes import Outcome
from people.fields import Sealed

KEYS = {
    "consumer_key": "API key",
    "consumer_secret": "API key secret",
    "access_token": "Access token",
    "access_token_secret": "Access token secret",
}
LONGEST_NAME = 15

# At the level DEBUG these write the keys.
for name in ("requests_oauthlib", "oauthlib"):
    logging.getLogger(name).setLevel(logging.INFO)


class X(Chat):
    """Posts of an account that staff connected; each of them costs money."""

    name = "x"
    label = "X"
    api = "https://api.x.com"
    destination = "Account, like @acmestatus"
    asks = (
        *(
            Detail(key, label, "From the app's page at X.", secret=True)
            for key, label in KEYS.items()
        ),
        Detail("per_day", "Posts a day at most", "A post costs money.", usual="25", most=1000),
        Detail("per_month", "Posts in 30 days at most", usual="250", most=100_000),
        Detail("base_url", "Other base address", "Only for a stand-in of X.", usual=api),
    )
    follows = (Follow.THREAD, Follow.NEW)
    limit = 280
    measure = staticmethod(weight_on_x)

    def validate_destination(self, text: str) -> str:
        """An account's name."""
        name = text.strip().removeprefix("@")
        if not (name.isascii() and name.replace("_", "a").isalnum() and len(name) <= LONGEST_NAME):
            message = "Write the account's name, like @acmestatus."
            raise ValidationError({"destination": [message]})
        return f"@{name.lower()}"

    def example(self, base_url: str) -> Example:
        """An account at a stand-in of X."""
        return Example("@acmestatus", dict.fromkeys(KEYS, "k-12345678") | {"base_url": base_url})

    def wording(self, bulletin: Bulletin, settings: Mapping[str, Any]) -> str:
        """Staff's own words, or status, title and as much of the text as fits beside the link."""
        return fitted(brief(bulletin), f" {bulletin.url}", limit=self.limit, measure=self.measure)

    def bills(
        self, bulletin: Bulletin, audience: QuerySet[Subscription], at: datetime
    ) -> Iterable[Bill]:
        """One for each account: a post, and what its budget still holds."""
        for account in audience:
            name = f"{self.label}, {account.destination}"
            kept = {} if isinstance(account.config, Sealed) else account.settings
            budget = list(_budget(account.destination, filled(self.details, kept), at))
            yield Bill(name, 1, price=operator.X_PRICE, allowances=budget)

    def say(self, message: Message) -> str:
        """Posts unless the budget is used up; the same text after a lost answer counts as sent."""
        _check_budget(message)
        client = tweepy.Client(**{key: message.settings[key] for key in KEYS})
        message.door.guard(client.session, message.settings["base_url"])
        try:
            answer = client.create_tweet(
                text=self.text(message), in_reply_to_tweet_id=message.thread or None
            )
        except tweepy.TweepyException as refused:
            raise NotTaken(_judge(refused, message)) from refused
        return str(answer.data["id"])


def _check_budget(message: Message) -> None:
    for each in _budget(message.delivery.destination, message.settings, message.at):
        if not each.left:
            why = f"The budget of {each.most} posts {each.span} is used up."
            raise NotTaken(Outcome.failed(why))


def _budget(account: str, settings: Mapping[str, Any], at: datetime) -> Iterator[Allowance]:
    # By page and by account: so both tables are read by their indexes, not from end to end.
    pages = list(Page.objects.values_list("pk", flat=True))
    mine = Subscription.objects.filter(page__in=pages, destination=account, channel=X.name)
    posts = Delivery.objects.filter(subscription__in=mine.values("pk"), channel=X.name)
    sent = posts.filter(state=Delivery.State.SENT)
    for detail, days, span in (("per_day", 1, "in 24 hours"), ("per_month", 30, "in 30 days")):
        lately = sent.filter(sent_at__gt=at - timedelta(days=days)).count()
        yield Allowance.of(lately, int(settings.get(detail) or 0), span)


def _judge(refused: tweepy.TweepyException, message: Message) -> Outcome:
    words = f"{type(refused).__name__}: {refused}"[:300]
    if isinstance(refused, tweepy.TooManyRequests):
        answer = Answer(refused.response.status_code, dict(refused.response.headers), b"")
        return Outcome.retry(words, after=wait_asked(answer, message.at))
    if isinstance(refused, tweepy.Forbidden) and "duplicate" in words.lower():
        # After an attempt whose answer was lost this says that the post is there.
        return Outcome.sent(words) if message.delivery.attempts > 1 else Outcome.failed(words)
    if isinstance(refused, tweepy.Forbidden | tweepy.Unauthorized):
        return Outcome.failed(f"{words}: X refuses our keys; connect it anew.")
    return Outcome.failed(words) if isinstance(refused, tweepy.BadRequest) else Outcome.retry(words)


CHANNEL = X()
