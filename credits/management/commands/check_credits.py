"""Check the credit arithmetic against worked examples in a file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credits.core.vectors import failures


class Command(BaseCommand):
    """Print each failing vector and a count; exit 1 when one fails."""

    help = "Check the credit arithmetic against the vectors in a JSON file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every vector."""
        failed = 0
        vectors = _read(options["file"])
        for vector in vectors:
            wrong = failures(vector)
            failed += bool(wrong)
            for line in wrong:
                self.stdout.write(f"{vector.get('name', 'unnamed')}: {line}")
        self.stdout.write(f"{len(vectors)} vectors, {failed} failures")
        if failed:
            raise SystemExit(1)


def _read(path: Path) -> list[dict[str, Any]]:
    # A decimal such as 99.9 stays the text it was written as, so that it is exact.
    try:
        vectors = json.loads(path.read_text(encoding="utf-8"), parse_float=str)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(vectors, list) or not all(isinstance(vector, dict) for vector in vectors):
        raise CommandError(f"{path} is not a list of vectors.")
    return vectors
