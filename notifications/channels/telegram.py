"""Telegram: a bot that writes to a channel, group or person."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError

from notifications.channels import Example
from notifications.chats.chat import Chat, Follow, Message, Vanished
from notifications.chats.shortening import utf16
from notifications.details import Detail
from notifications.outbound.answers import json_of
from notifications.outbound.endpoints import validate_url
from notifications.outbound.results import Answer
from notifications.outcomes import Outcome

CHAT: Final = re.compile(r"@[A-Za-z0-9_]{4,32}|-?[0-9]{1,20}", re.ASCII)
NOT_THERE: Final = ("message to edit not found", "message can't be edited", "message_id_invalid")
AS_IT_WAS: Final = "message is not modified"


class Telegram(Chat):
    """A chat that a bot was invited to."""

    name = "telegram"
    label = "Telegram"
    api = "https://api.telegram.org"
    destination = "Chat, like @acmestatus or -1001234567890"
    asks = (
        Detail("token", "Bot token", "123456:ABC…, from @BotFather.", secret=True),
        Detail("base_url", "Bot API server", "Only for one of your own.", usual=api),
    )
    follows = (Follow.THREAD, Follow.EDIT, Follow.NEW)
    limit = 4096
    measure = staticmethod(utf16)
    # The token is a part of the address: a wrong one is not found.
    not_us = (401, 404)

    def validate_destination(self, text: str) -> str:
        """A channel's name, or the number of a chat."""
        if not CHAT.fullmatch(text.strip()):
            why = "Write a channel's name, like @acmestatus, or the number of a chat."
            raise ValidationError({"destination": [why]})
        return text.strip().lower()

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The bot's token, and where the bot API is."""
        kept = super().validate_config(config)
        if not re.fullmatch(r"[0-9]+:[\w-]{8,}", kept["token"], re.ASCII):
            raise ValidationError({"token": ["Copy it whole from @BotFather: 123456:ABC…"]})
        return kept | {"base_url": validate_url(kept["base_url"], "base_url").rstrip("/")}

    def example(self, base_url: str) -> Example:
        """A bot whose API is at `base_url`."""
        return Example("@acmestatus", {"token": "17:s3cr3t-s3cr3t", "base_url": base_url})

    def say(self, message: Message) -> str:
        """A message, as an answer to the first one where that is wanted."""
        body = self._body(message)
        if message.thread:
            body["reply_parameters"] = {
                "message_id": int(message.thread), "allow_sending_without_reply": True,
            }  # fmt: skip
        answer = self._call(message, "sendMessage", body)
        result = self.take(answer, message.at).get("result")
        return self.named(result if isinstance(result, dict) else {}, "message_id")

    def edit(self, message: Message) -> str:
        """Puts the newest in place of the first."""
        body = self._body(message) | {"message_id": int(message.first)}
        answer = self._call(message, "editMessageText", body)
        words = self.told(answer).lower()
        if any(each in words for each in NOT_THERE):
            raise Vanished
        if AS_IT_WAS not in words:
            self.take(answer, message.at)
        return message.first

    def judge(self, answer: Answer, at: datetime) -> Outcome:
        """What a refusal means; the wait is asked for in the body."""
        outcome = super().judge(answer, at)
        asked = json_of(answer).get("parameters")
        wait = asked.get("retry_after") if isinstance(asked, dict) else None
        if isinstance(wait, int) and answer.status == 429:
            return Outcome.retry(outcome.detail, after=timedelta(seconds=min(wait, 86_400)))
        return outcome

    def _call(self, message: Message, method: str, body: Mapping[str, Any]) -> Answer:
        base, token = message.settings["base_url"], message.settings["token"]
        return self.ask(message, f"{base}/bot{token}/{method}", body)

    def _body(self, message: Message) -> dict[str, Any]:
        return {
            "chat_id": message.delivery.destination,
            "text": self.text(message),
            "link_preview_options": {"is_disabled": True},
        }


CHANNEL = Telegram()
