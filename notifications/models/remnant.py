"""What could not be erased with its address: held by a sender, or not yet to be seen."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from notifications.models.chunk import Chunk
from notifications.models.delivery import Delivery
from notifications.models.kept_mail import KeptMail
from notifications.models.sign_up import MAIL
from notifications.models.states import State

AT_A_TIME: Final = 1000
# Far longer than any slice of a broadcast takes to be written.
WATCHED: Final = timedelta(hours=1)


class Remnant(models.Model):
    """A delivery that is to be erased and cannot be called back at this moment."""

    delivery = models.OneToOneField(
        Delivery, models.CASCADE, primary_key=True, related_name="remnant"
    )

    def __str__(self) -> str:
        return f"delivery {self.pk}"

    @classmethod
    def erase(cls, deliveries: "models.QuerySet[Delivery]", at: datetime) -> int:
        """Deletes these and the mails kept of them, later those that somebody is sending now.

        Returns how many are left for later.
        """
        with transaction.atomic():
            rows = Delivery.objects.filter(pk__in=_locked(deliveries))
            held = list(rows.filter(_in_hands(at)).values_list("pk", flat=True))
            free = rows.exclude(pk__in=held)
            _forget_kept(free)
            free.delete()
            Remnant.objects.bulk_create([Remnant(pk=key) for key in held], ignore_conflicts=True)
        return len(held)

    @classmethod
    def clear(cls, at: datetime) -> None:
        """Deletes what is out of its sender's hands by now."""
        if keys := list(cls.objects.values_list("pk", flat=True)[:AT_A_TIME]):
            cls.erase(Delivery.objects.filter(pk__in=keys), at)


class Erased(models.Model):
    """A subscription that was erased: its key alone, for as long as something may be late.

    Whoever writes a slice of a broadcast has read the subscriptions before, and locks none of them:
    what it commits after the erasure names an address that nobody would ever erase again.
    """

    subscription_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="erased_by_time")]

    def __str__(self) -> str:
        return f"subscription {self.pk}"

    @classmethod
    def remember(cls, keys: Iterable[int], at: datetime) -> None:
        """Keeps an eye on what these subscriptions are sent from now on."""
        Erased.objects.bulk_create([Erased(pk=key, at=at) for key in keys], ignore_conflicts=True)

    @classmethod
    def clear(cls, at: datetime) -> None:
        """Erases what was written for them meanwhile, and forgets whose time is over."""
        keys = list(cls.objects.order_by("at").values_list("pk", flat=True)[:AT_A_TIME])
        late = Delivery.objects.filter(subscription_id__in=keys)
        if keys and late.exists():
            Remnant.erase(late, at)
        cls.objects.filter(pk__in=keys, at__lte=at - WATCHED).delete()


def _locked(deliveries: "models.QuerySet[Delivery]") -> list[int]:
    """Their keys: from now on no sender takes any of them, or the chunk that it is in.

    Chunks first, as whoever marks one does.
    """
    keys = list(deliveries.values_list("pk", flat=True))
    within = Delivery.objects.filter(
        pk__in=keys,
        pk__range=(OuterRef("first_id"), OuterRef("last_id")),
        broadcast=OuterRef("broadcast"),
        channel=OuterRef("channel"),
    )
    chunks = Chunk.objects.unfinished().filter(Exists(within)).order_by("pk")
    list(chunks.select_for_update().values_list("pk"))
    rows = Delivery.objects.filter(pk__in=keys).order_by("pk")
    return list(rows.select_for_update().values_list("pk", flat=True))


def _in_hands(at: datetime) -> Q:
    """What a sender holds, by itself or in a chunk; a dead one holds it for its lease."""
    chunks = Chunk.objects.unfinished().filter(
        lease_until__gt=at,
        broadcast=OuterRef("broadcast"),
        channel=OuterRef("channel"),
        first_id__lte=OuterRef("pk"),
        last_id__gte=OuterRef("pk"),
    )
    return Q(state=State.CLAIMED, lease_until__gt=at) | Q(Exists(chunks))


def _forget_kept(deliveries: "models.QuerySet[Delivery]") -> None:
    mails = deliveries.filter(channel=MAIL).values_list("page", "destination")
    for page, address in mails.distinct():
        KeptMail.objects.filter(page=page, recipient=address).delete()
