"""Who asked to be told, how, and of what."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from incidents.models import Component, Page
from notifications.channels import channel_named
from notifications.kinds import Kind
from notifications.models.quarantine import Quarantinable
from notifications.models.sign_up import DoubleOptIn, State
from notifications.models.suppression import Suppression
from people.actors import Actor
from people.fields import EncryptedTextField, opened


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Ways to pick subscriptions."""

    def confirmed(self) -> Self:
        """Those that are told."""
        return self.filter(state=Subscription.State.CONFIRMED)

    def hearing(self, page: Page, kind: str, components: Iterable[int]) -> Self:
        """Those that want to hear of this kind of thing about any of these components."""
        scope = Subscription.components.through.objects.filter(subscription_id=OuterRef("pk"))
        concerned = scope.filter(component_id__in=list(components))
        return self.confirmed().filter(
            Q(kinds="") | Q(kinds__contains=f",{kind},"),
            ~Exists(scope) | Exists(concerned),
            page=page,
        )

    def unsuppressed(self) -> Self:
        """Those whose destination nobody asked to leave alone."""
        suppressed = Suppression.objects.in_force().filter(
            channel=OuterRef("channel"), destination=OuterRef("destination")
        )
        return self.filter(~Exists(suppressed))


class Subscription(Quarantinable, DoubleOptIn):
    """One destination on one channel that hears of one page, or of some of its components."""

    State = State

    class Owner(models.TextChoices):
        """Who looks after it."""

        READER = "reader", _("Reader")
        STAFF = "staff", _("Staff")

    config = EncryptedTextField(blank=True)
    owner = models.CharField(max_length=8, choices=Owner, default=Owner.READER)
    kinds = models.CharField(max_length=120, blank=True)
    components = models.ManyToManyField(Component, related_name="subscriptions")

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "channel", "destination"], name="subscription_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="subscription_confirmed_has_time",
            ),
        ]
        indexes = [models.Index(fields=["page", "state"], name="subscription_by_page")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.destination}"

    @classmethod
    def connect(
        cls,
        page: Page,
        *,
        channel: str,
        destination: str,
        by: Actor,
        at: datetime,
        config: dict[str, Any] | None = None,
        components: Sequence[Component] = (),
        kinds: Iterable[str] = (),
    ) -> "Subscription":
        """Staff's own channel: told at once, without a confirmation."""
        medium = channel_named(channel)
        destination = medium.validate_destination(destination)
        secrets_of_it = medium.validate_config(config or {})
        heard = cls.check_scope(page, components=components, kinds=kinds)
        with page.writing(by=by, at=at) as journal:
            subscription, _created = cls.objects.update_or_create(
                page=page,
                channel=channel,
                destination=destination,
                defaults={
                    "config": json.dumps(secrets_of_it),
                    "kinds": heard,
                    "owner": cls.Owner.STAFF,
                    "state": cls.State.CONFIRMED,
                    "asked_at": at,
                    "confirmed_at": at,
                    "ended_at": None,
                    "failures": 0,
                    "failing_since": None,
                },
            )
            subscription.components.set(components)
            journal.append("subscription.connected", subscription, after={"channel": channel})
        return subscription

    def disconnect(self, *, by: Actor, at: datetime) -> None:
        """Staff takes a channel away."""
        with self.page.writing(by=by, at=at) as journal:
            self.end(at)
            journal.append("subscription.ended", self, before={"channel": self.channel})

    def rescope(self, *, components: Sequence[Component] = (), kinds: Iterable[str] = ()) -> None:
        """Changes what is heard of; no components mean the whole page."""
        self.kinds = self.check_scope(self.page, components=components, kinds=kinds)
        with transaction.atomic():
            self.save(update_fields=["kinds"])
            self.components.set(components)

    def release(self, *, by: Actor, at: datetime) -> None:
        """Staff puts a quarantined channel back into the round."""
        with self.page.writing(by=by, at=at) as journal:
            self.put_back()
            journal.append("subscription.released", self)

    @classmethod
    def begun(cls, channel: str) -> dict[str, Any]:
        """A reader's own, with a secret of its own where the channel has one."""
        config = channel_named(channel).validate_config({})
        kept = {"config": json.dumps(config) if config else "", "owner": cls.Owner.READER}
        return kept | {"failures": 0, "failing_since": None}

    @property
    def settings(self) -> dict[str, Any]:
        """The channel's own settings, keys included; ImproperlyConfigured under another key."""
        return dict(json.loads(opened(self.config))) if self.config else {}

    @property
    def heard_kinds(self) -> list[str]:
        """The kinds that are heard of; all of them when none was picked."""
        return [kind for kind in self.kinds.split(",") if kind] or list(Kind.values)

    @classmethod
    def check_scope(
        cls, page: Page, *, components: Sequence[Component], kinds: Iterable[str]
    ) -> str:
        """The kinds as they are stored. Raises ValidationError on "kinds" or "components"."""
        wanted = [kind for kind in dict.fromkeys(kinds) if kind]
        unknown = [kind for kind in wanted if kind not in Kind.values]
        if unknown:
            known = ", ".join(Kind.values)
            raise ValidationError({"kinds": [f"“{unknown[0]}” is none of {known}."]})
        if any(component.page_id != page.pk for component in components):
            raise ValidationError({"components": [_("Pick components of this page.")]})
        return f",{','.join(wanted)}," if wanted else ""
