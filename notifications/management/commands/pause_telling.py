"""Holds all that would leave, or lets it go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications.models import Pause
from people.actors import Actor


class Command(BaseCommand):
    """pause_telling [--resume]: for whoever has no console at hand; doing it twice does no harm."""

    help = "Hold every channel of every page, or let them tell again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to go on."""
        parser.add_argument("--resume", action="store_true", help="tell again, what waited first")

    def handle(self, *_args: Any, resume: bool, **_options: Any) -> None:
        """Hold everything, or end that."""
        by, at = Actor.system("pause_telling", face="command"), timezone.now()
        if not resume:
            pause = Pause.begin_everywhere(by=by, at=at)
            self.stdout.write(
                f"All telling is paused since {pause.begun_at:%Y-%m-%d %H:%M:%S} UTC."
            )
            return
        for pause in Pause.objects.everywhere().standing():
            pause.end(by=by, at=at)
        self.stdout.write("All pages tell again, but for channels that are paused by themselves.")
