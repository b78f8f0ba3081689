"""A verb of planned work says what it did: one update, one event."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from incidents.models.story.update import Update, Wording

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.site.component import Component
    from incidents.models.story.incident import Incident


def say(
    journal: "Journal",
    maintenance: "Incident",
    words: Wording,
    *,
    status: str,
    notify: bool,
    event: str,
    levels: "Mapping[Component, str] | None" = None,
    moment: datetime | None = None,
) -> Update:
    """Append the update of a verb within its transaction, and the event that tells it."""
    update = Update.append(
        journal, maintenance, words, status=status, levels=levels or {},
        moment=moment or journal.at, happened_at=moment, notify=notify,
    )  # fmt: skip
    maintenance.tell(journal, event, update)
    return update
