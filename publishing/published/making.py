"""One file of a page as of an instant, and what becomes of one that cannot be made."""

import logging
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.db import DatabaseError, InterfaceError, OperationalError

from incidents.models import Page
from publishing.artefact import Artefact, Missing, Moved
from publishing.core.paths import SUFFIX
from publishing.published.finished import Elsewhere, Finished, Gone
from publishing.published.index import Index
from publishing.rendering import render

logger = logging.getLogger(__name__)


def finished(page: Page, path: str, at: datetime) -> Finished:
    """What has to stand at a path as of an instant."""
    try:
        artefact: Artefact = render(page, path, at)
    except Moved as moved:
        return Elsewhere(path, str(moved))
    except Missing:
        return Gone(path)
    return artefact


def made(page: Page, paths: Iterable[str], at: datetime, index: Index) -> list[Finished]:
    """Make some files; one that cannot be made holds up no other."""
    found = (_made(page, path, at, index) for path in paths)
    return [each for each in found if each is not None]


def beside(paths: Iterable[str]) -> list[list[str]]:
    """Put each page and its twin together, in their order: rendered once, they are cheap twice."""
    return [list(group) for _stem, group in groupby(paths, stem_of)]


def stem_of(path: str) -> str:
    """What the path of a page and that of its twin have in common."""
    return path.removesuffix(SUFFIX).rstrip("/")


def _made(page: Page, path: str, at: datetime, index: Index) -> Finished | None:
    try:
        return finished(page, path, at)
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:
        # What is read after this in the same snapshot would fail for it, too.
        index.postpone(path)
        raise
    except Exception:
        logger.exception("%s of %s cannot be made; what stands there goes on standing", path, page)
        index.postpone(path)
        return None
