"""Turns a laid page into another state, says what the record holds: python -m proof.turn well."""

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "statuspage.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from incidents.core.levels import Level  # noqa: E402
from incidents.models import Component, Incident, Maintenance, Page  # noqa: E402
from incidents.reading import PageState  # noqa: E402
from people.actors import Actor  # noqa: E402

BY: Final = Actor.system("proof", face="command")


def main() -> None:
    """Turn the page, and print what readers have to be told of it."""
    page, at = Page.objects.get(), timezone.now()
    _TURNS[sys.argv[1]](page, at)
    page.refresh_from_db()
    print(json.dumps(_record(page, timezone.now())))


def _well(page: Page, at: datetime) -> None:
    for incident in page.incidents.filter(resolved_at=None, kind="incident"):
        incident.resolve(body="Mail can be read again.", by=BY, at=at)
    for work in Maintenance.objects.filter(page=page, resolved_at=None):
        work.complete(by=BY, at=at)


def _outage(page: Page, at: datetime) -> None:
    Incident.open(
        page,
        title="Mail cannot be read & sent",
        body="Senders see `Relay access denied`. We are **looking** into it.",
        levels=dict.fromkeys(page.components.all(), Level.MAJOR_OUTAGE),
        by=BY,
        at=at,
    )


def _maintenance(page: Page, at: datetime) -> None:
    _well(page, at)
    hit: list[Component] = list(page.components.all()[:1])
    Maintenance.schedule(
        page,
        title="New disks; and more",
        body="We replace disks.",
        start=at,
        end=at + timedelta(hours=1),
        further=[(at + timedelta(days=1), at + timedelta(days=1, hours=1))],
        components=hit,
        by=BY,
        at=at,
    )
    Maintenance.run_edges(at=at)


def _record(page: Page, at: datetime) -> dict[str, Any]:
    state = PageState.of(page, at=at)
    work = Maintenance.objects.filter(page=page).prefetch_related("scheduled_windows")
    return {
        "indicator": state.status.indicator,
        "description": state.status.description,
        "levels": {each.name: each.level for each in state.components},
        "components": {each.name: each.public_id for each in state.components},
        "incidents": {each.public_id: each.title for each in page.incidents.all()},
        "works": [each.public_id for each in work],
        "open": {each.public_id: each.title for each in state.incidents},
        "updates": sum(each.updates.count() for each in page.incidents.all()),
        "starts": [
            window.start.isoformat(timespec="seconds")
            for each in work
            for window in each.scheduled_windows.all()
        ],
    }


_TURNS: Final[dict[str, Callable[[Page, datetime], None]]] = {
    "well": _well,
    "outage": _outage,
    "maintenance": _maintenance,
}

if __name__ == "__main__":
    main()
