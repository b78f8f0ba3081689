"""When the record of a page last changed, and so how new anything made from it can be."""

from datetime import datetime

from incidents.models import Page


def last_change(page: Page) -> datetime:
    """The instant of the newest event of the page's journal; one query."""
    newest = page.events.order_by("-pk").values_list("recorded_at", flat=True).first()
    return newest or page.created_at
