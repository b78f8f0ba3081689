"""Mastodon: posts of an account on any instance, threaded under the incident's first one."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError

from notifications.bulletins import Bulletin
from notifications.channels import Example
from notifications.chats.chat import Chat, Follow, Message, Vanished
from notifications.chats.phrasing import brief
from notifications.chats.shortening import fitted, weight_on_mastodon
from notifications.details import Detail
from notifications.outbound.endpoints import validate_url
from notifications.outbound.results import Answer

ACCOUNT: Final = re.compile(r"@?([A-Za-z0-9_]{1,30})@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", re.ASCII)
WHO_READS: Final = {"public": "Everybody", "unlisted": "Everybody, but not in public timelines"}


class Mastodon(Chat):
    """An account that posts."""

    name = "mastodon"
    label = "Mastodon"
    destination = "Account, like @status@mastodon.example.com"
    asks = (
        Detail("base_url", "Instance", "https://mastodon.example.com"),
        Detail(
            "token", "Access token",
            "From Preferences, Development of the account, with the scope write:statuses.",
            secret=True,
        ),
        Detail("visibility", "Who sees it", choices=WHO_READS, usual="public"),
        Detail("characters", "Characters a post", "What it allows.", usual="500", most=10_000),
    )  # fmt: skip
    follows = (Follow.THREAD, Follow.EDIT, Follow.NEW)
    limit = 500
    measure = staticmethod(weight_on_mastodon)

    def validate_destination(self, text: str) -> str:
        """An account with its instance."""
        found = ACCOUNT.fullmatch(text.strip())
        if found is None or len(text) > 300:
            why = "Write the account with its instance, like @status@mastodon.example.com."
            raise ValidationError({"destination": [why]})
        return f"@{found[1]}@{found[2]}".lower()

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The instance and the account's token."""
        kept = super().validate_config(config)
        return kept | {"base_url": validate_url(kept["base_url"], "base_url").rstrip("/")}

    def example(self, base_url: str) -> Example:
        """An account on an instance at `base_url`."""
        config = {"base_url": base_url, "token": "s3cr3t-s3cr3t"}
        return Example("@status@mastodon.example.com", config)

    def room(self, settings: Mapping[str, Any]) -> int:
        """What the instance allows."""
        return int(settings.get("characters") or self.limit)

    def wording(self, bulletin: Bulletin, settings: Mapping[str, Any]) -> str:
        """Staff's own words, or status, title and as much of the text as fits beside the link."""
        room = self.room(settings)
        return fitted(brief(bulletin), f" {bulletin.url}", limit=room, measure=self.measure)

    def say(self, message: Message) -> str:
        """A post; a second attempt within the hour is the same one."""
        body = {"status": self.text(message), "visibility": message.settings["visibility"]}
        if message.thread:
            body["in_reply_to_id"] = message.thread
        key = {"Idempotency-Key": message.delivery.key}
        return self._named(message, self._call(message, "", body, headers=key))

    def edit(self, message: Message) -> str:
        """Puts the newest in place of the first; readers see that it was edited."""
        answer = self._call(message, f"/{message.first}", {"status": self.text(message)}, "PUT")
        return self._named(message, answer)

    def _named(self, message: Message, answer: Answer) -> str:
        if answer.status == 404 and message.first:
            raise Vanished
        return self.named(self.take(answer, message.at), "id")

    def _call(
        self, message: Message, path: str, body: Mapping[str, Any], method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        key = {"Authorization": f"Bearer {message.settings['token']}"}
        address = f"{message.settings['base_url']}/api/v1/statuses{path}"
        return self.ask(message, address, body, method=method, headers=key | dict(headers or {}))


CHANNEL = Mastodon()
