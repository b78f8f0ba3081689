"""Days of uptime kept by the clock, rebuilt on demand, and compared with the record."""

from datetime import date, datetime

from incidents.core.calendar import day_of
from incidents.models import Page
from incidents.models.site.day import Difference, earliest
from people.actors import Actor


def turn_days(*, at: datetime) -> int:
    """Keep the days that are over by now, on every page whose own midnight has passed."""
    return sum(_turn(page, at) for page in Page.objects.order_by("pk") if _is_behind(page, at))


def rebuild(page: Page, *, by: Actor, at: datetime) -> int:
    """Derive every kept day of a page anew; returns how many were not as they should be."""
    with page.writing(by=by, at=at):
        page.refresh_from_db()
        until = day_of(at, page.zone)
        touched = difference(page, until).settle()
        _keep_until(page, until)
    return touched


def difference(page: Page, until: date | None = None) -> Difference:
    """Return where the kept days of a page and its windows disagree; nothing, if all is well."""
    until = until or page.days_until
    start = earliest(page)
    if start is None or until is None or start >= until:
        return Difference({}, [])
    return Difference.of(page, start, until)


def _is_behind(page: Page, at: datetime) -> bool:
    return page.days_until is None or page.days_until < day_of(at, page.zone)


def _turn(page: Page, at: datetime) -> int:
    """Take one midnight, or several; another clock that was quicker is no error."""
    by = Actor.system("clock")
    with page.writing(by=by, at=at):
        page.refresh_from_db()
        until = day_of(at, page.zone)
        if page.days_until is None:
            touched = difference(page, until).settle()
        elif page.days_until < until:
            touched = Difference.of(page, page.days_until, until).settle()
        else:
            return 0
        _keep_until(page, until)
    return touched


def _keep_until(page: Page, until: date) -> None:
    page.days_until = until
    page.save(update_fields=["days_until"])
