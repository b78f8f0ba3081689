"""Database and Redis gone: every public page is still read, forms are kind, all of it returns."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import requests

from proof import tools
from proof.broker import Broker
from proof.flood import mark
from proof.product import Product, own_database
from proof.proxy import Proxy
from proof.verdict import BrokenPromise, NotProven, Verdict
from proof.waiting import until

REVIVED = 5.0
STAMP = re.compile(r"<footer.*?<time datetime=", re.DOTALL)
TYPED = "reader@example.com"


def prove(verdict: Verdict) -> None:
    """Cut both in the middle, read everything, restart in the dark, mend both."""
    if not tools.postgres_answers():
        raise NotProven(tools.POSTGRES_HINT)
    if not tools.REDIS.path:
        raise NotProven(tools.REDIS.install)
    with ExitStack() as stack:
        direct = own_database(stack, "dead")
        parts = urlsplit(direct)
        proxy = stack.enter_context(Proxy(parts.hostname or "127.0.0.1", parts.port or 5432))
        redis = Broker(stack)
        through = parts._replace(netloc=f"{parts.username}@127.0.0.1:{proxy.port}").geturl()
        product = stack.enter_context(Product("dead", DATABASE_URL=through, REDIS_URL=redis.url))
        product.manage("demo")
        product.start()
        product.manage("publish")
        proxy.cut()
        redis.kill()
        verdict.measured(_everything_is_read(verdict, product))
        verdict.measured(_forms_are_kind(verdict, product))
        product.stop()
        product.start_server()
        verdict.measured("started anew in the dark: " + _everything_is_read(verdict, product))
        _post_elsewhere(product, direct)
        proxy.mend()
        redis.start()
        verdict.measured(_it_comes_back(verdict, product))


def _everything_is_read(verdict: Verdict, product: Product) -> str:
    session, slowest, count = requests.Session(), 0.0, 0
    for path, status in _published(product):
        began = time.perf_counter()
        answer = session.get(f"{product.url}/{path}", timeout=20, allow_redirects=False)
        slowest = max(slowest, time.perf_counter() - began)
        verdict.expect(answer.status_code == status, f"/{path} answers {answer.status_code}")
        if status == 200 and (path == "" or path.endswith("/")) and "embed" not in path:
            verdict.expect(STAMP.search(answer.text), f"/{path} does not say as of when")
        count += 1
    verdict.expect(count > 100, f"only {count} addresses are published")
    slow = f"slowest {slowest * 1000:.0f} ms"
    return f"all {count} public addresses answer, each with its stamp ({slow})"


def _forms_are_kind(verdict: Verdict, product: Product) -> str:
    typed = requests.post(f"{product.url}/subscribe/", data={"email": TYPED}, timeout=30)
    verdict.expect(typed.status_code == 503, f"subscribing answers {typed.status_code}")
    verdict.expect("Retry-After" in typed.headers, "a form does not say when to come again")
    verdict.expect(TYPED in typed.text, "what was typed into a form is lost")
    verdict.expect("passes" in typed.text, "a form has no kind word")
    found = requests.get(f"{product.url}/search/?q=Relay+access+denied", timeout=30)
    verdict.expect("This may be what you saw" in found.text, "the search finds nothing")
    api = requests.get(
        f"{product.url}/api/v3/pages", headers={"Authorization": "Bearer candor_x"}, timeout=30
    )
    verdict.expect(api.status_code == 503, f"the API answers {api.status_code}")
    return "forms and API say 503, what was typed is kept, the search finds"


def _post_elsewhere(product: Product, direct: str) -> None:
    """An update of another host, which reaches the database while this one does not."""
    through, product.env["DATABASE_URL"] = product.env["DATABASE_URL"], direct
    product.python("-m", "proof.flood", "1", "1", "0")
    product.env["DATABASE_URL"] = through


def _it_comes_back(verdict: Verdict, product: Product) -> str:
    began = time.monotonic()
    until(lambda: mark(1) in requests.get(product.url, timeout=10).text, 30, "the page is fresh")
    seconds = time.monotonic() - began
    verdict.expect(seconds <= REVIVED, f"fresh only after {seconds:.1f} s")
    until(lambda: _takes(product), 30, "forms take again")
    return f"fresh {seconds:.1f} s after revival, forms take again"


def _takes(product: Product) -> bool:
    answer = requests.post(f"{product.url}/subscribe/", data={"email": TYPED}, timeout=30)
    return answer.status_code == 200


def _published(product: Product) -> Iterator[tuple[str, int]]:
    indexes = list((product.published / ".index").glob("*.sqlite3"))
    if not indexes:
        raise BrokenPromise("nothing is published")
    front = (product.published / "front").resolve().name
    with _opened(product.published / ".index" / f"{front}.sqlite3") as index:
        yield from index.execute("SELECT path, status FROM files WHERE status != 404").fetchall()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as index:
        yield index
