"""Endpoints as bad as they come: each path misbehaves in its own way."""

import asyncio
import gzip
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

type Writer = asyncio.StreamWriter

HANG: Final = 60
MEGABYTE: Final = 1_000_000
BOMB: Final = gzip.compress(b"\0" * (20 * MEGABYTE))
HEAD: Final = b"HTTP/1.1 %b\r\nConnection: close\r\n%b\r\n"


async def _well(writer: Writer) -> None:
    writer.write(HEAD % (b"204 No Content", b""))


async def _hang(writer: Writer) -> None:
    await asyncio.sleep(HANG)


async def _drip(writer: Writer) -> None:
    for byte in HEAD % (b"200 OK", b"Content-Length: 1000\r\n") + b"x" * 1000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(1)


async def _huge(writer: Writer) -> None:
    writer.write(HEAD % (b"200 OK", b"Content-Length: 100000000\r\n"))
    for _ in range(100):
        writer.write(b"x" * MEGABYTE)
        await writer.drain()


async def _bomb(writer: Writer) -> None:
    length = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(BOMB)
    writer.write(HEAD % (b"200 OK", length) + BOMB)


async def _reset(writer: Writer) -> None:
    line: socket.socket = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _loop(writer: Writer) -> None:
    writer.write(HEAD % (b"302 Found", b"Location: /loop\r\nContent-Length: 0\r\n"))


async def _gone(writer: Writer) -> None:
    writer.write(HEAD % (b"410 Gone", b"Content-Length: 0\r\n"))


async def _wait(writer: Writer) -> None:
    writer.write(HEAD % (b"429 Too Many Requests", b"Retry-After: 120\r\nContent-Length: 0\r\n"))


BAD: Final[Mapping[str, Callable[[Writer], Awaitable[None]]]] = {
    "hang": _hang, "drip": _drip, "huge": _huge, "bomb": _bomb, "reset": _reset, "loop": _loop,
    "gone": _gone, "wait": _wait,
}  # fmt: skip


def main() -> None:
    """Serve on a port of each address until stopped: python -m proof.hostile PORT HOST,HOST."""
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2].split(",")))


async def _serve(port: int, hosts: Sequence[str]) -> None:
    server = await asyncio.start_server(_answer, list(hosts), port, backlog=512)
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: Writer) -> None:
    with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
        line = await reader.readuntil(b"\r\n\r\n")
        behave = BAD.get(line.split(b" ", 2)[1].decode().strip("/"), _well)
        await behave(writer)
        await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.close()


if __name__ == "__main__":
    main()
