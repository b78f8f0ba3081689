"""Prints publish latency, mails, webhooks, page reads, first loads and uptime over years."""

import os
import platform
import sys

from bench import engine, firstload, freshness, latency, mailing, reads, webhooks
from proof.product import Product
from tests.sinks.smtp import SmtpSink

SUBSCRIBERS = 50


def main() -> int:
    """Measure one product: server with the embedded worker, SQLite, loopback."""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, embedded worker, SQLite")
    with SmtpSink() as mails, _site(mails) as product:
        laid = product.seed(incident=True, subscribers=SUBSCRIBERS)
        product.start()
        for line in latency.measure(product, mails, laid["incident"]):
            print(line, flush=True)
    for part in (mailing, engine, webhooks, reads, freshness):
        for line in part.measure():
            print(line, flush=True)
    for line in firstload.measure():
        print(line, flush=True)
    with Product("history") as product:
        product.manage("migrate", "--verbosity", "0")
        print(product.python("-m", "bench.history"), end="", flush=True)
    return 0


def _site(mails: SmtpSink) -> Product:
    return Product("bench", EMAIL_URL=f"smtp://127.0.0.1:{mails.port}")


if __name__ == "__main__":
    sys.exit(main())
