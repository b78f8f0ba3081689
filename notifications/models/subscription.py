"""Who asked to be told, how, and of what."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from incidents.models import Component, Page
from notifications.channels import channel_named
from notifications.kinds import Kind
from notifications.models.sign_up import DoubleOptIn, State
from notifications.models.suppression import Suppression
from people.actors import Actor
from people.fields import EncryptedTextField, opened

QUARANTINE_FAILURES = 10
QUARANTINE_AFTER = timedelta(hours=1)


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


class Subscription(DoubleOptIn):
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
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)

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
    ) -> Self:
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

    def note_success(self) -> None:
        """A delivery arrived: earlier failures no longer count."""
        if self.failures:
            Subscription.objects.filter(pk=self.pk).update(failures=0, failing_since=None)

    def note_failure(self, at: datetime) -> None:
        """A delivery failed: ten over an hour put the subscription into quarantine."""
        mine = Subscription.objects.filter(pk=self.pk)
        mine.filter(failing_since__isnull=True).update(failing_since=at)
        mine.update(failures=F("failures") + 1)
        mine.confirmed().filter(
            failures__gte=QUARANTINE_FAILURES, failing_since__lte=at - QUARANTINE_AFTER
        ).update(state=self.State.QUARANTINED, ended_at=at)

    def quarantine(self, at: datetime) -> None:
        """Takes a dead endpoint out of the round until somebody looks at it."""
        changed = {"state": self.State.QUARANTINED, "ended_at": at}
        Subscription.objects.filter(pk=self.pk).update(**changed)

    def release(self, *, by: Actor, at: datetime) -> None:
        """Staff puts a quarantined channel back into the round."""
        with self.page.writing(by=by, at=at) as journal:
            changed = {"state": self.State.CONFIRMED, "failures": 0, "failing_since": None}
            Subscription.objects.filter(pk=self.pk).update(ended_at=None, **changed)
            journal.append("subscription.released", self)

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
