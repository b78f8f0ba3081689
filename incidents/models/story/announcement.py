"""Something to read that is neither trouble nor planned work; it stands until it is ended."""

from datetime import datetime
from typing import Any

from django.db import models

from incidents.core import checks, own_words
from incidents.core.instants import require_aware
from incidents.core.lifecycles import Kind, Status, check_step
from incidents.models.clock import CLOCK, one_by_one
from incidents.models.site.page import Page
from incidents.models.story.incident import Incident
from incidents.models.story.update import Update, Wording
from people.actors import Actor


class AnnouncementManager(models.Manager["Announcement"]):
    """Only announcements."""

    def get_queryset(self) -> models.QuerySet["Announcement"]:
        """Leave out incidents and planned work."""
        return super().get_queryset().filter(kind=Kind.ANNOUNCEMENT)


class Announcement(Incident):
    """An incident of kind announcement, with verbs of its own."""

    objects = AnnouncementManager()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True

    @classmethod
    def publish(
        cls,
        page: Page,
        *,
        title: str,
        body: str,
        by: Actor,
        at: datetime,
        notify: bool = True,
        pinned: bool = False,
        ends_at: datetime | None = None,
        **wording: Any,
    ) -> "Announcement":
        """Say something on the front page; a pinned one stands above other news.

        The clock takes it away at `ends_at`. Raises ValidationError on "title", "body" or
        "ends_at".
        """
        words, title = Wording.of(body=body, **wording), checks.line(title, field="title")
        _check_end(ends_at, at)
        with page.writing(by=by, at=at) as journal:
            announcement = cls.objects.create(
                page=page,
                kind=Kind.ANNOUNCEMENT,
                title=title,
                status=Status.PUBLISHED,
                started_at=at,
                published_at=at,
                created_at=at,
                updated_at=at,
                pinned=pinned,
                ends_at=ends_at,
            )
            update = Update.append(
                journal, announcement, words, status=Status.PUBLISHED, levels={}, moment=at,
                notify=notify,
            )  # fmt: skip
            announcement.tell(journal, "announcement.published", update)
        return announcement

    def place(
        self, *, by: Actor, at: datetime, pinned: bool, ends_at: datetime | None = None
    ) -> None:
        """Say where it stands and for how long. Raises ValidationError on "ends_at"."""
        _check_end(ends_at, at)
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            self._check_stands()
            before = {"pinned": self.pinned, "ends_at": self.ends_at}
            self.pinned, self.ends_at, self.updated_at = pinned, ends_at, at
            self.save(update_fields=["pinned", "ends_at", "updated_at"])
            after = {"pinned": pinned, "ends_at": ends_at}
            journal.append("announcement.placed", self, incident=self, before=before, after=after)

    @classmethod
    def end_due(cls, *, at: datetime) -> int:
        """Take away, in silence, what was to stand until now; returns how many."""
        due = cls.objects.filter(ends_at__lte=at, status=Status.PUBLISHED, withdrawn_at=None)
        return one_by_one(due.select_related("page"), lambda each: each._end_by_clock(at))

    def end(self, *, body: str, by: Actor, at: datetime, notify: bool = True) -> Update:
        """Take it off the front page; it stays in the history."""
        words = Wording.of_verb(self.page, body)
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            self._check_stands()
            check_step(self.kind, self.status, Status.ENDED)
            self.resolved_at = at
            self.save(update_fields=["resolved_at"])
            update = Update.append(
                journal, self, words, status=Status.ENDED, levels={}, moment=at, notify=notify
            )
            self.tell(journal, "announcement.ended", update)
        return update

    def _check_stands(self) -> None:
        if not self.is_open:
            raise checks.refusal("status", "This has been ended already.")

    def _end_by_clock(self, at: datetime) -> bool:
        """End it once, however many clocks there are."""
        with self.page.writing(by=CLOCK, at=at):
            self.refresh_from_db()
            if self.is_open and self.ends_at is not None and self.ends_at <= at:
                self.end(body=own_words.RAN_OUT, by=CLOCK, at=at, notify=False)
                return True
        return False


def _check_end(ends_at: datetime | None, at: datetime) -> None:
    if ends_at is not None and require_aware(ends_at, "ends_at") <= at:
        raise checks.refusal("ends_at", "This time has passed; choose a later one, or end it now.")
