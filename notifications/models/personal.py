"""What the owner of an address may do with all that is kept of it on a page."""

from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q

from notifications.models.delivery import Delivery
from notifications.models.links import new_nonce
from notifications.models.manner import Mannered
from notifications.models.remnant import Erased, Remnant
from notifications.models.sign_up import MAIL
from notifications.models.suppression import Bucket

# Databases do not agree where nothing stands in an order.
FOLLOWED_FIRST = F("incident_id").desc(nulls_last=True)


class Personal(Mannered):
    """Rows about a person: they are shown, handed out and erased on that person's word."""

    class Meta:
        abstract = True

    def siblings(self) -> "models.QuerySet[Self]":
        """Everything that this address looks after on this page, this one included."""
        everybody = type(self)._default_manager
        keys = everybody.filter(pk=self.pk).values("pk")
        if self.mailbox:
            # Each by its own index: put together by OR they would read the whole page.
            of_page = everybody.filter(page=self.page_id)
            own = of_page.filter(destination=self.mailbox, channel=MAIL).values("pk")
            keys = keys.union(own, of_page.filter(contact=self.mailbox).values("pk"))
        kept = everybody.filter(pk__in=keys).select_related("page", "incident")
        return kept.order_by(FOLLOWED_FIRST, "pk")

    def personal_data(self) -> dict[str, Any]:
        """All that is kept of this address on this page, ready for JSON."""
        return {
            "page": self.page.url(),
            "address": self.mailbox or self.destination,
            "subscriptions": [_shown(each) for each in self.siblings()],
            "messages": list(
                self._deliveries()
                .order_by("pk")
                .values("stream", "state", "created_at", "sent_at", "broadcast__incident__title")
            ),
        }

    def rotate(self, at: datetime) -> bool:
        """Makes old links to the manage page worthless and mails the new one; three a day at most.

        Links that end a subscription stay valid: a mail program's button must go on working.
        """
        with transaction.atomic():
            if not self.write_about_it(at, renewed=True):
                return False
            for each in self.siblings():
                each.nonce = new_nonce()
                each.save(update_fields=["nonce"])
        self.refresh_from_db(fields=["nonce"])
        return True

    def erase(self, at: datetime) -> None:
        """Forgets this address on this page; what was done, and how many were told, stays.

        What a sender has in its hands cannot be called back: it goes as soon as that is done.
        """
        with transaction.atomic():
            # First of all: a wish that comes true at this instant is waited for, and what it writes
            # is seen from here on.
            self._wishes().delete()
            # Messages before subscriptions, as a sender locks them that notes a failure of both.
            Remnant.erase(self._deliveries(), at)
            Bucket.objects.filter(key=f"confirmations to {self.way[1][:150]}").delete()
            mine = list(self.siblings().select_for_update(of=("self",)))
            type(self)._default_manager.filter(pk__in=[each.pk for each in mine]).delete()
            # Whoever held one of them until now has written; what is later still is watched for.
            Remnant.erase(self._late(mine), at)
            Erased.remember([each.pk for each in mine], at)

    def _deliveries(self) -> "models.QuerySet[Delivery]":
        """Every message to this address."""
        mine = Q(subscription__in=self.siblings())
        if self.mailbox:
            mine |= Q(channel=MAIL, destination=self.mailbox)
        return Delivery.objects.filter(mine, page=self.page_id)

    def _late(self, siblings: "list[Self]") -> "models.QuerySet[Delivery]":
        """What was written to these while they were erased, with their keys or none any more."""
        late = Q(subscription_id__in=[each.pk for each in siblings])
        if self.mailbox:
            late |= Q(channel=MAIL, destination=self.mailbox)
        for each in siblings:
            ownerless = Q(subscription=None, alarm=None)
            late |= ownerless & Q(channel=each.channel, destination=each.destination)
        return Delivery.objects.filter(late, page=self.page_id)

    def _wishes(self) -> "models.QuerySet[Any]":
        """What was asked for with this address and is not taken up yet."""
        mine = Q(channel=self.channel, destination=self.destination)
        if self.mailbox:
            mine |= Q(channel=MAIL, destination=self.mailbox) | Q(contact=self.mailbox)
        return self.page.wishes.filter(mine)


def _shown(subscription: Any) -> dict[str, Any]:
    names = (
        "state", "language", "time_zone", "quiet_from", "quiet_until", "woken_by_major",
        "digest_hour", "from_level", "asked_at", "confirmed_at", "ended_at",
    )  # fmt: skip
    choice = subscription.choice
    return {name: getattr(subscription, name) for name in names} | {
        "monthly_report": subscription.report_due_at is not None,
        "kinds": list(choice.kinds),
        "components": [each.name for each in choice.components],
        "groups": [each.name for each in choice.groups],
        "new_components": choice.new_from is not None,
        "channel": subscription.channel,
        "destination": subscription.destination,
        "incident": subscription.incident.title if subscription.incident else None,
    }
