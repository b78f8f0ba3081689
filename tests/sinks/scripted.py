"""A server that says what it is told to over each connection, HTTP or not, in TLS or not."""

import socketserver
import ssl
import time
from collections.abc import Sequence
from typing import cast

from tests.sinks.server import Sink

HANG_UP = b""
# In seconds: long enough for what came before to have been read.
A_MOMENT = 0.1


class Talk(socketserver.BaseRequestHandler):
    """One connection: reads a request, says the next words, and so on."""

    def handle(self) -> None:
        sink = cast("ScriptedSink", self.server.sink)  # type: ignore[attr-defined]
        words = sink.script[min(sink.connections, len(sink.script) - 1)]
        sink.connections += 1
        line = self.request
        if sink.tls:
            line = sink.tls.wrap_socket(line, server_side=True)
        for each in words:
            asked = line.recv(65536)
            if asked:
                sink.ledger.record(asked=asked.decode("latin-1"))
            if not asked or each == HANG_UP:
                break
            line.sendall(each)
            while sink.is_endless:
                line.sendall(each)
        if sink.parting:
            time.sleep(A_MOMENT)
            line.sendall(sink.parting)
        line.close()


class ScriptedSink(Sink):
    """`script` has the words of its first connection, its second one, and so on; the last stays."""

    handler = Talk

    def __init__(self, *script: Sequence[bytes], tls: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self.script, self.tls = script, tls
        self.is_endless = False
        """Whether the first words are said again and again."""
        self.parting = b""
        """What is said a moment later, before each connection is closed."""

    @property
    def url(self) -> str:
        """Where to call."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}/"
