"""Prints a line for each figure, beside its limit: python -m bench [PART...], all without one."""

import os
import platform
import sys
from collections.abc import Callable, Iterable
from typing import Final

from bench import (
    engine,
    firstload,
    freshness,
    latency,
    mailing,
    million,
    publishing,
    reads,
    webhooks,
)
from proof.product import Product


def _history() -> Iterable[str]:
    """Uptime over years, measured inside the product's surroundings."""
    with Product("history") as product:
        product.manage("migrate", "--verbosity", "0")
        yield from product.python("-m", "bench.history").splitlines()


PARTS: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "latency": latency.measure,
    "mailing": mailing.measure,
    "engine": engine.measure,
    "webhooks": webhooks.measure,
    "publishing": publishing.measure,
    "reads": reads.measure,
    "freshness": freshness.measure,
    "firstload": firstload.measure,
    "history": _history,
    "million": million.measure,
}


def main(wanted: list[str]) -> int:
    """Measure the wanted parts, one after the other; 2 where there is no such part."""
    if unknown := [name for name in wanted if name not in PARTS]:
        print(f"There is no {', '.join(unknown)}; the parts are {', '.join(PARTS)}.")
        return 2
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}")
    for name in wanted or PARTS:
        for line in PARTS[name]():
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
