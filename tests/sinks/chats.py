"""Stand-ins for chats and social media: each keeps its messages, and what was edited."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sinks.http import HttpSink, Reply

Entry = dict[str, Any]


def answered(body: dict[str, Any], status: int = 200, **headers: str) -> Reply:
    """An answer of JSON."""
    return Reply(status, {"Content-Type": "application/json"} | headers, json.dumps(body).encode())


class ChatSink(HttpSink):
    """Remembers each message by its name; a subclass knows how its provider is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[str, dict[str, Any]] = {}
        self.reply = self.respond

    def respond(self, entry: Entry) -> Reply:
        """The provider's answer."""
        raise NotImplementedError

    def keep(self, message: dict[str, Any]) -> str:
        """Takes a new message, and names it."""
        name = str(1000 + len(self.messages))
        self.messages[name] = message
        return name

    @property
    def told(self) -> list[dict[str, Any]]:
        """The messages as they stand, in the order in which they came."""
        return list(self.messages.values())


class SlackSink(ChatSink):
    """chat.postMessage and chat.update; errors come with status 200, as Slack has it."""

    error = ""

    def respond(self, entry: Entry) -> Reply:
        body = json.loads(entry["body"])
        if self.error:
            return answered({"ok": False, "error": self.error})
        if entry["path"] == "/chat.update":
            if body["ts"] not in self.messages:
                return answered({"ok": False, "error": "message_not_found"})
            self.messages[body["ts"]] = body
            return answered({"ok": True, "channel": "C17", "ts": body["ts"]})
        return answered({"ok": True, "channel": "C17", "ts": self.keep(body)})


class DiscordSink(ChatSink):
    """A webhook with ?wait=true; in a forum a message opens a thread."""

    def respond(self, entry: Entry) -> Reply:
        body, path = json.loads(entry["body"]), urlsplit(entry["path"])
        if entry["method"] == "PATCH":
            name = path.path.rpartition("/")[2]
            if name not in self.messages:
                return answered({"message": "Unknown Message", "code": 10008}, 404)
            self.messages[name] = body
            return answered({"id": name, "channel_id": "55"})
        name = self.keep(body | {"query": parse_qs(path.query)})
        return answered({"id": name, "channel_id": "99" if "thread_name" in body else "55"})


class TelegramSink(ChatSink):
    """sendMessage and editMessageText."""

    def respond(self, entry: Entry) -> Reply:
        body = json.loads(entry["body"])
        if not entry["path"].endswith("/editMessageText"):
            return answered({"ok": True, "result": {"message_id": int(self.keep(body))}})
        kept = self.messages.get(str(body["message_id"]))
        if kept is None:
            return self.refused("Bad Request: message to edit not found")
        if kept["text"] == body["text"]:
            return self.refused("Bad Request: message is not modified")
        kept["text"] = body["text"]
        return answered({"ok": True, "result": {"message_id": body["message_id"]}})

    @staticmethod
    def refused(why: str) -> Reply:
        """As Telegram says it."""
        return answered({"ok": False, "error_code": 400, "description": why}, 400)


class MastodonSink(ChatSink):
    """POST and PUT of /api/v1/statuses; the same Idempotency-Key is the same status."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, str] = {}

    def respond(self, entry: Entry) -> Reply:
        body, name = json.loads(entry["body"]), entry["path"].rpartition("/")[2]
        if entry["method"] == "PUT":
            if name not in self.messages:
                return answered({"error": "Record not found"}, 404)
            self.messages[name] |= body
            return answered({"id": name})
        key = entry["headers"]["idempotency-key"]
        if key not in self.keys:
            self.keys[key] = self.keep(body)
        return answered({"id": self.keys[key]})


class BlueskySink(ChatSink):
    """Sessions and records; a record's key is taken once."""

    def respond(self, entry: Entry) -> Reply:
        path = urlsplit(entry["path"])
        methods: dict[str, Callable[[Entry], Reply]] = {
            "createSession": self.session, "createRecord": self.create, "getRecord": self.read,
        }  # fmt: skip
        return methods[path.path.rpartition(".")[2]](entry)

    def session(self, _entry: Entry) -> Reply:
        """Who we are."""
        return answered({"did": "did:plc:acme", "accessJwt": "jwt-1", "handle": "acme"})

    def create(self, entry: Entry) -> Reply:
        """A record under its key."""
        body = json.loads(entry["body"])
        if body["rkey"] in self.messages:
            return answered({"error": "InternalServerError"}, 500)
        self.messages[body["rkey"]] = body["record"]
        return answered({"uri": f"at://x/{body['rkey']}", "cid": f"cid-{body['rkey']}"})

    def read(self, entry: Entry) -> Reply:
        """What is there under a key."""
        key = parse_qs(urlsplit(entry["path"]).query)["rkey"][0]
        if key not in self.messages:
            return answered({"error": "RecordNotFound"}, 400)
        return answered({"cid": f"cid-{key}", "value": self.messages[key]})
