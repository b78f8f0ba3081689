"""Posts updates at a steady pace inside the product's surroundings: python -m proof.flood 1 200 50.

The first two numbers say which, the third how many milliseconds lie between two of them.
"""

import os
import re
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from incidents.models import Incident, Page, Update  # noqa: E402
from people.actors import Actor  # noqa: E402

BY = Actor.system("proof", face="command")


def main() -> None:
    """Post them; prints the instant of each commit, in seconds since the epoch."""
    first, last, pause = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) / 1000
    incident = Incident.objects.unresolved().filter(page=Page.objects.get()).latest("pk")
    for number in range(first, last + 1):
        began = time.time()
        Update.post(incident, body=mark(number), notify=False, by=BY, at=timezone.now())
        print(f"{number} {time.time():.6f}", flush=True)
        time.sleep(max(0.0, began + pause - time.time()))


def mark(number: int) -> str:
    """The words by which an update is known again; all are of one length."""
    return f"version-{number:06d}-end"


def newest(text: str) -> int:
    """The number of the newest update that a text shows; 0 where it shows none."""
    return max(map(int, re.findall(r"version-(\d{6})-end", text)), default=0)


if __name__ == "__main__":
    main()
