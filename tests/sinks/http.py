"""An HTTP server that records each POST before it answers, as it is told to."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, cast

from tests.sinks.server import Sink, main

DROP = 0


@dataclass
class Reply:
    """What the sink answers; status DROP closes the line without an answer."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    pieces: int = 1


class Exchange(BaseHTTPRequestHandler):
    """One connection; every method is treated alike."""

    protocol_version = "HTTP/1.1"

    @property
    def sink(self) -> "HttpSink":
        """The sink that this connection belongs to."""
        return cast("HttpSink", self.server.sink)  # type: ignore[attr-defined]

    def setup(self) -> None:
        self.sink.connections += 1
        super().setup()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        entry = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode("utf-8", "replace"),
        }
        reply = self.sink.reply(entry | {"raw": body})
        self.sink.ledger.record(**entry, status=reply.status)
        self.answer(reply)

    do_GET = do_POST
    do_DELETE = do_POST
    do_PATCH = do_POST
    do_PUT = do_POST

    def answer(self, reply: Reply) -> None:
        """Waits as scripted, then answers whole, in drips, or not at all."""
        time.sleep(reply.delay)
        if reply.status == DROP:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.drip(reply)

    def drip(self, reply: Reply) -> None:
        """Writes the body in so many pieces, one every 0.2 s."""
        size = max(1, -(-len(reply.body) // reply.pieces))
        for start in range(0, len(reply.body), size):
            self.wfile.write(reply.body[start : start + size])
            self.wfile.flush()
            time.sleep(0.2 if reply.pieces > 1 else 0)

    def log_message(self, format: str, *args: Any) -> None:
        """The ledger is the log."""


class HttpSink(Sink):
    """Listens for webhooks on loopback."""

    handler = Exchange

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, log: Path | None = None) -> None:
        super().__init__(host=host, port=port, log=log)
        self.reply: Callable[[dict[str, Any]], Reply] = lambda _entry: Reply()

    @property
    def url(self) -> str:
        """Where to post."""
        return f"http://{self.host}:{self.port}"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """Each body, parsed as JSON."""
        return [json.loads(entry["body"]) for entry in self.entries]


if __name__ == "__main__":
    main(HttpSink)
