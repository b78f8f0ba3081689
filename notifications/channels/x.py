"""X, by tweepy: short posts, threaded under the incident's first one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from unicodedata import east_asian_width

import tweepy
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from notifications.bulletins import Bulletin, bulletins
from notifications.channels import Attempts, Example
from notifications.details import Detail, read
from notifications.models import Delivery
from notifications.outbound import Door
from notifications.outcomes import MAIL_SCHEDULE, Outcome

LIMIT = 280
LINK_LENGTH = 23
BASE_URL = "https://api.x.com"
KEYS = {
    "consumer_key": "API key",
    "consumer_secret": "API key secret",
    "access_token": "Access token",
    "access_token_secret": "Access token secret",
}


class X:
    """Posts of an account that staff connected."""

    name = "x"
    label = "X"
    lane = "urgent"
    schedule = MAIL_SCHEDULE
    jitter = 0.0
    public = False
    destination = "Account, like @acmestatus"
    details = (
        *(Detail(key, label, secret=True) for key, label in KEYS.items()),
        Detail("base_url", "Other base address", "Only for a stand-in of X.", usual=BASE_URL),
    )

    def validate_destination(self, text: str) -> str:
        """An account's name."""
        name = text.strip().removeprefix("@")
        if not (name.isascii() and name.replace("_", "a").isalnum() and len(name) <= 15):
            message = "Write the account's name, like @acmestatus."
            raise ValidationError({"destination": [message]})
        return f"@{name.lower()}"

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The four keys of the account's app, and another base URL if wanted."""
        return read(self.details, config)

    def example(self, base_url: str) -> Example:
        """An account at a stand-in of X."""
        return Example("@acmestatus", dict.fromkeys(KEYS, "k-1234") | {"base_url": base_url})

    def send(self, batch: Sequence[Delivery], at: datetime) -> Attempts:
        """Posts one after the other, so that threads come out in order."""
        news = bulletins(batch)
        for delivery in batch:
            bulletin = news.get(delivery.broadcast_id or 0)
            yield delivery, _post(delivery, wording(bulletin, delivery), at)


def wording(bulletin: Bulletin | None, delivery: Delivery) -> str:
    """Staff's own words, or status, title and as much of the text as fits beside the link."""
    if bulletin is None:
        return f"Test of {delivery.page.name}'s status channel ({delivery.key[:6]})."
    with translation.override(bulletin.page.language):
        label = _("Correction") if bulletin.corrects else bulletin.label
    words = bulletin.social or f"{label}: {bulletin.title} – {_flat(bulletin.text)}"
    return f"{shortened(words, LIMIT - LINK_LENGTH - 1)} {bulletin.url}"


def shortened(text: str, limit: int) -> str:
    """The text cut at a word so that X counts at most `limit`; wide characters count twice."""
    if _weight(text) <= limit:
        return text
    words = text.split(" ")
    while len(words) > 1 and _weight(" ".join(words)) + 2 > limit:
        words.pop()
    cut = " ".join(words)
    while _weight(cut) + 2 > limit:
        cut = cut[:-1]
    return f"{cut} …"


def _post(delivery: Delivery, text: str, at: datetime) -> Outcome:
    try:
        settings = delivery.subscription.settings if delivery.subscription else {}
        client = tweepy.Client(**{key: settings.get(key, "") for key in KEYS})
        Door.of_settings().guard(client.session, settings.get("base_url", BASE_URL))
        answer = client.create_tweet(text=text, in_reply_to_tweet_id=_first(delivery))
    except tweepy.TweepyException as refused:
        return _judge(refused, delivery, at)
    except Exception as broken:  # noqa: BLE001 -- a library in between may raise anything
        return Outcome.retry(f"{type(broken).__name__}: {broken}")
    return Outcome.sent(provider_id=str(answer.data["id"]))


def _judge(refused: tweepy.TweepyException, delivery: Delivery, at: datetime) -> Outcome:
    words = f"{type(refused).__name__}: {refused}"[:300]
    if isinstance(refused, tweepy.TooManyRequests):
        reset = datetime.fromtimestamp(refused.reset_time or at.timestamp(), UTC)
        return Outcome.retry(words, after=reset - at)
    if isinstance(refused, tweepy.Forbidden) and "duplicate" in words.lower():
        # After an attempt whose answer was lost this says that the post is there.
        return Outcome.sent(words) if delivery.attempts > 1 else Outcome.failed(words)
    if isinstance(refused, tweepy.Forbidden | tweepy.BadRequest | tweepy.Unauthorized):
        return Outcome.failed(words)
    return Outcome.retry(words)


def _first(delivery: Delivery) -> str | None:
    if delivery.broadcast is None or delivery.broadcast.incident_id is None:
        return None
    posted = Delivery.objects.filter(
        broadcast__incident=delivery.broadcast.incident_id,
        channel=X.name,
        destination=delivery.destination,
        state=Delivery.State.SENT,
    ).exclude(provider_id="")
    first = posted.order_by("broadcast__sequence").first()
    return first.provider_id if first else None


def _flat(text: str) -> str:
    return " ".join(text.replace("*", "").replace("#", "").split())


def _weight(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


CHANNEL = X()
