"""What somebody typed into a form, before anything is looked up about them."""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from incidents import doorbell
from incidents.core import zones
from incidents.models import Incident, Page
from notifications.models.scope import Choice
from notifications.models.sign_up import FORGET_AFTER, HOUR, MAIL, checked, next_room
from notifications.models.subscription import Subscription
from notifications.models.suppression import Bucket
from people.fields import EncryptedTextField, Sealed, opened
from people.sources import source_of

logger = logging.getLogger(__name__)

AT_A_TIME: Final = 200
SHORTEST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
TOO_MANY = _("Too many sign-ups came from your network; please try again in an hour.")


class Wish(models.Model):
    """Somebody wants to be told: read in the background, so that no answer tells who is known.

    Neither words nor time differ between a new address, a known and a suppressed one.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="wishes", db_index=False)
    incident = models.ForeignKey(
        Incident, models.CASCADE, null=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=16)
    destination = models.CharField(max_length=2000)
    secret = EncryptedTextField(blank=True)
    contact = models.CharField(max_length=320, blank=True)
    language = models.CharField(max_length=16, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    picked = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.channel}: {self.destination}"

    @classmethod
    def leave(
        cls,
        page: Page,
        *,
        destination: str,
        at: datetime,
        channel: str = MAIL,
        contact: str = "",
        language: str = "",
        time_zone: str = "",
        incident: Incident | None = None,
        remote_ip: str = "",
        **picked: Any,
    ) -> None:
        """Keeps what was typed; a message goes out within seconds, wherever one may.

        A `time_zone` that is none counts for nothing: no reader has typed it. Raises
        ValidationError on "email", "destination" or a field of a `Choice`.
        """
        cls.check_rush(remote_ip, at)
        address = checked(channel, destination, contact)
        choice = Choice(**picked).checked(page)
        cls.objects.create(
            page=page,
            incident=incident,
            channel=channel,
            destination=address.destination,
            contact=address.contact,
            secret=destination if address.config is not None else "",
            language=language,
            time_zone=zones.known(time_zone),
            picked=_written(choice),
            asked_at=at,
            due_at=at,
        )
        transaction.on_commit(partial(doorbell.ring, page.pk), robust=True)

    @staticmethod
    def check_rush(remote_ip: str, at: datetime, field: str = "email") -> None:
        """Takes one of what a network, and all together, may ask for; ValidationError if none."""
        # The source first: what it is refused must not use up what is left for everybody.
        alone = Bucket.take(f"sign-up from {source_of(remote_ip)}", limit=60, every=HOUR, at=at)
        if not alone or not Bucket.take("sign-up", limit=5000, every=HOUR, at=at):
            raise ValidationError({field: [TOO_MANY]})

    @classmethod
    def take_up(cls, at: datetime) -> int:
        """Turns wishes into subscriptions that wait for a word; of several alike, the last one.

        Where a domain had its share of mails for this hour, they wait for the next one.
        """
        oldest = cls.objects.filter(due_at__lte=at).order_by("pk")[:AT_A_TIME]
        wishes = {
            (each.page_id, each.incident_id, each.channel, each.destination): each
            for each in cls._readable(oldest.select_related("page", "incident"), at)
        }
        for wish in wishes.values():
            wish._come_true(at)
        return len(wishes)

    @classmethod
    def _readable(cls, wishes: "models.QuerySet[Wish]", at: datetime) -> "list[Wish]":
        """Those whose secret can be read; the others step aside for a worker that has the key."""
        sealed = [each for each in wishes if isinstance(each.secret, Sealed)]
        for each in sealed:
            each._step_aside(cls.objects.filter(pk=each.pk), at)
        if sealed:
            logger.error("%s sign-ups wait: no ENCRYPTION_KEY here opens them", len(sealed))
        return [each for each in wishes if each not in sealed]

    def _come_true(self, at: datetime) -> None:
        same = Wish.objects.filter(
            page=self.page_id,
            incident=self.incident_id,
            channel=self.channel,
            destination=self.destination,
            pk__lte=self.pk,
        )
        if later := next_room(self.contact or self.destination, at):
            same.update(due_at=later)
            return
        try:
            with transaction.atomic():
                if not same.delete()[0]:
                    # Another round has taken it up since it was read.
                    return
                Subscription.ask(
                    self.page,
                    destination=opened(self.secret) or self.destination,
                    at=at,
                    channel=self.channel,
                    contact=self.contact,
                    language=self.language,
                    time_zone=self.time_zone,
                    incident=self.incident,
                    **_read(self.page, self.picked),
                )
        except ValidationError:
            logger.exception("A sign-up fits its page no longer")
            same.delete()
        except Exception:
            logger.exception("A sign-up could not be taken up")
            self._step_aside(same, at)

    def _step_aside(self, same: "models.QuerySet[Wish]", at: datetime) -> None:
        """Lets others pass, or goes for good once it has failed so long that nobody waits for it.

        Not by age alone: of a large table some wait weeks for their domain's turn.
        """
        if at - self.asked_at > FORGET_AFTER:
            same.delete()
            logger.error("A sign-up was dropped: nothing has come of it for %s", FORGET_AFTER)
        else:
            same.update(due_at=at + self._pause(at))

    def _pause(self, at: datetime) -> timedelta:
        """As long again as it has waited: those behind it have their turn meanwhile."""
        return min(max(at - self.asked_at, SHORTEST_PAUSE), LONGEST_PAUSE)


def _written(choice: Choice) -> dict[str, Any]:
    return {
        "components": [each.pk for each in choice.components],
        "groups": [each.pk for each in choice.groups],
        "kinds": list(choice.kinds),
        "from_level": choice.from_level,
        "new_from": choice.new_from.isoformat() if choice.new_from else None,
    }


def _read(page: Page, picked: dict[str, Any]) -> dict[str, Any]:
    new_from = picked["new_from"]
    return picked | {
        "components": list(page.components.filter(pk__in=picked["components"])),
        "groups": list(page.component_groups.filter(pk__in=picked["groups"])),
        "new_from": datetime.fromisoformat(new_from) if new_from else None,
    }
