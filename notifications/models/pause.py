"""A channel that is held: what it would tell waits, and is told when it is resumed."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from incidents.models import Page
from notifications.channels import channel_named
from people.actors import Actor


class PauseQuerySet(models.QuerySet["Pause"]):
    """Ways to pick pauses."""

    def standing(self) -> Self:
        """Those that nobody has ended yet."""
        return self.filter(ended_at__isnull=True)


class Pause(models.Model):
    """One stretch of time in which nothing leaves a page over a channel."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="pauses")
    channel = models.CharField(max_length=16)
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
        ]

    def __str__(self) -> str:
        return f"{self.channel} of {self.page}"

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

    def end(self, *, by: Actor, at: datetime) -> None:
        """Lets it tell again: what waited is due at once, unless something newer replaces it."""
        with self.page.writing(by=by, at=at) as journal:
            if Pause.objects.standing().filter(pk=self.pk).update(ended_at=at):
                journal.append("channel.resumed", self, before={"channel": self.channel})


def held() -> Exists:
    """Whether the channel of a row with `page` and `channel` is held now."""
    mine = Pause.objects.standing().filter(page=OuterRef("page"), channel=OuterRef("channel"))
    return Exists(mine)
