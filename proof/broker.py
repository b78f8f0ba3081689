"""A Redis of a proof's own: it keeps nothing, can hang, be emptied, killed and started again."""

import signal
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

from redis import Redis
from redis.exceptions import RedisError

from proof import tools
from proof.process import Process
from proof.waiting import free_port, until


class Broker:
    """A Redis on a port of loopback that stays the same; it ends with `stack`."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack, self.port = stack, free_port()
        self._folder = Path(mkdtemp(prefix="candor-redis-"))
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        port = str(self.port)
        command = [tools.REDIS.path, "--port", port, "--bind", "127.0.0.1", "--save", ""]
        log = self._folder / "redis.log"
        self._process = self._stack.enter_context(Process(command, log=log, cwd=self._folder))
        until(self._pings, 10, "Redis answers")

    def kill(self) -> None:
        """Kill it, with everything it held."""
        self._process.kill()

    def hang(self) -> None:
        """Let it take whoever comes, and answer nobody."""
        self._process.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again, what it was asked meanwhile included."""
        self._process.signal(signal.SIGCONT)

    def flush(self) -> None:
        """Empty it: whatever was queued is gone."""
        with Redis.from_url(self.url) as client:
            client.flushall()

    def _pings(self) -> bool:
        try:
            with Redis.from_url(self.url) as client:
                return bool(client.ping())
        except RedisError:
            return False
