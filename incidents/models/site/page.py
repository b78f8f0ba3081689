"""A status site; everything hangs on one."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, validate_email, validate_slug
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _

from incidents import doorbell
from incidents.core import checks, weighing, zones
from incidents.core.days import Counting
from incidents.core.viewers import PUBLIC, Viewer, let_in_to
from incidents.models.fields import PublicIdField
from incidents.models.guarding import guarded
from incidents.models.journal import Journal
from incidents.models.site.day import renew
from people.actors import Actor


def default_weights() -> dict[str, str]:
    """Return Statuspage's weights: how much of an hour at a level counts as downtime."""
    return {"major_outage": "1", "partial_outage": "0.3", "degraded_performance": "0"}


def readable(path: str = "") -> Q:
    """The pages at the end of `path` ("page__") that anybody may read who is looking now.

    What is compiled once for everybody must not hold it.
    """
    public, opened = Q((f"{path}visibility", Page.Visibility.PUBLIC)), let_in_to()
    return public if opened is None else public | Q((f"{path}pk", opened))


class PageQuerySet(models.QuerySet["Page"]):
    """Ways to pick pages."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the pages that `viewer` may read."""
        return self if viewer is not PUBLIC else self.filter(readable())


class Page(models.Model):
    """One status site: its name, its address, its clock and its manners."""

    class Visibility(models.TextChoices):
        """Who may read the site."""

        PUBLIC = "public", _("Everybody")
        PRIVATE = "private", _("Staff, and whoever is let in")

    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    host_name = models.CharField(max_length=253, blank=True)
    base_url = models.URLField(blank=True, help_text=_("Where readers find it; SITE_URL if blank."))
    is_front = models.BooleanField(default=False, help_text=_("Answers at the root of SITE_URL."))
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=12, default="en")
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    tell_delay_seconds = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(30)]
    )
    silence_limit_minutes = models.PositiveIntegerField(default=120)
    on_call_email = models.EmailField(
        blank=True, help_text=_("Whom to warn before a promise falls due, and in silence.")
    )
    warn_minutes = models.PositiveSmallIntegerField(
        default=10, help_text=_("How long before a promise falls due staff are warned.")
    )
    languages = models.JSONField(
        default=list, blank=True, help_text=_("Further languages of update texts, as codes.")
    )
    takes_messages = models.BooleanField(
        default=True, help_text=_("Readers may ask, and say that they are still affected.")
    )
    shows_reach = models.BooleanField(
        default=True, help_text=_("Readers see how many were told of each update, and by when.")
    )
    takes_slack = models.BooleanField(
        default=True, help_text=_("Readers may have their own Slack channel told.")
    )
    postmortem_review = models.BooleanField(
        default=False, help_text=_("Somebody else has to approve a postmortem.")
    )
    postmortem_days = models.PositiveSmallIntegerField(
        default=7, help_text=_("Days after which a major incident should have one; 0 for never.")
    )
    sender_name = models.CharField(max_length=120, blank=True)
    sender_email = models.EmailField(blank=True)
    support_url = models.URLField(blank=True)
    uptime_weights = models.JSONField(default=default_weights)
    uptime_excludes = models.JSONField(
        default=list, blank=True, help_text=_("Kinds of harm that do not count against uptime.")
    )
    days_until = models.DateField(
        null=True,
        editable=False,
        help_text=_("Days before this one are kept as derived rows; later ones are worked out."),
    )
    version = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(help_text=_("The latest instant that the record knows."))
    created_at = models.DateTimeField()

    objects = PageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host_name"], condition=~Q(host_name=""), name="page_host_unique"
            ),
            models.UniqueConstraint(
                fields=["is_front"], condition=Q(is_front=True), name="page_one_front"
            ),
            models.CheckConstraint(
                condition=Q(tell_delay_seconds__lte=30), name="page_tell_delay_bounded"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def found(
        cls, *, name: str, slug: str, by: Actor, at: datetime, time_zone: str = "UTC", **rest: Any
    ) -> "Page":
        """Create a page; the first one answers at the root of SITE_URL.

        Raises ValidationError on "name", "slug", "host_name", "time_zone" or "sender_email".
        """
        name = checks.line(name, field="name", limit=120)
        given = {"slug": slug, "time_zone": time_zone} | rest
        _check_settings(given)
        with transaction.atomic():
            _check_unused(cls.objects.all(), given)
            page = cls.objects.create(
                name=name,
                slug=slug,
                time_zone=time_zone,
                created_at=at,
                changed_at=at,
                is_front=not cls.objects.exists(),
                **rest,
            )
            with page.writing(by=by, at=at) as journal:
                journal.append("page.founded", page, after={"name": name, "slug": slug})
        return page

    def change(self, *, by: Actor, at: datetime, seen: str = "", **changes: Any) -> None:
        """Change settings of this page; the same checks as `found`, and the same errors."""
        if "name" in changes:
            changes["name"] = checks.line(changes["name"], field="name", limit=120)
        _check_settings(changes)
        with self.writing(by=by, at=at) as journal:
            changes = guarded(journal, self, seen, changes)
            _check_unused(Page.objects.exclude(pk=self.pk), changes)
            before = Page.objects.values(*changes).get(pk=self.pk) if changes else {}
            for name, value in changes.items():
                setattr(self, name, value)
            fields = list(changes)
            if any(name in changes and before[name] != changes[name] for name in COUNTED_BY):
                self.days_until = None
                fields.append("days_until")
            self.save(update_fields=fields)
            journal.append("page.changed", self, before=before, after=changes)

    @contextmanager
    def writing(self, *, by: Actor, at: datetime) -> Iterator[Journal]:
        """Open the one way to change the record of this page.

        One transaction, the page's row locked (so one writer a page, events in order of their
        ids), a journal to append to; the doorbell rings after the commit.
        """
        with transaction.atomic():
            # Not even a long fan-out, whose rows point at this page, holds a writer up.
            held = Page.objects.select_for_update(no_key=True).only("pk", "days_until", *COUNTED_BY)
            locked = held.get(pk=self.pk)
            journal = Journal(page=self, by=by, at=at)
            yield journal
            renew(locked, journal.touched, at)
            changed_at = Greatest(F("changed_at"), Value(at, models.DateTimeField()))
            Page.objects.filter(pk=self.pk).update(version=F("version") + 1, changed_at=changed_at)
            transaction.on_commit(partial(doorbell.ring, self.pk), robust=True)

    @property
    def is_private(self) -> bool:
        """Whether only staff may read it, and whoever they let in."""
        return self.visibility == Page.Visibility.PRIVATE

    @property
    def zone(self) -> ZoneInfo:
        """The page's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def counting(self) -> Counting:
        """How uptime is counted here."""
        return Counting(self.uptime_weights, {each["kind"] for each in self.uptime_excludes})

    @property
    def site(self) -> str:
        """The page's own address, without a slash at its end."""
        if self.base_url:
            return self.base_url.rstrip("/")
        if self.host_name:
            return f"{urlsplit(settings.SITE_URL).scheme}://{self.host_name}"
        # A private one leaves the root to a page that everybody may read.
        is_root = self.is_front and not self.is_private
        return settings.SITE_URL if is_root else f"{settings.SITE_URL}/pages/{self.slug}"

    @property
    def has_host(self) -> bool:
        """Whether its address is a host name of its own."""
        return bool(self.host_name) and not self.base_url

    def url(self, path: str = "") -> str:
        """Return the absolute address of `path` ("incidents/abc/") on this page."""
        return f"{self.site}/{path}"

    def path(self, path: str = "") -> str:
        """Return the same address without scheme and host, for links within the page."""
        return f"{urlsplit(self.site).path}/{path}"

    def tell_after(self, by: Actor, at: datetime) -> datetime:
        """Return when telling may begin: staff get the page's delay, automation gets none."""
        delay = self.tell_delay_seconds if by.face == "console" else 0
        return at + timedelta(seconds=delay)


def _check_settings(settings_given: dict[str, Any]) -> None:
    for field, check in _CHECKS.items():
        if field in settings_given:
            try:
                check(settings_given[field])
            except ValidationError as error:
                raise ValidationError({field: error.messages}) from error


def _check_unused(others: PageQuerySet, given: dict[str, Any]) -> None:
    for field in ("slug", "host_name"):
        if given.get(field) and others.filter(**{f"{field}__iexact": given[field]}).exists():
            raise checks.refusal(field, f"Another page is “{given[field]}” already.")


def _check_host(name: str) -> None:
    """A host of its own: not what stands for the whole site, which is the front page's."""
    if name and not _HOST.fullmatch(name):
        raise ValidationError(f"“{name}” is no host name; use one like status.example.com.")
    if name.lower() == urlsplit(settings.SITE_URL).hostname:
        raise ValidationError(f"“{name}” is where all pages are; leave this empty.")


def _check_sender_name(name: str) -> None:
    checks.line(name, field="sender_name", limit=120, required=False)


def _check_language(code: str) -> None:
    written = code.lower().replace("_", "-")
    if not check_for_language(written):
        raise ValidationError(f"“{code}” is no language; use a code like en or pt-br.")
    if code != written:
        raise ValidationError(f"“{code}” stands in addresses as “{written}”; write it so.")


def _check_on_call(address: str) -> None:
    if address:
        validate_email(address)


def _check_warning(minutes: int) -> None:
    if not 1 <= minutes <= A_DAY:
        raise ValidationError(f"Staff are warned 1 to {A_DAY} minutes before.")


def _check_silence(minutes: int) -> None:
    if not 1 <= minutes <= 7 * A_DAY:
        raise ValidationError(f"The limit is 1 to {7 * A_DAY} minutes.")


def _check_languages(codes: list[str]) -> None:
    for code in codes:
        _check_language(code)
    if len(set(codes)) < len(codes):
        raise ValidationError("One of these is named twice; name each language once.")


def _check_sender(address: str) -> None:
    if address:
        validate_email(address)


def _check_zone(name: str) -> None:
    if name not in zones.names():
        raise ValidationError(f"“{name}” is no time zone; use a name like Europe/Berlin or UTC.")


def _check_delay(seconds: int) -> None:
    if not 0 <= seconds <= 30:
        raise ValidationError("Telling can wait for 0 to 30 seconds.")


COUNTED_BY: Final = ("time_zone", "uptime_weights", "uptime_excludes")
# In minutes.
A_DAY: Final = 1440
_HOST: Final = re.compile(r"(?i)[a-z0-9-]+(\.[a-z0-9-]+)*")
_CHECKS: Final[dict[str, Callable[[Any], None]]] = {
    "slug": validate_slug,
    "time_zone": _check_zone,
    "host_name": _check_host,
    "language": _check_language,
    "languages": _check_languages,
    "on_call_email": _check_on_call,
    "warn_minutes": _check_warning,
    "silence_limit_minutes": _check_silence,
    "sender_name": _check_sender_name,
    "sender_email": _check_sender,
    "tell_delay_seconds": _check_delay,
    "uptime_weights": weighing.check_weights,
    "uptime_excludes": weighing.check_excludes,
}
