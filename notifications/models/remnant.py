"""What was in a sender's hands when its address was erased: it goes once it is out of them."""

from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from notifications.models.chunk import Chunk
from notifications.models.delivery import Delivery
from notifications.models.kept_mail import KeptMail
from notifications.models.sign_up import MAIL
from notifications.models.states import State

AT_A_TIME: Final = 1000


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
