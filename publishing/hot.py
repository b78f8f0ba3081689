"""Rendered artefacts, kept for as long as nothing can have changed: same version, same moment."""

from collections import OrderedDict
from datetime import UTC, datetime
from threading import Lock
from typing import Final

from incidents.core.viewers import limited_to
from incidents.models import Page
from publishing.artefact import Artefact
from publishing.rendering import render
from publishing.seen import changed_at

GRAIN_SECONDS: Final = 15
MOST: Final = 500

# What whoever is looking may see of the page, too: they are not shown what others are.
type Key = tuple[str, int, str, datetime, frozenset[int] | None]

_kept: OrderedDict[Key, Artefact] = OrderedDict()
_lock = Lock()
# Whoever wants what is being rendered waits for it: a crowd of readers costs one rendering.
_desks: Final = [Lock() for _ in range(16)]


def rendered(page: Page, path: str, now: datetime) -> Artefact:
    """Return what stands at `path` now, rendered at most once per version and quarter minute."""
    at = moment_of(page, now)
    key = (page.public_id, page.version, path, at, limited_to())
    if (found := _kept.get(key)) is not None:
        return _keep(key, found)
    with _desks[hash(key) % len(_desks)]:
        return _kept.get(key) or _keep(key, render(page, path, at))


def moment_of(page: Page, now: datetime) -> datetime:
    """The instant to render: a quarter minute, so that equal records give equal bytes.

    Never one before the last change: what began a second ago must not wait for the next quarter.
    To whoever sees a part, the rest tells not even by a second when something happens to it.
    """
    seconds = int(now.timestamp()) // GRAIN_SECONDS * GRAIN_SECONDS
    quarter = datetime.fromtimestamp(seconds, tz=UTC)
    last = page.changed_at if limited_to() is None else changed_at(page)
    return max(quarter, min(last, now))


def _keep(key: Key, artefact: Artefact) -> Artefact:
    with _lock:
        _kept[key] = artefact
        _kept.move_to_end(key)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return artefact
