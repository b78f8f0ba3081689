"""What all sinks share: a threaded server on loopback, in a test or as a process of its own."""

import argparse
import signal
import socketserver
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.sinks.ledger import Ledger


class Server(socketserver.ThreadingTCPServer):
    """Takes connections faster than they come, and stops at once."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the job."""


class Sink:
    """A server with a ledger, running in a thread as long as the `with` lasts."""

    handler: type[socketserver.BaseRequestHandler]
    server_class: type[socketserver.TCPServer] = Server

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, log: Path | None = None) -> None:
        self.host = host
        self.ledger = Ledger(log)
        self.connections = 0
        self.server = self.server_class((host, port), self.handler)
        self.server.sink = self  # type: ignore[attr-defined]

    @property
    def port(self) -> int:
        """The port that the system gave."""
        return int(self.server.server_address[1])

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Everything recorded so far."""
        return self.ledger.entries

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


def main(sink_class: type[Sink]) -> None:
    """Runs a sink until it is told to stop: python -m tests.sinks.smtp --port 2525 --log FILE."""
    parser = argparse.ArgumentParser(description=sink_class.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    with sink_class(port=options.port, log=options.log) as sink:
        print(sink.port, flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
