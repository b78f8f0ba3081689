"""What is held, one channel or everything: what it would tell waits, and is told afterwards."""

from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from incidents.models import Page
from notifications.channels import channel_named
from people.actors import Actor


class PauseQuerySet(models.QuerySet["Pause"]):
    """Ways to pick pauses."""

    def standing(self) -> Self:
        """Those that nobody has ended yet."""
        return self.filter(ended_at__isnull=True)

    def everywhere(self) -> Self:
        """Those of all channels of all pages."""
        return self.filter(page=None)

    def of(self, page: Page) -> Self:
        """Those by which something was held on this page."""
        return self.filter(Q(page=page) | Q(page=None))


class Pause(models.Model):
    """One stretch of time in which nothing leaves a page over a channel; without them, at all."""

    page = models.ForeignKey(Page, models.CASCADE, null=True, related_name="pauses")
    channel = models.CharField(max_length=16, blank=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "channel"],
                condition=Q(ended_at__isnull=True),
                name="pause_once",
            ),
            models.UniqueConstraint(
                fields=["channel"],
                condition=Q(ended_at__isnull=True, page__isnull=True),
                name="pause_once_everywhere",
            ),
            models.CheckConstraint(
                condition=Q(page__isnull=True, channel="")
                | (Q(page__isnull=False) & ~Q(channel="")),
                name="pause_of_a_channel_or_of_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.page}" if self.page else "everything"

    @classmethod
    def begin(cls, page: Page, channel: str, *, by: Actor, at: datetime) -> "Pause":
        """Holds a channel; asked twice it is held once. Raises ValidationError on "channel"."""
        name = channel_named(channel).name
        with page.writing(by=by, at=at) as journal:
            pause, begun = cls.objects.standing().get_or_create(
                page=page, channel=name, ended_at=None, defaults={"begun_at": at}
            )
            if begun:
                journal.append("channel.paused", pause, after={"channel": name})
        return pause

    @classmethod
    @transaction.atomic
    def begin_everywhere(cls, *, by: Actor, at: datetime) -> "Pause":
        """Holds all pages, those that are founded meanwhile too; asked twice they are held once."""
        pause, begun = cls.objects.standing().get_or_create(
            page=None, channel="", ended_at=None, defaults={"begun_at": at}
        )
        if begun:
            pause._note_everywhere("telling.paused", by, at)
        return pause

    @transaction.atomic
    def end(self, *, by: Actor, at: datetime) -> None:
        """Lets it tell again: what waited is due at once, unless something newer replaces it."""
        if self.page is None:
            if self._ended(at):
                self._note_everywhere("telling.resumed", by, at)
            return
        with self.page.writing(by=by, at=at) as journal:
            if self._ended(at):
                journal.append("channel.resumed", self, before={"channel": self.channel})

    def _ended(self, at: datetime) -> bool:
        return Pause.objects.standing().filter(pk=self.pk).update(ended_at=at) == 1

    def _note_everywhere(self, kind: str, by: Actor, at: datetime) -> None:
        """Stands in the journal of every page, and wakes the telling of each."""
        for page in Page.objects.order_by("pk"):
            with page.writing(by=by, at=at) as journal:
                journal.append(kind, self)


def held() -> Q:
    """Whether a row with `page` and `channel` is held now, its channel or everything."""
    standing = Pause.objects.standing()
    mine = standing.filter(page=OuterRef("page"), channel=OuterRef("channel"))
    # Apart from each other, so that what holds for all is asked once and not for each row.
    return Exists(mine) | Exists(standing.everywhere())
