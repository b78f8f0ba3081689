"""The state of somebody else's service, read from their Statuspage-shaped page."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.impacts import Source
from incidents.core.levels import Level
from incidents.models.fields import PublicIdField
from incidents.models.story.window import ImpactWindow
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.site.component import Component

SUMMARY: Final = "/api/v2/summary.json"
LONGEST_WAIT: Final = timedelta(hours=1)
NOTED_AFTER: Final = timedelta(hours=1)
BY: Final = Actor.system("mirror")


class Mirror(models.Model):
    """One component of ours that follows one of theirs, or their page as a whole."""

    component = models.OneToOneField("incidents.Component", models.CASCADE, related_name="mirror")
    public_id = PublicIdField()
    url = models.URLField()
    remote_component = models.CharField(max_length=120, blank=True)
    every_minutes = models.PositiveSmallIntegerField(default=5)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failure_noted_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When staff were told that it cannot be read.")
    )
    problem = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.component_id} follows {self.url}"

    @classmethod
    def follow(
        cls,
        component: "Component",
        url: str,
        *,
        by: Actor,
        at: datetime,
        remote_component: str = "",
        every_minutes: int = 5,
    ) -> "Mirror":
        """Let a component follow a Statuspage-shaped page: all of it, or one component of theirs.

        Raises ValidationError on "url", "remote_component" or "every_minutes".
        """
        url = _checked_url(url)
        remote = checks.line(remote_component, field="remote_component", limit=120, required=False)
        if not 1 <= every_minutes <= 1440:
            raise checks.refusal("every_minutes", "Read it every 1 to 1440 minutes.")
        fields = {"url": url, "remote_component": remote, "every_minutes": every_minutes}
        with component.page.writing(by=by, at=at) as journal:
            fresh = dict.fromkeys(("asked_at", "read_at", "failing_since", "failure_noted_at"))
            mirror, _made = cls.objects.update_or_create(
                component=component,
                defaults=fields | fresh | {"problem": ""},
                create_defaults=fields | {"created_at": at},
            )
            journal.append("mirror.followed", component, after=fields)
        return mirror

    def stop(self, *, by: Actor, at: datetime) -> None:
        """Follow it no longer; the level stays as it was last read, to be set by hand."""
        with self.component.page.writing(by=by, at=at) as journal:
            journal.append("mirror.stopped", self.component, before={"url": self.url})
            self.delete()

    def saw(self, level: str, *, at: datetime) -> bool:
        """Take what was read; returns whether the component's level changed."""
        level = Level(checks.choice(level, Level.values, field="level"))
        self._note(read_at=at, failing_since=None, failure_noted_at=None, problem="")
        if self._held() == level:
            # Read again and again, and nearly always the same: nobody waits for the page's lock.
            return False
        with self.component.page.writing(by=BY, at=at) as journal:
            held = self._held()
            if held != level:
                ImpactWindow.turn(self.component, level, source=Source.BASELINE, moment=at, at=at)
                journal.append(
                    "component.level_set",
                    self.component,
                    before={"level": held},
                    after={"level": level},
                    tell=True,
                )
        return held != level

    def failed(self, problem: str, *, at: datetime) -> None:
        """Keep the last level; staff are told once it could not be read for an hour."""
        self._note(failing_since=self.failing_since or at, problem=problem[:255])
        if self.failure_noted_at or at - (self.failing_since or at) < NOTED_AFTER:
            return
        with self.component.page.writing(by=BY, at=at) as journal:
            self._note(failure_noted_at=at)
            journal.append("mirror.unreadable", self.component, after={"url": self.url})

    def claim(self, *, at: datetime) -> bool:
        """Whether it is to be read now, by us: of two clocks only one is told so."""
        if self.asked_at is not None and at < self.asked_at + self.wait:
            return False
        claimed = type(self).objects.filter(pk=self.pk, asked_at=self.asked_at).update(asked_at=at)
        return bool(claimed)

    @property
    def wait(self) -> timedelta:
        """How long until it is asked again; ever longer while it fails, up to an hour."""
        usual = timedelta(minutes=self.every_minutes)
        if self.failing_since is None or self.asked_at is None:
            return usual
        return max(usual, min(self.asked_at - self.failing_since, LONGEST_WAIT))

    @property
    def host(self) -> str:
        """Whom it follows, in short."""
        return urlsplit(self.url).hostname or self.url

    def _held(self) -> Level:
        windows = ImpactWindow.objects.current().filter(
            component=self.component, source=Source.BASELINE, end=None
        )
        window = windows.first()
        return Level(window.level) if window else Level.OPERATIONAL

    def _note(self, **changes: datetime | str | None) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))


def _checked_url(url: str) -> str:
    url = url.strip()
    if not url:
        raise checks.refusal("url", "Name the page to follow, like https://status.example.com.")
    if "://" not in url:
        url = f"https://{url}"
    checks.web_address(url, field="url")
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise checks.refusal("url", "Leave out name and password: only public pages are followed.")
    address = url if parts.path.endswith(".json") else f"{url.rstrip('/')}{SUMMARY}"
    if len(address) > 200:
        raise checks.refusal("url", f"At most 200 characters; these are {len(address)}.")
    return address
