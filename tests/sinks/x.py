"""A stand-in for X: takes posts, refuses the same text twice, can lose its answer."""

import json
from pathlib import Path
from typing import Any

from tests.sinks.http import DROP, HttpSink, Reply
from tests.sinks.server import main

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


class XSink(HttpSink):
    """Answers POST /2/tweets as X does."""

    def __init__(self, *, port: int = 0, log: Path | None = None) -> None:
        super().__init__(port=port, log=log)
        self.posts: list[dict[str, Any]] = []
        self.answers_to_lose = 0
        self.reply = self.tweet

    def tweet(self, entry: dict[str, Any]) -> Reply:
        """The answer of X to one post."""
        post = json.loads(entry["body"])
        if any(post["text"] == earlier["text"] for earlier in self.posts):
            return _json(403, {"title": "Forbidden", "detail": DUPLICATE, "status": 403})
        post["id"] = str(1800000000000000000 + len(self.posts))
        self.posts.append(post)
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            return Reply(status=DROP)
        return _json(201, {"data": {"id": post["id"], "text": post["text"]}})


def _json(status: int, body: dict[str, Any]) -> Reply:
    return Reply(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


if __name__ == "__main__":
    main(XSink)
