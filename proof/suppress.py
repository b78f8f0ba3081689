"""Leaves an address alone, inside the product's surroundings: python -m proof.suppress a@b.c."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from notifications.models import Suppression  # noqa: E402


def main() -> None:
    """As after a complaint."""
    Suppression.add("email", sys.argv[1], "complaint", timezone.now())


if __name__ == "__main__":
    main()
