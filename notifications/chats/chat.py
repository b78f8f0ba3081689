"""What chats and social media have in common: short texts, kept together by incident."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from notifications.bulletins import Bulletin, Bulletins
from notifications.channels import Attempts, Example, Preview
from notifications.chats.phrasing import aside, heading, story
from notifications.chats.shortening import Measure, fitted
from notifications.details import Detail, Details, filled, read, secrets_of
from notifications.models import Delivery
from notifications.outbound.answers import first_words, is_good, json_of, wait_asked
from notifications.outbound.door import Door
from notifications.outbound.results import Answer, OutboundError
from notifications.outcomes import Outcome, Schedule

CHAT_SCHEDULE: Final[Schedule] = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, *[3600] * 23)
)
SLOW_DOWN: Final = 429
JSON: Final = "application/json; charset=utf-8"
SHORTEST_SECRET: Final = 6
LONGEST_NAME: Final = 80


class Follow(TextChoices):
    """How later news of an incident joins the first message about it."""

    THREAD = "thread", "Answer under the first message"
    EDIT = "edit", "Edit the first message"
    NEW = "new", "A new message each time"


class NotTaken(Exception):
    """The other side did not take a message; the outcome says what that means."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


class Vanished(Exception):
    """The first message of the incident is no longer there."""


@dataclass(frozen=True)
class Message:
    """What one delivery says, to whom, and under which earlier message."""

    delivery: Delivery
    bulletin: Bulletin | None
    settings: Mapping[str, Any]
    first: str
    """What the provider called the first message of the incident; empty if this is it."""
    door: Door
    at: datetime

    @property
    def follow(self) -> str:
        """How staff wants it to join the first one."""
        return str(self.settings.get("follow", Follow.NEW))

    @property
    def thread(self) -> str:
        """The message to answer under, if any."""
        return self.first if self.follow == Follow.THREAD else ""


class Chat(ABC):
    """A channel that posts; a file in `channels` says how."""

    name: ClassVar[str]
    label: ClassVar[str]
    destination: ClassVar[str]
    lane = "chats"
    schedule = CHAT_SCHEDULE
    jitter = 0.2
    public = False
    by_staff = True
    api = ""
    """Where the provider's API is."""
    asks: Details = ()
    """What staff is asked for, beside how news follow one another."""
    follows: tuple[Follow, ...] = (Follow.NEW,)
    """What the provider can do, the usual one first."""
    follow_help = ""
    limit: int
    unit = "characters"
    measure: Measure = staticmethod(len)
    gone: tuple[int, ...] = ()
    """The statuses by which an address says that it is no more."""
    not_us: tuple[int, ...] = (401, 403)
    """The statuses by which a provider refuses our key."""

    @property
    def details(self) -> Details:
        """What staff is asked for."""
        return (*self.asks, *_followed(self.follows, self.follow_help))

    @abstractmethod
    def validate_destination(self, text: str) -> str:
        """The canonical destination; ValidationError naming the field otherwise."""

    @abstractmethod
    def example(self, base_url: str) -> Example:
        """A connection whose other side listens at `base_url`."""

    @abstractmethod
    def say(self, message: Message) -> str:
        """Posts it, under `message.thread` if there is one; returns the provider's name for it.

        Raises NotTaken, Vanished where the thread is gone, or whatever the door raises.
        """

    def edit(self, message: Message) -> str:
        """Puts it in place of `message.first` and returns what that is called.

        Raises Vanished where the first one is no longer there.
        """
        raise Vanished

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The settings to keep; ValidationError naming each field otherwise."""
        return dict(read(self.details, config))

    def send(self, batch: Sequence[Delivery], at: datetime) -> Attempts:
        """One after the other, so that threads come out in order."""
        news, door = Bulletins(), Door.of_settings()
        for delivery in batch:
            yield delivery, self._tried(delivery, news, door, at)

    def host(self, delivery: Delivery) -> str:
        """The server that its settings name, or else the provider's own."""
        try:
            kept = delivery.subscription.settings if delivery.subscription else {}
            named = [urlsplit(each).netloc for each in kept.values() if isinstance(each, str)]
        except Exception:  # noqa: BLE001 -- what cannot be read is said where it is to be sent
            named = []
        return next(filter(None, named), self.name)

    def wording(self, bulletin: Bulletin, settings: Mapping[str, Any]) -> str:
        """The text that is posted: as much of the story as there is room for, and the link."""
        text, link = f"{heading(bulletin)}\n\n{story(bulletin)}", f"\n\n{bulletin.url}"
        return fitted(text, link, limit=self.room(settings), measure=self.measure)

    def room(self, settings: Mapping[str, Any]) -> int:
        """How much there is room for."""
        return self.limit

    def secrets(self, settings: Mapping[str, Any]) -> list[str]:
        """What must be seen nowhere."""
        return secrets_of(self.details, settings)

    def preview(self, bulletin: Bulletin, settings: Mapping[str, Any]) -> Preview:
        """The text as it will be sent."""
        text = self.wording(bulletin, settings)
        return Preview(text, self.measure(text), self.room(settings), self.unit)

    def text(self, message: Message) -> str:
        """The wording, or what is said beside the news."""
        if message.bulletin is None:
            return aside(message.delivery)
        return self.wording(message.bulletin, message.settings)

    def ask(
        self, message: Message, url: str, body: Mapping[str, Any], *, method: str = "POST",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:  # fmt: skip
        """One request with a body of JSON, through the door."""
        data = json.dumps(body, ensure_ascii=False).encode()
        return message.door.call(method, url, data, {"Content-Type": JSON} | dict(headers))

    def told(self, answer: Answer) -> str:
        """What the provider says went wrong, out of its own form."""
        found = json_of(answer)
        inner = found.get("error")
        said = inner if isinstance(inner, dict) else found
        return first_words(said, "error", "message", "description", "detail")

    def take(self, answer: Answer, at: datetime) -> dict[str, Any]:
        """What a good answer holds. Raises NotTaken for any other."""
        if is_good(answer):
            return json_of(answer)
        raise NotTaken(self.judge(answer, at))

    def named(self, found: Mapping[str, Any], key: str) -> str:
        """What the provider calls the message. Raises NotTaken where it does not say."""
        if isinstance(found.get(key), str | int):
            return str(found[key])
        raise NotTaken(Outcome.retry(f"{self.label} answered nothing that can be read."))

    def judge(self, answer: Answer, at: datetime) -> Outcome:
        """What a refusal means."""
        words = f"HTTP {answer.status} {self.told(answer)}".strip()
        if answer.status in self.gone:
            return Outcome.gone(f"{words}: it was removed there; connect it anew.")
        if answer.status == SLOW_DOWN or answer.status >= 500:
            return Outcome.retry(words, after=wait_asked(answer, at))
        if answer.status in self.not_us:
            return Outcome.failed(f"{words}: {self.label} refuses our key; connect it anew.")
        return Outcome.failed(words)

    def _tried(self, delivery: Delivery, news: Bulletins, door: Door, at: datetime) -> Outcome:
        secrets: Sequence[str] = ()
        try:
            kept = delivery.subscription.settings if delivery.subscription else {}
            settings = filled(self.details, kept)
            secrets = self.secrets(settings)
            self._check(settings)
            first, bulletin = first_message(delivery), news.of(delivery)
            outcome = self._told(Message(delivery, bulletin, settings, first, door, at))
        except NotTaken as refused:
            outcome = refused.outcome
        except OutboundError as lost:
            outcome = Outcome.retry(lost.words)
        except Exception as broken:  # noqa: BLE001 -- one that breaks holds up no other
            outcome = Outcome.retry(f"{type(broken).__name__}: {broken}")
        return discreet(outcome, secrets)

    def _told(self, message: Message) -> Outcome:
        edits = message.first and message.follow == Follow.EDIT
        try:
            name = self.edit(message) if edits else self.say(message)
        except Vanished:
            # Whoever took the first message away gets this one as a new one.
            name = self.say(replace(message, first=""))
        return Outcome.sent(provider_id=name)

    def _check(self, settings: Mapping[str, Any]) -> None:
        missing = [
            each.label for each in self.details if each.required and not settings.get(each.name)
        ]
        if missing:
            raise NotTaken(Outcome.failed(f"Connect it anew; it lacks: {', '.join(missing)}."))


def first_message(delivery: Delivery) -> str:
    """What the provider called the first message about this incident to this destination."""
    if delivery.broadcast is None or delivery.broadcast.incident_id is None:
        return ""
    posted = Delivery.objects.filter(
        broadcast__incident=delivery.broadcast.incident_id,
        channel=delivery.channel,
        destination=delivery.destination,
        state=Delivery.State.SENT,
    ).exclude(provider_id="")
    first = posted.order_by("broadcast__sequence").values_list("provider_id", flat=True).first()
    return first or ""


def discreet(outcome: Outcome, secrets: Sequence[str]) -> Outcome:
    """The outcome without any of the secrets, nor the part of an address that makes it secret."""
    words = outcome.detail
    pieces = {piece for secret in secrets for piece in _pieces(secret)}
    for piece in sorted(pieces, key=len, reverse=True):
        words = words.replace(piece, "…")
    return Outcome(outcome.verdict, words[:300], outcome.provider_id, outcome.after)


def _pieces(secret: str) -> set[str]:
    parts = urlsplit(secret)
    found = {secret, parts.path, parts.query, parts.username or "", parts.password or ""}
    return {piece for piece in found if len(piece) >= SHORTEST_SECRET}


def check_name(text: str, example: str) -> str:
    """A name by which staff know where a secret address leads; ValidationError otherwise."""
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not all(_is_of_a_name(sign) for sign in name):
        why = f"Write a name for it of at most {LONGEST_NAME} characters, like {example}."
        raise ValidationError({"destination": [why]})
    return name


def _is_of_a_name(sign: str) -> bool:
    return sign.isalnum() or sign in " #-_.:()&’'"


def _followed(follows: tuple[Follow, ...], help_text: str) -> Details:
    if len(follows) == 1:
        return ()
    choices = {each.value: str(each.label) for each in follows}
    return (Detail("follow", "Later news", help_text, choices=choices, usual=follows[0].value),)
