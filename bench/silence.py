"""Servers that take a request and say nothing for a while, as hanging endpoints do."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


@contextmanager
def silence(hosts: Sequence[str], port: int, seconds: float) -> Iterator[None]:
    """Listen on these addresses; answer after so long."""
    loop = asyncio.new_event_loop()
    listening = threading.Event()
    thread = threading.Thread(target=_run, args=(loop, hosts, port, seconds, listening))
    thread.start()
    listening.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _run(
    loop: asyncio.AbstractEventLoop,
    hosts: Sequence[str],
    port: int,
    seconds: float,
    listening: threading.Event,
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(seconds)
            writer.write(ANSWER)
            await writer.drain()
        writer.close()

    asyncio.set_event_loop(loop)
    server = loop.run_until_complete(asyncio.start_server(answer, list(hosts), port, backlog=512))
    listening.set()
    loop.run_forever()
    server.close()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
