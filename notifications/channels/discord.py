"""Discord: a channel's webhook, whose first message is edited, or a post in a forum."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import ValidationError

from notifications.channels import Example
from notifications.chats.chat import Chat, Follow, Message, Vanished, check_name
from notifications.chats.phrasing import heading
from notifications.chats.shortening import fitted, utf16
from notifications.details import Detail
from notifications.outbound.answers import json_of
from notifications.outbound.endpoints import validate_url
from notifications.outbound.results import Answer

TITLE: Final = 100
NO_PREVIEW_OF_LINKS: Final = 4
NOT_THERE: Final = (10003, 10008)


class Discord(Chat):
    """A channel of a server."""

    name = "discord"
    label = "Discord"
    destination = "Channel, like #status"
    asks = (
        Detail(
            "webhook_url", "Webhook",
            "https://discord.com/api/webhooks/…, from the channel's integrations.", secret=True,
        ),
    )  # fmt: skip
    follows = (Follow.EDIT, Follow.NEW, Follow.THREAD)
    follow_help = "Only a forum channel can answer under the first message."
    limit = 2000
    measure = staticmethod(utf16)
    gone = (404, 410)

    def validate_destination(self, text: str) -> str:
        """A name by which staff know the channel."""
        return check_name(text, "#status")

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The webhook's address, without what may follow it."""
        kept = super().validate_config(config)
        address = validate_url(kept["webhook_url"], "webhook_url").partition("?")[0].rstrip("/")
        if "/webhooks/" not in urlsplit(address).path:
            raise ValidationError({"webhook_url": ["Copy it whole: …/api/webhooks/123/abc…"]})
        return kept | {"webhook_url": address}

    def example(self, base_url: str) -> Example:
        """A webhook at `base_url`."""
        return Example("#status", {"webhook_url": f"{base_url}/api/webhooks/17/s3cr3t-s3cr3t"})

    def say(self, message: Message) -> str:
        """A message; in a forum the first one opens a post, and later ones stand in it."""
        query, body = {"wait": "true"}, self._body(message)
        if message.thread:
            query["thread_id"] = message.thread.partition(":")[0]
        elif message.follow == Follow.THREAD:
            body["thread_name"] = self._title(message)
        answer = self.ask(message, f"{message.settings['webhook_url']}?{urlencode(query)}", body)
        return self._named(message, answer)

    def edit(self, message: Message) -> str:
        """Puts the newest in place of the first."""
        address = f"{message.settings['webhook_url']}/messages/{message.first.partition(':')[2]}"
        answer = self.ask(message, address, self._body(message), method="PATCH")
        return self._named(message, answer)

    def _named(self, message: Message, answer: Answer) -> str:
        if message.first and json_of(answer).get("code") in NOT_THERE:
            raise Vanished
        found = self.take(answer, message.at)
        return f"{found.get('channel_id', '')}:{self.named(found, 'id')}"

    def _title(self, message: Message) -> str:
        title = heading(message.bulletin) if message.bulletin else self.text(message)
        return fitted(title, "", limit=TITLE, measure=utf16)

    def _body(self, message: Message) -> dict[str, Any]:
        return {
            "content": self.text(message),
            "allowed_mentions": {"parse": []},
            "flags": NO_PREVIEW_OF_LINKS,
        }


CHANNEL = Discord()
