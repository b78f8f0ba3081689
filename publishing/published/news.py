"""What is new on a page since its record was last read, and which files that touches."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from incidents.models import Event, Page
from publishing.published import inventory
from publishing.published.build import build
from publishing.published.due import fallen_due, next_moment
from publishing.published.gathering import Touched
from publishing.published.inventory import Plan, Stage, soonest
from publishing.published.shelf import ASSETS, Shelf
from publishing.published.touching import touched_by
from publishing.seen import seen

# Beyond so many events nobody sorts out what they touch.
MANY_EVENTS: Final = 1000
SKEW: Final = timedelta(seconds=60)


def news(page: Page, shelf: Shelf, at: datetime) -> tuple[Plan, dict[str, str]]:
    """What has to be made anew, and the marks of up to where the record was read for that."""
    plan, event = _news(page, shelf, shelf.index.marks(), at)
    fresh = {"event": str(event), "version": str(page.version), "build": build()}
    return plan, fresh | {"until": at.isoformat(), "recorded": _recorded(page, event)}


def whole(page: Page, shelf: Shelf, at: datetime) -> Plan:
    """Every file that the page has, and whatever else stands there: it may have to go."""
    kept = [each.path for each in shelf.index.files() if not each.path.startswith(ASSETS)]
    known = dict.fromkeys([*kept, *shelf.orphans()], Stage.REST)
    return soonest(known, inventory.everything(page, at))


def is_told(page: Page, marks: Mapping[str, str]) -> bool:
    """Whether something happened since the record was read that readers may see.

    Of a record or a build that was not read before, all is told anew, in its order.
    """
    if marks.get("build") != build() or marks["version"] == str(page.version):
        return False
    return seen(page.events.filter(pk__gt=int(marks["event"]))).exists()


def _news(page: Page, shelf: Shelf, marks: dict[str, str], at: datetime) -> tuple[Plan, int]:
    """What has to be made anew, and the last event that was read for that."""
    newest = page.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    if marks.get("build") != build() or not _goes_on(page, marks, at):
        return whole(page, shelf, at), newest
    plan: Plan = {}
    if marks["version"] != str(page.version):
        plan = _touched(page, shelf, int(marks["event"]), at)
    until = datetime.fromisoformat(marks["until"])
    if next_moment(page, until) <= at:
        plan = soonest(plan, fallen_due(page, until, at))
    return plan, newest


def _touched(page: Page, shelf: Shelf, since: int, at: datetime) -> Plan:
    """What the events after `since` touch: nothing, where readers see nothing of them."""
    fresh = seen(Event.objects.filter(page=page, pk__gt=since))
    events = list(fresh.order_by("pk")[: MANY_EVENTS + 1])
    if not events:
        return {}
    found = Touched.of(events)
    if found.everything or len(events) > MANY_EVENTS:
        return whole(page, shelf, at)
    return touched_by(page, found, at)


def _goes_on(page: Page, marks: dict[str, str], at: datetime) -> bool:
    """Whether this is the record that was read before, and the clock that was on then.

    A record that was restored from a copy has lost what came after it, or tells something else.
    """
    same = marks["recorded"] == _recorded(page, int(marks["event"]))
    return same and datetime.fromisoformat(marks["until"]) < at + SKEW


def _recorded(page: Page, event: int) -> str:
    """When an event was written down, which tells it from another one under its number."""
    found = page.events.filter(pk=event).values_list("recorded_at", flat=True).first()
    return found.isoformat() if found else ""
