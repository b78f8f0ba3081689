"""Something to read that is neither trouble nor planned work; it stands until it is ended."""

from datetime import datetime
from typing import Any

from django.db import models

from incidents.core import checks
from incidents.core.lifecycles import Kind, Status, check_step
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
        **wording: Any,
    ) -> "Announcement":
        """Say something on the front page. Raises ValidationError on "title" or "body"."""
        words, title = Wording.of(body=body, **wording), checks.line(title, field="title")
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
            )
            update = Update.append(
                journal, announcement, words, status=Status.PUBLISHED, levels={}, moment=at,
                notify=notify,
            )  # fmt: skip
            announcement.tell(journal, "announcement.published", update)
        return announcement

    def end(self, *, body: str, by: Actor, at: datetime, notify: bool = True) -> Update:
        """Take it off the front page; it stays in the history."""
        words = Wording.of(body=body)
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            if not self.is_open:
                raise checks.refusal("status", "This has been ended already.")
            check_step(self.kind, self.status, Status.ENDED)
            self.resolved_at = at
            self.save(update_fields=["resolved_at"])
            update = Update.append(
                journal, self, words, status=Status.ENDED, levels={}, moment=at, notify=notify
            )
            self.tell(journal, "announcement.ended", update)
        return update
