"""Forms that were sent: a double click, a reload or a nervous thumb posts once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction

from people.models import User

KEPT_FOR: Final = timedelta(days=1)


class Submission(models.Model):
    """One form's one-time key, and where its sender went afterwards."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    location = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def once(cls, key: str, act: Callable[[], str], *, user: User, at: datetime) -> str:
        """Run `act` unless this key was used before; return where it leads, either way.

        Key and deed stand or fall together: when `act` is refused the key stays good, and a twin
        that arrives meanwhile waits for the first to be stored.
        """
        with transaction.atomic():
            cls.objects.filter(at__lt=at - KEPT_FOR).delete()
            submission, fresh = cls.objects.get_or_create(user=user, key=key, defaults={"at": at})
            if fresh:
                submission.location = act()
                submission.save(update_fields=["location"])
        return submission.location
