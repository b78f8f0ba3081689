"""Readers who sign up while thousands are being told: their own mail does not wait for that."""

import re
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

import requests

from proof import tools
from proof.broker import Broker
from proof.crowd import Crowd
from proof.verdict import Verdict
from proof.waiting import until

READERS: Final = 5000
SIGN_UPS: Final = 20
FEWEST: Final = 5
WITHIN: Final = 5.0
LINK: Final = re.compile(r"http\S+/subscriptions/confirm/\S+")


def prove(verdict: Verdict) -> None:
    """Sign up and confirm, one after the other, as long as N readers are being told."""
    with ExitStack() as stack:
        crowd = Crowd(stack, "confirmations", verdict.count or READERS)
        verdict.measured(f"embedded: {_sign_up(verdict, crowd)}")
    if verdict.has(tools.REDIS, "a worker beside the server"):
        with ExitStack() as stack:
            redis = Broker(stack).url
            crowd = Crowd(stack, "confirmations", verdict.count or READERS, REDIS_URL=redis)
            verdict.measured(f"beside a worker: {_sign_up(verdict, crowd)}")


def _sign_up(verdict: Verdict, crowd: Crowd) -> str:
    crowd.product.start()
    crowd.tell()
    # From the first mail on: the rows of most others are still being written.
    until(lambda: crowd.heard, 90, "the first mail")
    seconds: list[tuple[float, float]] = []
    while crowd.heard < crowd.count and len(seconds) < SIGN_UPS:
        seconds.append(_one(crowd, f"newcomer{len(seconds)}@example.com"))
    verdict.expect(len(seconds) >= FEWEST, f"only {len(seconds)} fitted in; take a larger N")
    asked, confirmed = (_p95(each) for each in zip(*seconds, strict=True))
    told = f"link after {asked:.1f} s, first update after {confirmed:.1f} s (p95)"
    verdict.expect(max(asked, confirmed) <= WITHIN, told)
    return f"{len(seconds)} sign-ups among {crowd.count} mails: {told}"


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[round(len(seconds) * 0.95) - 1]


def _one(crowd: Crowd, address: str) -> tuple[float, float]:
    """Ask, and confirm: the seconds until each mail of the two."""
    form = {"email": address}
    asked = _mail_after(crowd, address, 1, f"{crowd.product.url}/subscribe/", form)
    link = LINK.search(_mails(crowd, address)[0].replace("=\r\n", ""))
    return asked, _mail_after(crowd, address, 2, link[0] if link else "", {})


def _mail_after(crowd: Crowd, address: str, number: int, url: str, form: dict[str, str]) -> float:
    began = time.monotonic()
    requests.post(url, data=form, timeout=30).raise_for_status()
    until(lambda: len(_mails(crowd, address)) >= number, 60, f"mail {number} to {address}")
    return time.monotonic() - began


def _mails(crowd: Crowd, address: str) -> list[str]:
    return [each["data"] for each in list(crowd.sink.entries) if each["recipients"] == [address]]
