"""Freshness: from the commit of an update to the front page that readers get, under load.

Once with a page of everyday size, once with a long history: the one must not cost the other.
"""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from statistics import median, quantiles
from typing import Final

import requests

from proof import tools
from proof.flood import newest
from proof.product import Product
from proof.waiting import until

UPDATES: Final = 30
PAUSE_MS: Final = 1500
PATIENCE: Final = 30
SETTLING: Final = 300
# What is told of the present, with its twins: the stages before the archive's.
PRESENT: Final = "SELECT NOT EXISTS (SELECT 1 FROM owed WHERE stage < 4)"
SMALL: Final = {"components": 30, "history": 40}
LARGE: Final = {"components": 1000, "history": 10_000}


def measure() -> Iterator[str]:
    """Return a line for each size, and one for their ratio."""
    if not tools.WRK.path:
        yield f"commit to page: limit not measurable: {tools.WRK.install}"
        return
    small = _seconds("fresh", SMALL)
    yield _line("commit to page, 30 components, 64 readers (95 % limit 1 s)", small)
    large = _seconds("fresh-large", LARGE)
    yield _line("the same, 1,000 components and 10,000 incidents", large)
    ratio = _p95(large) / _p95(small)
    yield f"commit to page, large beside small: {ratio:.2f} times at 95 % (limit 1.5)"


def _seconds(name: str, size: dict[str, int]) -> list[float]:
    with Product(name) as product:
        product.seed(incident=True, **size)
        product.start()
        until((product.published / "front" / "index.html").exists, 120, "the page is published")
        until(lambda: _is_settled(product), SETTLING, "all of the present is published")
        with _readers(product):
            return list(_each(product))


def _is_settled(product: Product) -> bool:
    """Whether no news is owed any more; ten thousand incidents of the past take far longer."""
    front = (product.published / "front").resolve().name
    place = product.published / ".index" / f"{front}.sqlite3"
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True, timeout=20)) as index:
        return bool(index.execute(PRESENT).fetchone()[0])


def _each(product: Product) -> Iterator[float]:
    """Post at a steady pace; look for each update until it is there, or a later one."""
    command = [sys.executable, "-m", "proof.flood", "1", str(UPDATES), str(PAUSE_MS)]
    reader = Reader(product.url)
    with subprocess.Popen(
        command, cwd=tools.root(), env=product.env, stdout=subprocess.PIPE, text=True
    ) as flood:
        for line in flood.stdout or ():
            number, committed = line.split()
            shows = partial(_shows, reader, int(number))
            until(shows, PATIENCE, f"update {number} on the page", pause=0.005)
            yield time.time() - float(committed)


def _shows(reader: "Reader", number: int) -> bool:
    # A later update takes the place of one that was slow.
    return reader.newest() >= number


class Reader:
    """Looks again and again, as an open page does: what is unchanged is not sent again."""

    def __init__(self, url: str) -> None:
        self._url, self._session = url, requests.Session()
        self._newest = 0

    def newest(self) -> int:
        """The number of the newest update on the page."""
        answer = self._session.get(self._url, timeout=20)
        if answer.status_code != requests.codes.not_modified:
            self._newest = newest(answer.text)
            self._session.headers["If-None-Match"] = answer.headers["ETag"]
        return self._newest


@contextmanager
def _readers(product: Product) -> Iterator[None]:
    seconds = UPDATES * PAUSE_MS // 1000 + 30
    asks = ["-H", "Accept-Encoding: gzip"]
    command = [tools.WRK.path, "-t1", "-c64", f"-d{seconds}s", *asks, product.url]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as load:
        yield
        load.terminate()


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[18]


def _line(name: str, seconds: list[float]) -> str:
    middle, most = median(seconds) * 1000, _p95(seconds) * 1000
    return f"{name}: median {middle:.0f} ms, 95 % within {most:.0f} ms ({len(seconds)} updates)"
