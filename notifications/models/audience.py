"""Who among the subscriptions hears of something."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef

from incidents.core.ids import new_id
from incidents.models import Page
from notifications.models import stand_ins
from notifications.models.links import new_nonce
from notifications.models.scope import About, followed, picked
from notifications.models.sign_up import State
from notifications.models.suppression import Suppression

if TYPE_CHECKING:
    from notifications.models.subscription import (
        Subscription,  # noqa: F401 -- named in the base class
    )


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Ways to pick subscriptions."""

    def confirmed(self) -> Self:
        """Those that are told."""
        return self.filter(state=State.CONFIRMED)

    def of_staff(self, page: Page) -> Self:
        """The channels that staff of a page looks after."""
        mine = self.filter(page=page, owner=self.model.Owner.STAFF)
        return mine.exclude(state=State.UNSUBSCRIBED)

    def of_readers(self, page: Page) -> Self:
        """Those of a page that readers asked for themselves."""
        return self.filter(page=page, owner=self.model.Owner.READER)

    def take_over(self) -> None:
        """What one reader asked for is staff's now: the reader's links and manner are gone."""
        links = {"public_id": new_id(), "nonce": new_nonce(), "contact": ""}
        manner = {"quiet_from": None, "quiet_until": None, "time_zone": "", "language": ""}
        manner |= {"report_month": None, "report_due_at": None}
        self.update(**links, **manner)

    def hearing(self, about: About) -> Self:
        """Those that want to hear of it, whenever that may be."""
        mine = OuterRef("pk")
        components = self.model.components.through.objects.filter(subscription_id=mine)
        groups = self.model.groups.through.objects.filter(subscription_id=mine)
        wanted = followed(about) | picked(about, components, groups)
        ordinary = self.confirmed().filter(wanted, page=about.page, stands_in_for=None)
        return stand_ins.reached(ordinary, about.page)

    def at_once(self) -> Self:
        """Without those that hear of everything once a day."""
        return self.filter(digest_hour__isnull=True)

    def unsuppressed(self) -> Self:
        """Those whose destination nobody asked to leave alone."""
        suppressed = Suppression.objects.in_force().filter(
            channel=OuterRef("channel"), destination=OuterRef("destination")
        )
        return self.filter(~Exists(suppressed))
