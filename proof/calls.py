"""Calls endpoints inside the product's surroundings: python -m proof.calls URL URL ...

Prints as JSON what came of each kind, how long healthy ones took, and how much memory that cost.
"""

import json
import os
import resource
import sys
from collections import defaultdict
from statistics import quantiles

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from notifications.channels.webhook import judge  # noqa: E402
from notifications.outbound.calling.calls import Call  # noqa: E402
from notifications.outbound.calling.switchboard import Done, Switchboard  # noqa: E402
from notifications.outbound.door import Door  # noqa: E402

BODY = b"x" * 2048


def main() -> None:
    """First the healthy ones alone, then all of them."""
    urls = sys.argv[1:]
    healthy = [url for url in urls if url.endswith("/well")]
    before = _p95(_call(healthy * 5), healthy * 5)
    memory = _peak()
    done = _call(urls)
    print(
        json.dumps(
            {
                "before": before,
                "during": _p95(done, urls),
                "longest": max(each.seconds for each in done),
                "megabytes": _peak() - memory,
                "kinds": _kinds(done, urls),
            }
        )
    )


def _call(urls: list[str]) -> list[Done]:
    calls = (Call(number, url, [], BODY) for number, url in enumerate(urls))
    return [done for each in Switchboard(Door.of_settings()).run(calls) for done in each]


def _p95(done: list[Done], urls: list[str]) -> float:
    healthy = [each.seconds for each in done if urls[each.key].endswith("/well")]
    return quantiles(healthy, n=20)[18]


def _kinds(done: list[Done], urls: list[str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for each in done:
        outcome = judge(each.result, timezone.now())
        wait = f" after {outcome.after.total_seconds():.0f}" if outcome.after else ""
        found[urls[each.key].rpartition("/")[2]].add(outcome.verdict.value + wait)
    return {kind: sorted(verdicts) for kind, verdicts in found.items()}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
