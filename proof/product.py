"""The product as an operator runs it: a fresh data folder, its processes, and its record."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Self

import psycopg

from notifications.lanes import LANES
from proof import ready, tools
from proof.process import Process
from proof.waiting import answers, free_port, until

OWNER = "owner@example.com"
PASSWORD = "a lantern on a quiet pier"
BYTECODE = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
CELERY = ("-m", "celery", "-A", "statuspage")
WORKER = (
    f"worker -Q {','.join(LANES)} -P threads -c 12 -l WARNING "
    "--without-gossip --without-mingle --without-heartbeat"
).split()


class Product:
    """A site on a free port of loopback, with or without Redis, worker and beat."""

    def __init__(self, name: str, **settings: str) -> None:
        self.folder = Path(mkdtemp(prefix=f"candor-{name}-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", *BYTECODE}
        self.env = {key: value for key, value in os.environ.items() if key in inherited} | {
            "DATA_DIR": str(self.folder / "data"),
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "OUTBOUND_ALLOW": "127.0.0.0/8",
            **settings,
        }
        self.processes: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py and return what it prints."""
        return self.python("manage.py", *arguments)

    def seed(self, **wanted: Any) -> dict[str, Any]:
        """Lay a page, components, an owner and subscribers; returns their public ids."""
        self._migrate()
        return dict(json.loads(self.python("-m", "proof.seed", json.dumps(wanted))))

    def python(self, *arguments: str) -> str:
        """Run Python in the product's surroundings and return what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tools.root(),
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def start(self) -> Self:
        """Start the server, and worker and beat when there is a Redis; wait until it answers."""
        self.run("server", "manage.py", "serve")
        if "REDIS_URL" in self.env:
            self.start_worker()
            self.start_beat()
        return self._answering()

    def start_server(self, *program: str) -> Self:
        """Start the server alone, by manage.py or by a program that takes its place."""
        self.run("server", *(program or ("manage.py",)), "serve")
        return self._answering()

    def start_worker(self, name: str = "worker", *, before: Sequence[str] = ()) -> Process:
        """Start a worker beside the server, by a command that may stand before it."""
        return self.run(name, *CELERY, *WORKER, before=before)

    def start_beat(self, name: str = "beat") -> Process:
        """Start what wakes the worker."""
        return self.run(name, *CELERY, "beat", "-s", str(self.folder / name), "-l", "WARNING")

    def run(self, name: str, *arguments: str, before: Sequence[str] = ()) -> Process:
        """Start a further process of Python, which ends with the product."""
        log, command = self.folder / f"{name}.log", [*before, sys.executable, *arguments]
        process = Process(command, log=log, cwd=tools.root(), env=self.env)
        self.processes.append(process)
        return process

    def process(self, name: str) -> Process:
        """Return the process that was started under a name: server, worker, beat, watch."""
        return next(each for each in self.processes if each.log.stem == name)

    def end(self, name: str) -> None:
        """End one process in an orderly way, or see that it is over."""
        process = self.process(name)
        process.stop()
        self.processes.remove(process)

    def kill(self) -> None:
        """Kill -9 everything at once."""
        for process in self.processes:
            process.kill()
        self.processes.clear()

    def stop(self) -> None:
        """End everything in an orderly way."""
        for process in reversed(self.processes):
            process.stop()
        self.processes.clear()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the product's database, from outside."""
        if url := self.env.get("DATABASE_URL", ""):
            with psycopg.connect(url) as connection:
                return connection.execute(sql.encode()).fetchall()
        path = self.folder / "data" / "candor.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as file:
            return file.execute(sql).fetchall()

    @property
    def published(self) -> Path:
        """Where the public files are written."""
        return self.folder / "data" / "published"

    def log(self, name: str) -> str:
        """Return what a process printed so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _migrate(self) -> None:
        place = self.env.get("DATABASE_URL", ""), self.folder / "data"
        if not ready.is_ready(*place):
            self.manage("migrate", "--verbosity", "0")
            ready.keep(*place)

    def _answering(self) -> Self:
        until(lambda: answers(self.url) or self._ended, 30, f"the server answers ({self.folder})")
        if self._ended:
            raise RuntimeError(f"{self._ended} ended: {self.log(self._ended)[-500:]}")
        return self

    @property
    def _ended(self) -> str:
        return next((each.log.stem for each in self.processes if each.ended), "")


def own_database(stack: ExitStack, name: str) -> str:
    """Make a PostgreSQL database of a proof's own that is gone with `stack`; returns its URL."""
    database = f"candor_proof_{name}_{os.getpid()}"
    ready.make(database)
    stack.callback(ready.on_server, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    server = tools.maintenance_url(tools.POSTGRES_URL).rpartition("/")[0]
    return f"{server}/{database}"
