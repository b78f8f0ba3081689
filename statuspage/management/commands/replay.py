"""Play a real outage again, faster, on a page of its own."""

import math
import time
from argparse import ArgumentTypeError
from datetime import datetime
from textwrap import shorten
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from statuspage.demo.replay import TALES, Replay, clear, stage
from statuspage.demo.steps import Step


def speed(text: str) -> float:
    """Read a speed, which must lie above zero."""
    if not 0 < (value := float(text)) < math.inf:
        raise ArgumentTypeError("must be more than 0; 600 plays ten minutes in a second")
    return value


class Command(BaseCommand):
    """replay mailstore --speed 600."""

    help = "Play an outage from now on, so many times as fast; stops by itself, or with Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the story and its speed."""
        parser.add_argument("story", choices=sorted(TALES))
        parser.add_argument("--speed", type=speed, default=600.0, help="600: 10 minutes a second.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play it to its end, or until Ctrl-C."""
        start = timezone.now()
        page = stage(at=start)
        replay = Replay(TALES[options["story"]], page, start, options["speed"])
        self.stdout.write(f"Playing on {page.url()}; Ctrl-C stops it.")
        try:
            for step in replay.steps(wait_until):
                self.stdout.write(f"{timezone.now():%H:%M:%S}  {step.at}  {told(step)}")
        except KeyboardInterrupt:
            clear(page, at=timezone.now())
            self.stdout.write("Stopped; what was still open is withdrawn.")


def wait_until(moment: datetime) -> None:
    """Sleep until `moment` has come."""
    while (left := (moment - timezone.now()).total_seconds()) > 0:
        time.sleep(left)


def told(step: Step) -> str:
    """Return what a step is about: what its class says of itself, and its own first words."""
    what = (type(step).__doc__ or "").partition(".")[0]
    names = ("headline", "title", "text", "cause", "name", "question")
    words = next((getattr(step, name) for name in names if getattr(step, name, "")), "")
    return f"{what}: {shorten(words, 80, placeholder='…')}" if words else what
