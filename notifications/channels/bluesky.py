"""Bluesky: posts of an account on any personal data server, threaded under the first one."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import ValidationError

from notifications.bulletins import Bulletin
from notifications.channels import Example
from notifications.chats.chat import Chat, Follow, Message
from notifications.chats.phrasing import brief
from notifications.chats.shortening import fitted, graphemes
from notifications.details import Detail
from notifications.outbound.answers import is_good, json_of
from notifications.outbound.endpoints import validate_url
from notifications.outbound.results import Answer

POSTS: Final = "app.bsky.feed.post"
HANDLE: Final = re.compile(r"@?([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+)", re.IGNORECASE | re.ASCII)
SORTABLE: Final = "234567abcdefghijklmnopqrstuvwxyz"
LINK: Final = re.compile(r"https?://\S+")


class Session(NamedTuple):
    """Who we are for the server, and what proves it."""

    did: str
    token: str


class Bluesky(Chat):
    """An account that posts."""

    name = "bluesky"
    label = "Bluesky"
    destination = "Account, like @status.example.com"
    asks = (
        Detail("password", "App password", "From Settings, Privacy and security.", secret=True),
        Detail(
            "base_url", "Server", "Only for one of your own (PDS).", usual="https://bsky.social"
        ),
    )
    follows = (Follow.THREAD, Follow.NEW)
    limit = 300
    measure = staticmethod(graphemes)

    def validate_destination(self, text: str) -> str:
        """An account's handle."""
        found = HANDLE.fullmatch(text.strip())
        if found is None or len(found[1]) > 253:
            raise ValidationError({"destination": ["Write a handle, like @status.example.com."]})
        return f"@{found[1].lower()}"

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """The account's app password and its server."""
        kept = super().validate_config(config)
        return kept | {"base_url": validate_url(kept["base_url"], "base_url").rstrip("/")}

    def example(self, base_url: str) -> Example:
        """An account whose server is at `base_url`."""
        return Example("@status.example.com", {"password": "s3cr3t-s3cr3t", "base_url": base_url})

    def wording(self, bulletin: Bulletin, settings: Mapping[str, Any]) -> str:
        """Staff's own words, or status, title and as much of the text as fits beside the link."""
        return fitted(brief(bulletin), f" {bulletin.url}", limit=self.limit, measure=self.measure)

    def say(self, message: Message) -> str:
        """A record whose key is made of the delivery, so that a second attempt finds the first."""
        session, key = self._session(message), record_key(message)
        if message.delivery.attempts > 1 and (there := self._read(message, session, key)):
            return there
        body = {
            "repo": session.did,
            "collection": POSTS,
            "rkey": key,
            "record": self._record(message, session),
        }
        answer = self._call(message, "com.atproto.repo.createRecord", body, session.token)
        return f"{key} {self.named(self.take(answer, message.at), 'cid')}"

    def _session(self, message: Message) -> Session:
        handle = message.delivery.destination.removeprefix("@")
        body = {"identifier": handle, "password": message.settings["password"]}
        answer = self._call(message, "com.atproto.server.createSession", body)
        found = self.take(answer, message.at)
        return Session(self.named(found, "did"), self.named(found, "accessJwt"))

    def _read(self, message: Message, session: Session, key: str) -> str:
        query = urlencode({"repo": session.did, "collection": POSTS, "rkey": key})
        base = message.settings["base_url"]
        answer = message.door.get(f"{base}/xrpc/com.atproto.repo.getRecord?{query}")
        return f"{key} {self.named(json_of(answer), 'cid')}" if is_good(answer) else ""

    def _record(self, message: Message, session: Session) -> dict[str, Any]:
        text = self.text(message)
        created = message.at.astimezone(UTC).isoformat(timespec="milliseconds")
        record: dict[str, Any] = {
            "$type": POSTS,
            "text": text,
            "createdAt": created.replace("+00:00", "Z"),
            "langs": [message.delivery.page.language],
            "facets": facets(text),
        }
        if message.thread:
            first = reference(session, message.thread)
            record["reply"] = {"root": first, "parent": first}
        return record

    def _call(
        self, message: Message, method: str, body: Mapping[str, Any], token: str = ""
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        address = f"{message.settings['base_url']}/xrpc/{method}"
        return self.ask(message, address, body, headers=headers)


def facets(text: str) -> list[dict[str, Any]]:
    """Where the links are, in bytes of UTF-8: nothing is a link on Bluesky that is not marked."""
    return [
        {
            "index": {"byteStart": _bytes(text, link.start()), "byteEnd": _bytes(text, link.end())},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": link[0]}],
        }
        for link in LINK.finditer(text)
    ]


def reference(session: Session, name: str) -> dict[str, str]:
    """How a reply names the post that it answers."""
    key, _space, cid = name.partition(" ")
    return {"uri": f"at://{session.did}/{POSTS}/{key}", "cid": cid}


def record_key(message: Message) -> str:
    """A key as the protocol orders posts by time (TID), the same in every attempt."""
    created: datetime = message.delivery.created_at
    micros = int(created.timestamp() * 1_000_000)
    number = (micros << 10) | ((message.delivery.pk or 0) % 1024)
    return "".join(SORTABLE[(number >> shift) & 31] for shift in range(60, -1, -5))


def _bytes(text: str, place: int) -> int:
    return len(text[:place].encode())


CHANNEL = Bluesky()
