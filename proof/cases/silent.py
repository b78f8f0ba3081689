"""A notifier that is stopped in its tracks is noticed by another process within two minutes."""

import json
import signal
import time
from contextlib import ExitStack
from urllib.error import HTTPError
from urllib.request import urlopen

from proof import tools
from proof.broker import Broker
from proof.product import Product
from proof.verdict import Verdict
from proof.waiting import until
from tests.sinks.http import HttpSink
from tests.sinks.smtp import SmtpSink

WITHIN = 120
ON_CALL = "oncall@example.com"


def prove(verdict: Verdict) -> None:
    """Freeze the whole server beside `manage.py watch`; then only a worker, beside the server."""
    with ExitStack() as stack:
        verdict.measured(f"server frozen: {_frozen(verdict, stack, 'server')}")
    if verdict.has(tools.REDIS, "with a worker of its own"):
        with ExitStack() as stack:
            redis = Broker(stack).url
            figures = _frozen(verdict, stack, "worker", REDIS_URL=redis)
            verdict.measured(f"worker frozen: {figures}")


def _frozen(verdict: Verdict, stack: ExitStack, victim: str, **settings: str) -> str:
    sink, switch = stack.enter_context(SmtpSink()), stack.enter_context(HttpSink())
    settings |= {
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "WATCH_PING_URL": f"{switch.url}/alive",
    }
    product = stack.enter_context(Product(f"silent-{victim}", **settings))
    product.seed(on_call=ON_CALL)
    product.start()
    if victim == "server":
        product.run("watch", "manage.py", "watch")
    until(lambda: switch.entries, 60, "a sign of life")
    frozen = product.process(victim)
    frozen.signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        until(lambda: _heard(sink, "tells nobody"), WITHIN + 30, "whoever is on call hears of it")
        seconds = time.monotonic() - began
        alive = len(switch.entries)
        if victim == "worker":
            verdict.expect("silent" in _readyz(product), "/readyz does not say so")
        time.sleep(20)
        verdict.expect(len(switch.entries) == alive, "signs of life went on being given")
    finally:
        frozen.signal(signal.SIGCONT)
    until(lambda: _heard(sink, "tells again"), 60, "whoever is on call hears that it goes on")
    verdict.expect(seconds <= WITHIN, f"noticed only after {seconds:.0f} s")
    return f"noticed after {seconds:.0f} s, no sign of life meanwhile, said when it went on"


def _heard(sink: SmtpSink, words: str) -> bool:
    return any(words in str(mail["Subject"]) for mail in sink.mails)


def _readyz(product: Product) -> str:
    try:
        with urlopen(f"{product.url}/readyz", timeout=10) as answer:
            return str(json.load(answer)["checks"]["senders"]["says"])
    except HTTPError as refused:
        return str(json.load(refused)["checks"]["senders"]["says"])
