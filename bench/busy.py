"""Lays the busy page inside a product's surroundings: python -m bench.busy."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from people.actors import Actor  # noqa: E402
from tests.publishing.busy import busy_page  # noqa: E402

if __name__ == "__main__":
    busy_page(Actor.system("bench", face="command"), timezone.now())
