"""The first load of a status page in Chromium on a slow phone: weight, requests, LCP, CLS."""

from collections.abc import Callable
from statistics import median
from typing import Any, Final, NamedTuple

from playwright.sync_api import Page

from proof import tools
from proof.browser import chromium
from proof.product import Product

RUNS: Final = 5
SLOWER: Final = 4
SETTLED_MS: Final = 1500
MOST_BYTES: Final = 40_000
MOST_REQUESTS: Final = 10
MOST_LCP_MS: Final = 1000
OBSERVE: Final = """
window.seen = { lcp: 0, cls: 0 };
new PerformanceObserver((list) => { for (const each of list.getEntries()) seen.lcp = each.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const each of list.getEntries()) seen.cls += each.value; })
  .observe({ type: "layout-shift", buffered: true });
"""  # noqa: E501


class Load(NamedTuple):
    """One load with nothing remembered."""

    wire: int
    requests: int
    lcp: float
    cls: float


def measure() -> list[str]:
    """Return one line for the demo, and one for thirty components over ninety days."""
    if not tools.CHROMIUM.path:
        return [f"first load: limit not measurable: {tools.CHROMIUM.install}"]
    return [
        _line("the demo", lambda product: product.manage("demo")),
        _line("30 components", _lay_busy),
    ]


def _lay_busy(product: Product) -> None:
    product.manage("migrate", "--verbosity", "0")
    product.python("-m", "bench.busy")


def _line(name: str, lay: Callable[[Product], object]) -> str:
    with Product("firstload") as product:
        lay(product)
        product.start()
        loads = [_load(product.url) for _ in range(RUNS)]
    wire, requests, lcp, cls = (median(each) for each in zip(*loads, strict=True))
    light = wire <= MOST_BYTES and requests <= MOST_REQUESTS
    fast = lcp <= MOST_LCP_MS and not cls
    return (
        f"first load of {name}: {wire / 1000:.1f} KB over the wire, {requests:.0f} requests"
        f" ({'within' if light else 'OVER'} 40 KB and 10); LCP {lcp:.0f} ms at {SLOWER}x CPU"
        f" throttling, CLS {cls:.3f} ({'within' if fast else 'OVER'} 1 s and 0)"
    )


def _load(url: str) -> Load:
    with chromium("390x844") as context:
        page = context.new_page()
        page.add_init_script(OBSERVE)
        wire, requests = _counting(page)
        page.goto(url, wait_until="load")
        page.wait_for_timeout(SETTLED_MS)
        seen = page.evaluate("window.seen")
        return Load(sum(wire), len(requests), seen["lcp"], seen["cls"])


def _counting(page: Page) -> tuple[list[int], list[str]]:
    """Slow the processor down, and note what goes over the wire."""
    wire: list[int] = []
    requests: list[str] = []

    def finished(event: dict[str, Any]) -> None:
        wire.append(event["encodedDataLength"])

    def asked(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            requests.append(event["request"]["url"])

    session = page.context.new_cdp_session(page)
    session.on("Network.loadingFinished", finished)
    session.on("Network.requestWillBeSent", asked)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return wire, requests
