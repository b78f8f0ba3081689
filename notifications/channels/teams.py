"""Microsoft Teams: a workflow's webhook that posts an Adaptive Card to a channel or chat."""

from collections.abc import Mapping
from typing import Any, Final

from notifications.channels import Example
from notifications.chats.chat import Chat, Message, check_name
from notifications.chats.phrasing import heading, story
from notifications.chats.shortening import fitted, utf8
from notifications.details import Detail
from notifications.outbound.endpoints import validate_url

CARD: Final = "application/vnd.microsoft.card.adaptive"
SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"


class Teams(Chat):
    """A channel or chat of a team."""

    name = "teams"
    label = "Microsoft Teams"
    destination = "Channel, like Operations"
    asks = (
        Detail(
            "webhook_url", "Webhook of a workflow",
            "From the workflow “Post to a channel when a webhook request is received”.",
            secret=True,
        ),
    )  # fmt: skip
    # A message of Teams has at most 28 KB, the card around the words included.
    limit = 20_000
    unit = "bytes"
    measure = staticmethod(utf8)
    gone = (404, 410)

    def validate_destination(self, text: str) -> str:
        """A name by which staff know the channel."""
        return check_name(text, "Operations")

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The address of the workflow's webhook."""
        kept = super().validate_config(config)
        return kept | {"webhook_url": validate_url(kept["webhook_url"], "webhook_url")}

    def example(self, base_url: str) -> Example:
        """A workflow at `base_url`."""
        return Example("Operations", {"webhook_url": f"{base_url}/workflows/1?sig=s3cr3t-s3cr3t"})

    def say(self, message: Message) -> str:
        """A card; Teams does not say what it calls it, so each is a new one."""
        content = {
            "$schema": SCHEMA,
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": self._words(message),
            "actions": _links(message),
        }
        attachment = {"contentType": CARD, "contentUrl": None, "content": content}
        body = {"type": "message", "attachments": [attachment]}
        self.take(self.ask(message, message.settings["webhook_url"], body), message.at)
        return ""

    def _words(self, message: Message) -> list[dict[str, Any]]:
        bulletin = message.bulletin
        if bulletin is None:
            return [{"type": "TextBlock", "text": self.text(message), "wrap": True}]
        body = fitted(story(bulletin), "", limit=self.limit, measure=self.measure)
        return [
            {
                "type": "TextBlock", "text": heading(bulletin), "wrap": True,
                "weight": "Bolder", "size": "Medium",
            },
            {"type": "TextBlock", "text": body, "wrap": True},
        ]  # fmt: skip


def _links(message: Message) -> list[dict[str, str]]:
    if message.bulletin is None:
        return []
    url = message.bulletin.url
    return [{"type": "Action.OpenUrl", "title": message.bulletin.page.name, "url": url}]


CHANNEL = Teams()
