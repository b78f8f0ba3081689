"""Readers while the page is published over and over: every answer whole, and no URL goes back."""

import gzip
import http.client
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import cycle

from proof import tools
from proof.folder import served_by_nginx
from proof.product import Product, own_database
from proof.verdict import Verdict
from proof.waiting import until

PUBLISHES, READS, READERS, PAUSE_MS = 200, 10_000, 8, 60
MARK = re.compile(r"version-(\d{6})-end")


@dataclass
class Seen:
    """What readers of one address saw, in the order in which their answers were whole."""

    reads: int = 0
    torn: list[str] = field(default_factory=list)
    went_back: list[str] = field(default_factory=list)
    newest: int = 0

    def note(self, path: str, began_at: int, text: str, whole: bool) -> None:
        """Keep an answer; `began_at` is the newest version seen when it was asked for."""
        self.reads += 1
        numbers = [int(each) for each in MARK.findall(text)]
        version = max(numbers, default=0)
        if not whole:
            self.torn.append(f"{path} at {version}: {text[:60]!r} … {text[-60:]!r}")
        if version < began_at:
            self.went_back.append(f"{path}: {version} after {began_at}")
        self.newest = max(self.newest, version)


def prove(verdict: Verdict) -> None:
    """Read through the front door and, where nginx is here, from the folder itself."""
    publishes = verdict.count or PUBLISHES
    with ExitStack() as stack:
        settings = {}
        if tools.postgres_answers():
            settings["DATABASE_URL"] = own_database(stack, "torn")
        product = stack.enter_context(Product("torn", **settings))
        laid = product.seed(incident=True)
        product.start()
        incident = f"/incidents/{laid['incident']}/"
        until((product.published / "front" / incident[1:]).exists, 30, "it is published")
        sites = {"front door": product.url}
        if verdict.has(tools.NGINX, "from the folder by nginx"):
            sites["nginx"] = served_by_nginx(stack, product.published / "front")
        paths = ["/", incident, "/api/v2/summary.json", "/history.atom"]
        for number, (name, url) in enumerate(sites.items()):
            span = number * publishes + 1, (number + 1) * publishes
            verdict.measured(_read_while_it_changes(verdict, product, name, url, paths, span))


def _read_while_it_changes(
    verdict: Verdict, product: Product, name: str, url: str, paths: list[str], span: tuple[int, int]
) -> str:
    first, last = span
    # nginx reads each encoding from a file of its own, and the two are renamed one after the other.
    together = {path: Seen() for path in paths}
    by_coding = {
        coding: together if name != "nginx" else {path: Seen() for path in paths}
        for coding in ("gzip", "identity")
    }
    stop = threading.Event()
    readers = [
        threading.Thread(target=_read, args=(url, by_coding[coding], coding, stop), daemon=True)
        for coding in ["gzip", "identity"] * (READERS // 2)
    ]
    seen = {
        (coding, path): each for coding in by_coding for path, each in by_coding[coding].items()
    }
    with _posting(product, first, last):
        for reader in readers:
            reader.start()
    until(lambda: sum(each.reads for each in seen.values()) >= READS, 120, f"{READS} reads")
    until(lambda: min(each.newest for each in seen.values()) == last, 60, f"{name}: the last one")
    stop.set()
    for reader in readers:
        reader.join(10)
    once = {id(each): each for each in seen.values()}.values()
    reads = sum(each.reads for each in once)
    torn = [row for each in once for row in each.torn]
    back = [row for each in once for row in each.went_back]
    verdict.expect(not torn, f"{name}: {len(torn)} torn of {reads}: {torn[:2]}")
    verdict.expect(not back, f"{name}: {len(back)} of {reads} went back: {back[:3]}")
    newest = {path: each.newest for path, each in seen.items()}
    verdict.expect(min(newest.values()) == last, f"{name}: not all were seen: {newest}")
    return f"{name}: {reads:,} reads during {last - first + 1} publishes, 0 torn, 0 went back"


@contextmanager
def _posting(product: Product, first: int, last: int) -> Iterator[None]:
    command = [sys.executable, "-m", "proof.flood", str(first), str(last), str(PAUSE_MS)]
    with subprocess.Popen(
        command, cwd=tools.root(), env=product.env, stdout=subprocess.DEVNULL
    ) as flood:
        yield
        flood.wait(300)


def _read(url: str, seen: dict[str, Seen], coding: str, stop: threading.Event) -> None:
    """Read one address after the other; each reader keeps to one encoding."""
    host = url.removeprefix("http://")
    line = http.client.HTTPConnection(host, timeout=20)
    for path in cycle(list(seen)):
        if stop.is_set():
            break
        began_at = seen[path].newest
        line.request("GET", path, headers={"Accept-Encoding": coding, "Host": "localhost"})
        answer = line.getresponse()
        body = answer.read()
        text, whole = _whole(path, body, answer)
        seen[path].note(path, began_at, text, whole and answer.status == 200)
        time.sleep(0.001)
    line.close()


def _whole(path: str, body: bytes, answer: http.client.HTTPResponse) -> tuple[str, bool]:
    try:
        if answer.getheader("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        text = body.decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        return str(error), False
    tag = (answer.getheader("ETag") or "").strip('"').removesuffix("-gz")
    if len(tag) == 32 and tag != sha256(body).hexdigest()[:32]:
        return text, False
    return text, CHECKS[path.rpartition(".")[2] if "." in path else "html"](text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


CHECKS: dict[str, Callable[[str], bool]] = {
    "html": lambda text: text.rstrip().endswith("</html>"),
    "json": _is_json,
    "atom": lambda text: text.rstrip().endswith("</feed>"),
}
