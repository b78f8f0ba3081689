"""Page reads: requests a second beside nginx that serves the same files in the same run.

Four kinds of answer through the front door, with Django quiet and with Django saturated; the folder
behind nginx as deploy/ has it; and how long one reader waits while every thread of Django hangs.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Final, NamedTuple

import psycopg
import requests

from proof import tools
from proof.folder import served_by_nginx
from proof.product import Product, own_database
from proof.waiting import answers, free_port, until
from statuspage.door.bridge import THREADS
from tests.deploy.servers import nginx

SECONDS: Final = 5
CONNECTIONS: Final = 64
ROUNDS: Final = 3
HANGING: Final = 40
GZIP: Final = {"Accept-Encoding": "gzip"}
KINDS: Final = {
    "page": ("/", False),
    "unchanged page (304)": ("/", True),
    "JSON": ("/api/v2/summary.json", False),
    "feed": ("/history.atom", False),
}


class Site(NamedTuple):
    """Where something is served, and the name of it where only that name is known there."""

    url: str
    host: str = ""


class Rate(NamedTuple):
    """What wrk saw."""

    per_second: float
    p99_ms: float


def measure() -> Iterator[str]:
    """Return a line a figure, each beside its limit and its goal."""
    absent = [tool for tool in (tools.NGINX, tools.WRK) if not tool.path]
    if absent:
        how = " and ".join(tool.install for tool in absent)
        yield f"page reads: limit not measurable: {how}"
        return
    with ExitStack() as stack:
        product = stack.enter_context(Product("reads"))
        product.seed(incident=True, components=30, history=40)
        product.start()
        product.manage("publish")
        ours, limit = Site(product.url), Site(served_by_nginx(stack, product.published / "front"))
        for name, (path, conditional) in KINDS.items():
            title = f"{name}, Django quiet (goals 0.5 and 8 ms)"
            yield _beside(title, ours, limit, path, conditional=conditional)
        title = "page, nginx of deploy/ on the folder (goal 0.95)"
        yield _beside(title, _deployed(stack, product), limit, "/", conditional=False)
        with _saturated(product):
            title = "page, Django saturated (goal 0.3)"
            yield _beside(title, ours, limit, "/", conditional=False)
        yield _memory(product)
    yield _while_django_hangs()


def _deployed(stack: ExitStack, product: Product) -> Site:
    """Serve the folder by deploy/nginx.conf, before this application."""
    port = free_port()
    application = int(product.url.rpartition(":")[2])
    folder = Path(mkdtemp(prefix="candor-nginx-"))
    stack.enter_context(nginx(folder, product.published, application, port))
    url = f"http://127.0.0.1:{port}"
    until(lambda: answers(url), 10, f"nginx answers (see {folder})")
    return Site(url, "status.example.com")


def _beside(name: str, ours: Site, limit: Site, path: str, *, conditional: bool) -> str:
    """Both in turns, so that a noisy neighbour hits both; the middle of the ratios counts."""
    pairs = [
        (_rate(ours, path, conditional), _rate(limit, path, conditional))
        for _round in range(ROUNDS)
    ]
    ratio = median(mine.per_second / best.per_second for mine, best in pairs)
    mine, best = sorted(pairs, key=lambda pair: pair[0].per_second)[ROUNDS // 2]
    return (
        f"{name}: {mine.per_second:,.0f} requests/s, {ratio:.2f} of nginx "
        f"({best.per_second:,.0f}); 99 % within {mine.p99_ms:.1f} ms (nginx {best.p99_ms:.1f})"
    )


def _rate(site: Site, path: str, conditional: bool) -> Rate:
    url, headers = f"{site.url}{path}", dict(GZIP)
    if site.host:
        headers["Host"] = site.host
    if conditional:
        answer = requests.get(url, headers=GZIP, timeout=10)
        headers["If-None-Match"] = answer.headers.get("ETag", '""')
    load = ["-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"]
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    printed = subprocess.run(
        [tools.WRK.path, *load, *given, url], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in printed and not conditional:
        raise RuntimeError(f"{url} answered with errors: {printed}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    last = re.search(r"99%\s+([\d.]+)(us|ms|s)", printed)
    if not found or not last:
        raise RuntimeError(printed)
    return Rate(float(found[1]), float(last[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[last[2]])


@contextmanager
def _saturated(product: Product) -> Iterator[None]:
    """Readers who paste error texts, as many as Django can take and more."""
    seconds = SECONDS * ROUNDS * 2 + 10
    command = [tools.WRK.path, "-t1", "-c16", f"-d{seconds}s", f"{product.url}/search/?q=denied"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as load:
        time.sleep(0.5)
        yield
        load.terminate()


def _memory(product: Product) -> str:
    """What the web process holds, its own threads and the embedded worker included."""
    (server,) = (each.pid for each in product.processes if each.log.stem == "server")
    listed = subprocess.run(
        ["ps", "-o", "rss=", "--ppid", str(server)], capture_output=True, text=True, check=False
    ).stdout.split()
    if not listed:
        return "memory of the web process: not measurable: install procps"
    return f"memory of the web process: {max(map(int, listed)) / 1024:.0f} MiB (limit 150)"


def _while_django_hangs() -> str:
    """The database is locked, so that whoever asks Django waits; readers do not."""
    name = "one reader while every thread of Django hangs"
    if not tools.postgres_answers():
        return f"{name}: limit not measurable: {tools.POSTGRES_HINT}"
    with ExitStack() as stack:
        url = own_database(stack, "hanging")
        product = stack.enter_context(Product("hanging", DATABASE_URL=url))
        product.seed(incident=True, components=30)
        product.start()
        product.manage("publish")
        locked = stack.enter_context(psycopg.connect(url))
        locked.execute("LOCK TABLE incidents_page IN ACCESS EXCLUSIVE MODE")
        crowd = [sys.executable, "-m", "bench.hanging", product.url, str(HANGING)]
        askers = stack.enter_context(subprocess.Popen(crowd, stderr=subprocess.DEVNULL))
        until(lambda: _waiting(locked) >= THREADS, 20, "Django hangs on its lock")
        times = sorted(_one_read(product.url) for _ in range(200))
        askers.terminate()
    return (
        f"{name}: median {times[100]:.1f} ms, 95 % within {times[190]:.1f} ms, "
        f"worst {times[-1]:.1f} ms (limit 20)"
    )


def _waiting(locked: psycopg.Connection[tuple[object, ...]]) -> int:
    found = locked.execute(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'incidents_page'::regclass"
    ).fetchone()
    return int(str(found[0])) if found else 0


def _one_read(url: str) -> float:
    began = time.perf_counter()
    answer = requests.get(f"{url}/", timeout=10)
    answer.raise_for_status()
    return (time.perf_counter() - began) * 1000
