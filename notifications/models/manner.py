"""How somebody is told: in whose time, not at night, once a day; and of a month that is over."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.core import zones
from incidents.core.calendar import Period, day_of, midnight
from incidents.models import Page
from notifications.models.quarantine import Quarantinable

HOURS: Final = range(24)
# Of its reader's clock, on the first morning after the month.
REPORT_HOUR: Final = 9


class Mannered(Quarantinable):
    """A destination that is told in a manner of its own."""

    time_zone = models.CharField(max_length=64, blank=True)
    quiet_from = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(23)])
    quiet_until = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(23)])
    woken_by_major = models.BooleanField(default=True)
    digest_hour = models.PositiveSmallIntegerField(null=True, validators=[MaxValueValidator(23)])
    digest_since = models.DateTimeField(null=True)
    digest_due_at = models.DateTimeField(null=True)
    report_month = models.DateField(null=True)
    """The first day of the month that is told of next, by the page's calendar."""
    report_due_at = models.DateTimeField(null=True)
    incident_id: int | None

    class Meta:
        abstract = True

    @property
    def zone(self) -> ZoneInfo:
        """Whose clock is meant: its owner's, or the page's."""
        return ZoneInfo(self.time_zone or self.page.time_zone)

    def asleep_until(self, at: datetime) -> datetime | None:
        """When its quiet hours end; None while there are none."""
        start, end = self.quiet_from, self.quiet_until
        if start is None or end is None:
            return None
        quiet = is_quiet(at.astimezone(self.zone).hour, start, end)
        return next_hour(end, self.zone, at) if quiet else None

    def arrange(
        self,
        *,
        at: datetime,
        time_zone: str = "",
        quiet_from: int | None = None,
        quiet_until: int | None = None,
        woken_by_major: bool = True,
        digest_hour: int | None = None,
        monthly_report: bool = False,
    ) -> None:
        """Is told in this manner from now on.

        News waits from `quiet_from` until `quiet_until`, whole hours by the owner's clock, unless
        it is of a major outage and they are `woken_by_major`. With a `digest_hour` one mail a day
        says what happened; a `monthly_report` says how the uptime was. Raises ValidationError on
        "time_zone", "quiet", "digest_hour" or "monthly_report".
        """
        if time_zone and time_zone not in zones.names():
            raise ValidationError({"time_zone": [_("Pick a time zone.")]})
        _check_hours(quiet_from, quiet_until)
        if digest_hour is not None and (digest_hour not in HOURS or self.channel != "email"):
            raise ValidationError({"digest_hour": [_("Pick an hour.")]})
        if monthly_report and (self.channel != "email" or self.incident_id is not None):
            raise ValidationError({"monthly_report": [_("This is told by mail, of a whole page.")]})
        begins = self.digest_hour is None
        self.time_zone, self.woken_by_major = time_zone, woken_by_major
        self.quiet_from, self.quiet_until = quiet_from, quiet_until
        self.digest_hour = digest_hour
        if digest_hour is None:
            self.digest_since = self.digest_due_at = None
        else:
            self.digest_since = at if begins else self.digest_since
            self.digest_due_at = next_hour(digest_hour, self.zone, at)
        with transaction.atomic():
            self._owe_report(at, wanted=monthly_report)
            self.save(update_fields=_FIELDS)

    def keep_time(self, name: str, at: datetime) -> None:
        """Goes by the clock that a browser named; a name that is no zone's changes nothing."""
        if not zones.known(name):
            return
        self.time_zone = "" if name == self.page.time_zone else name
        if self.digest_hour is not None:
            self.digest_due_at = next_hour(self.digest_hour, self.zone, at)
        with transaction.atomic():
            self._owe_report(at, wanted=self.report_month is not None)
            self.save(update_fields=["time_zone", "digest_due_at", *_REPORT])

    def owe_report_of(self, month: Period) -> None:
        """Is told of this month of the page's calendar next, in the first waking hour after it."""
        due = next_hour(REPORT_HOUR, self.zone, midnight(month.end, self.page.zone))
        self.report_month, self.report_due_at = month.start, self.asleep_until(due) or due

    def _owe_report(self, at: datetime, *, wanted: bool) -> None:
        """Is told of the month that is owed already, whoever writes it now, or the running one."""
        mine = type(self)._default_manager.select_for_update().filter(pk=self.pk)
        owed = mine.values_list("report_month", flat=True).get()
        self.report_month = self.report_due_at = None
        if wanted:
            self.owe_report_of(Period.month(owed or day_of(at, self.page.zone)))


def asleep(
    audience: "models.QuerySet[Any]", page: Page, at: datetime
) -> Iterator[tuple[Q, datetime]]:
    """Who of an audience sleeps now, and until when: few pairs, however many people."""
    kept = audience.filter(quiet_from__isnull=False).order_by()
    for zone, start, end in kept.values_list("time_zone", "quiet_from", "quiet_until").distinct():
        clock = ZoneInfo(zone or page.time_zone)
        if is_quiet(at.astimezone(clock).hour, start, end):
            yield (
                Q(time_zone=zone, quiet_from=start, quiet_until=end),
                next_hour(end, clock, at),
            )


def is_quiet(hour: int, start: int, end: int) -> bool:
    """Whether an hour lies between two others, over midnight too."""
    return start <= hour < end if start < end else hour >= start or hour < end


def next_hour(hour: int, zone: ZoneInfo, at: datetime) -> datetime:
    """When a clock shows this hour next."""
    day = at.astimezone(zone).date()
    today = datetime.combine(day, time(hour), tzinfo=zone)
    return today if today > at else datetime.combine(
        day + timedelta(days=1), time(hour), tzinfo=zone
    )  # fmt: skip


def _check_hours(start: int | None, end: int | None) -> None:
    if (start is None) != (end is None) or (start is not None and start == end):
        raise ValidationError({"quiet": [_("Say from when until when.")]})
    if start is not None and (start not in HOURS or end not in HOURS):
        raise ValidationError({"quiet": [_("Pick an hour.")]})


_REPORT: Final = ["report_month", "report_due_at"]
_FIELDS: Final = [
    "time_zone", "quiet_from", "quiet_until", "woken_by_major",
    "digest_hour", "digest_since", "digest_due_at", *_REPORT,
]  # fmt: skip
