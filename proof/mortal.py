"""A server that is killed between commit and doorbell: python -m proof.mortal serve."""

import os
import signal
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
# There is no worker within: nothing but a request writes to the journal.
os.environ["REDIS_URL"] = "redis://127.0.0.1:9/0"

from notifications.doorbell import bell


def die() -> None:
    """SIGKILL, for the server and whatever started it, before anybody is woken."""
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    bell.ring = die  # type: ignore[method-assign]
    execute_from_command_line(["manage.py", *sys.argv[1:]])
