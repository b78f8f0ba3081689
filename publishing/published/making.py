"""One file of a page as of an instant, and what becomes of one that cannot be made."""

import logging
from datetime import datetime

from django.db import DatabaseError, InterfaceError, OperationalError

from incidents.models import Page
from publishing.artefact import Artefact, Missing, Moved
from publishing.core.paths import SUFFIX, page_of
from publishing.published.finished import Elsewhere, Finished, Gone
from publishing.published.shelf import Shelf
from publishing.rendering import render, retell

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


def made(page: Page, path: str, at: datetime, shelf: Shelf) -> list[Finished]:
    """Make a file; one that cannot be made is put aside, and holds up no other."""
    try:
        return [_retold(page, path, shelf) or finished(page, path, at)]
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError:
        # What is read after this in the same snapshot would fail for it, too.
        shelf.index.postpone(path)
        raise
    except Exception:
        logger.exception("%s of %s cannot be made; what stands there goes on standing", path, page)
        shelf.index.postpone(path)
        return []


def _retold(page: Page, path: str, shelf: Shelf) -> Artefact | None:
    """The twin of a page that stands as it should: told from there, it costs no second rendering.

    So a turn may end between a page and its twin.
    """
    if not path.endswith(SUFFIX):
        return None
    html = shelf.settled(page_of(path.removesuffix(SUFFIX)))
    return retell(page, html) if html else None
