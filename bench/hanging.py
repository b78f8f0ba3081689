"""Readers who ask what only Django answers, all at once: python -m bench.hanging URL COUNT."""

import sys
from concurrent.futures import ThreadPoolExecutor

import requests


def main() -> None:
    """Ask, and wait for as long as it takes."""
    url, count = sys.argv[1], int(sys.argv[2])
    with ThreadPoolExecutor(count) as crowd:
        list(crowd.map(lambda _: requests.get(f"{url}/search/?q=x", timeout=120), range(count)))


if __name__ == "__main__":
    main()
