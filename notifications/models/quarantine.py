"""An endpoint that fails and fails is left alone, its owner is told, and in the end it is gone."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction
from django.db.models import F, Q

from notifications.kinds import Stream
from notifications.models.sign_up import DoubleOptIn, State
from notifications.outcomes import Outcome, Verdict

FAILURES: Final = 10
FAILING_FOR: Final = timedelta(hours=1)
PURGED_AFTER: Final = timedelta(days=90)
REASON: Final = "quarantined"
"""Under which a mail to the owner carries why."""


class Quarantinable(DoubleOptIn):
    """A subscription whose destination answers for itself."""

    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def note_success(self) -> None:
        """A delivery arrived: earlier failures no longer count."""
        if self.failures:
            self._mine.update(failures=0, failing_since=None)

    def note_failure(self, at: datetime, why: str = "") -> None:
        """A delivery failed: ten over an hour put the subscription into quarantine."""
        self._mine.filter(failing_since__isnull=True).update(failing_since=at)
        self._mine.update(failures=F("failures") + 1)
        worn = self._mine.filter(failures__gte=FAILURES, failing_since__lte=at - FAILING_FOR)
        if worn.exists():
            self.quarantine(at, why)

    def answers_for(self, lane: str, outcome: Outcome) -> bool:
        """Whether its destination failed: an endpoint, or a chat that refuses a reader's."""
        # What has no settings of its own goes over the operator's account, which fails instead.
        own = not self.is_of_staff and lane == "chats" and bool(self.config)
        return lane == "webhooks" or (own and outcome.verdict is Verdict.FAILED)

    def quarantine(self, at: datetime, why: str = "") -> None:
        """Takes a dead endpoint out of the round until somebody looks at it; its owner is told."""
        told = self._mine.filter(state=State.CONFIRMED)
        with transaction.atomic():
            fresh = told.update(state=State.QUARANTINED, ended_at=at)
            if fresh and self.mailbox:
                self.mail(Stream.PERSONAL, at, **{REASON: why})

    def put_back(self) -> bool:
        """Takes it out of quarantine; False when it was not in it."""
        changed = {"state": State.CONFIRMED, "failures": 0, "failing_since": None}
        held = self._mine.filter(state=State.QUARANTINED)
        return held.update(ended_at=None, **changed) == 1

    @classmethod
    def purge(cls, at: datetime) -> int:
        """Forgets readers' own that have been in quarantine for ninety days; returns how many."""
        long_ago = cls._default_manager.filter(ended_at__lt=at - PURGED_AFTER)
        return (
            long_ago.filter(state=State.QUARANTINED)
            .exclude(cls.looked_after_by_staff())
            .delete()[0]
        )

    @classmethod
    def looked_after_by_staff(cls) -> Q:
        """What staff looks after, and takes away when it likes."""
        return Q(contact="")

    @property
    def _mine(self) -> "models.QuerySet[Quarantinable]":
        return type(self)._default_manager.filter(pk=self.pk)
