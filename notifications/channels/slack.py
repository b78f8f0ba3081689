"""Slack: an incoming webhook, or an app's token, which can also thread and edit."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from notifications.channels import Entrance, Example
from notifications.chats.chat import Chat, Follow, Message, NotTaken, Vanished, check_name
from notifications.chats.phrasing import heading, story, way_out
from notifications.chats.shortening import fitted
from notifications.details import Detail
from notifications.outbound.answers import json_of
from notifications.outbound.endpoints import is_opened, validate_url
from notifications.outbound.results import Answer
from notifications.outcomes import Outcome

HEADER: Final = 150
HOOKS: Final = "https://hooks.slack.com"
# Workspace, webhook, and what makes it a secret.
PATH: Final = re.compile(r"/services/(T\w{1,30})/(B\w{1,30})/[\w-]{8,80}", re.ASCII)
ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
LATER: Final = (
    "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
    "request_timeout", "team_added_to_org",
)  # fmt: skip
NOT_THERE: Final = ("message_not_found", "cant_update_message", "edit_window_closed")
UNTHREADED: Final = ("thread_not_found",)
HINTS: Final = {
    "not_in_channel": "invite the app to the channel",
    "channel_not_found": "invite the app to the channel, or connect another one",
    "is_archived": "the channel is archived; connect another one",
    "invalid_auth": "Slack refuses the token; connect it anew",
    "token_revoked": "Slack refuses the token; connect it anew",
    "missing_scope": "give the app the scope chat:write",
}


class Slack(Chat):
    """A channel of a workspace."""

    name = "slack"
    label = "Slack"
    api = "https://slack.com/api"
    destination = "Channel, like #status"
    asks = (
        Detail(
            "token", "Bot token", "xoxb-…, with the scope chat:write. It can thread and edit.",
            secret=True, required=False,
        ),
        Detail(
            "webhook_url", "Incoming webhook", "Instead of a token: https://hooks.slack.com/…",
            secret=True, required=False,
        ),
    )  # fmt: skip
    follows = (Follow.THREAD, Follow.EDIT, Follow.NEW)
    follow_help = "An incoming webhook can only post new messages."
    limit = 3000
    gone = (404, 410)
    public = True

    def validate_destination(self, text: str) -> str:
        """The name of a channel, or its id."""
        return check_name(text, "#status")

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """A token or a webhook, one of them."""
        kept = super().validate_config(config)
        if bool(kept["token"]) == bool(kept["webhook_url"]):
            raise ValidationError({"token": ["Give either a bot token or an incoming webhook."]})
        if kept["webhook_url"]:
            kept["webhook_url"] = validate_url(kept["webhook_url"], "webhook_url")
        return kept

    def entrance(self, address: str) -> Entrance:
        """A reader's own incoming webhook, called by all that is no secret of it."""
        url = address.strip()
        path, server = _taken_apart(url)
        found = PATH.fullmatch(path)
        if found is None or not (server == HOOKS or is_opened(url)):
            words = _("This is no incoming webhook of Slack; one begins with %s.")
            raise ValidationError({"destination": [words % f"{HOOKS}/services/T"]})
        name = f"{server.partition('://')[2]}/services/{found[1]}/{found[2]}"
        # Slack's own host, or one that the operator opened: there is nothing to look up.
        kept = super().validate_config({"webhook_url": url})
        address = validate_url(url, "destination", look_up=False)
        return Entrance(name, kept | {"webhook_url": address})

    def example(self, base_url: str) -> Example:
        """An incoming webhook at `base_url`."""
        return Example("#status", {"webhook_url": f"{base_url}/services/T0/B0/s3cr3t-s3cr3t"})

    def say(self, message: Message) -> str:
        """A message of blocks; only the app's token learns its name."""
        if not message.settings.get("token"):
            answer = self.ask(message, message.settings["webhook_url"], self._blocks(message))
            if not 200 <= answer.status < 300:
                raise NotTaken(self.judge(answer, message.at))
            return ""
        body = self._blocks(message) | {"channel": message.delivery.destination}
        if message.thread:
            body["thread_ts"] = message.thread.partition(":")[2]
        return self._call(message, "chat.postMessage", body)

    def edit(self, message: Message) -> str:
        """Puts the newest in place of the first."""
        channel, _colon, ts = message.first.partition(":")
        body = self._blocks(message) | {"channel": channel, "ts": ts}
        return self._call(message, "chat.update", body)

    def told(self, answer: Answer) -> str:
        """What went wrong, with what to do about it: webhooks say it in plain text."""
        words = super().told(answer) or answer.body[:80].decode("utf-8", "replace").strip()
        hint = HINTS.get(words)
        return f"{words}: {hint}." if hint else " ".join(words.split())

    def judge(self, answer: Answer, at: Any) -> Outcome:
        """What a refusal means; Slack's API answers 200 to those, too."""
        error = json_of(answer).get("error")
        if answer.status == 200:
            words = f"Slack says {self.told(answer) or 'nothing that can be read'}"
            later = error in LATER or not isinstance(error, str)
            return Outcome.retry(words) if later else Outcome.failed(words)
        return super().judge(answer, at)

    def _call(self, message: Message, method: str, body: Mapping[str, Any]) -> str:
        headers = {"Authorization": f"Bearer {message.settings['token']}"}
        answer = self.ask(message, f"{self.api}/{method}", body, headers=headers)
        found = json_of(answer)
        if found.get("error") in (*NOT_THERE, *UNTHREADED) and message.first:
            raise Vanished
        if answer.status != 200 or found.get("ok") is not True:
            raise NotTaken(self.judge(answer, message.at))
        return f"{found.get('channel', '')}:{found.get('ts', '')}"

    def _blocks(self, message: Message) -> dict[str, Any]:
        bulletin = message.bulletin
        if bulletin is None:
            return {"text": escaped(self.text(message)), "unfurl_links": False}
        head = fitted(heading(bulletin), "", limit=HEADER)
        body = fitted(
            story(bulletin), f"\n\n{bulletin.url}", limit=self.limit, measure=length_escaped
        )
        return {
            "text": escaped(f"{head} {bulletin.url}"),
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": head}},
                {"type": "section", "text": {"type": "mrkdwn", "text": escaped(body)}},
                *_foot(message),
            ],
            "unfurl_links": False,
        }


def _foot(message: Message) -> list[dict[str, Any]]:
    """Where a reader changes or ends this; staff does so in the console."""
    words, url = way_out(message.delivery)
    link = {"type": "mrkdwn", "text": f"<{url}|{escaped(words)}>"}
    return [{"type": "context", "elements": [link]}] if url else []


def _taken_apart(url: str) -> tuple[str, str]:
    """Path and server of an address without anything else in it; blank for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    server = f"{parts.scheme}://{parts.netloc}".lower()
    return ("", "") if parts.query or parts.fragment else (parts.path, server)


def escaped(text: str) -> str:
    """Words that Slack shows as they are: nothing in them calls anybody."""
    return "".join(ESCAPES.get(sign, sign) for sign in text)


def length_escaped(text: str) -> int:
    """What Slack counts."""
    return len(escaped(text))


CHANNEL = Slack()
