"""Who asked to be told, how, and of what."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents import doorbell
from incidents.models import Component, ComponentGroup, Incident, Page
from notifications.channels import channel_named
from notifications.details import merged
from notifications.mail.addresses import validate_address
from notifications.models import stand_ins
from notifications.models.audience import SubscriptionQuerySet
from notifications.models.delivery import Delivery
from notifications.models.personal import Personal
from notifications.models.scope import Choice, kinds_unasked, outlived
from notifications.models.sign_up import MAIL, State
from people.actors import Actor
from people.fields import Sealed, opened


class Subscription(Personal):
    """One destination on one channel that hears of one page, or of one incident, in its manner."""

    State = State

    class Owner(models.TextChoices):
        """Who looks after it."""

        READER = "reader", _("Reader")
        STAFF = "staff", _("Staff")

    owner = models.CharField(max_length=8, choices=Owner, default=Owner.READER)
    kinds = models.CharField(max_length=120, blank=True)
    from_level = models.CharField(max_length=24, blank=True)
    new_from = models.DateTimeField(null=True)
    components = models.ManyToManyField(Component, related_name="subscriptions")
    groups = models.ManyToManyField(ComponentGroup, related_name="subscriptions")
    incident = models.ForeignKey(
        Incident, models.CASCADE, null=True, related_name="subscriptions", db_index=False
    )
    stands_in_for = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="stand_ins", db_index=False
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "channel", "destination"],
                condition=Q(incident__isnull=True),
                name="subscription_once",
            ),
            models.UniqueConstraint(
                fields=["incident", "channel", "destination"],
                condition=Q(incident__isnull=False),
                name="subscription_once_an_incident",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="subscription_confirmed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["page", "state"], name="subscription_by_page"),
            models.Index(fields=["page", "destination"], name="subscription_destination"),
            models.Index(fields=["page", "contact"], name="subscription_contact"),
            models.Index(
                fields=["stands_in_for"],
                condition=Q(stands_in_for__isnull=False),
                name="subscription_stand_in",
            ),
            models.Index(
                fields=["digest_due_at"],
                condition=Q(digest_due_at__isnull=False),
                name="subscription_digest",
            ),
            models.Index(
                fields=["report_due_at"],
                condition=Q(report_due_at__isnull=False),
                name="subscription_report",
            ),
        ]

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
        **picked: Any,
    ) -> "Subscription":
        """Staff's own channel: told at once, without a confirmation; `picked`: as in a `Choice`."""
        medium = channel_named(channel)
        destination = medium.validate_destination(destination)
        secrets_of_it = medium.validate_config(config or {})
        choice = Choice(**picked).checked(page)
        place: dict[str, Any] = {
            "page": page,
            "channel": channel,
            "destination": destination,
            "incident": None,
        }
        with page.writing(by=by, at=at) as journal:
            cls.objects.filter(**place, owner=cls.Owner.READER).take_over()
            subscription, _created = cls.objects.update_or_create(
                **place,
                defaults={
                    "config": json.dumps(secrets_of_it),
                    "owner": cls.Owner.STAFF,
                    "state": cls.State.CONFIRMED,
                    "asked_at": at,
                    "confirmed_at": at,
                    "ended_at": None,
                    "failures": 0,
                    "failing_since": None,
                },
            )
            subscription.keep(choice)
            journal.append("subscription.connected", subscription, after={"channel": channel})
        return subscription

    def reconnect(
        self, *, by: Actor, at: datetime, config: Mapping[str, Any] | None = None, **picked: Any
    ) -> None:
        """Staff changes what a channel was given, or some of what it hears of.

        A secret that is left blank stays, and so does whatever `picked` does not name.
        """
        medium = channel_named(self.channel)
        kept = {} if isinstance(self.config, Sealed) else self.settings
        settings = medium.validate_config(merged(medium.details, kept, config or {}))
        choice = self.choice._replace(**picked).checked(self.page)
        with self.page.writing(by=by, at=at) as journal:
            self.config = json.dumps(settings)
            self.save(update_fields=["config"])
            self.keep(choice)
            self.put_back()
            journal.append("subscription.changed", self, after={"channel": self.channel})

    def try_out(self, at: datetime) -> Delivery:
        """Puts a test message through this very channel on its way."""
        test = Delivery.test(
            self.page,
            channel=self.channel,
            destination=self.destination,
            lane=channel_named(self.channel).lane,
            at=at,
            subscription=self,
        )
        transaction.on_commit(partial(doorbell.ring, self.page_id), robust=True)
        return test

    @classmethod
    def join(
        cls,
        page: Page,
        *,
        channel: str,
        destination: str,
        config: dict[str, Any],
        at: datetime,
        language: str = "",
        time_zone: str = "",
        **picked: Any,
    ) -> "Subscription":
        """A reader's own device, whose owner has just said yes on it: told from now on."""
        medium = channel_named(channel)
        destination = medium.validate_destination(destination)
        kept = json.dumps(medium.validate_config(config))
        choice = Choice(**picked).checked(page)
        told = {"state": State.CONFIRMED, "confirmed_at": at, "ended_at": None, "asked_at": at}
        with transaction.atomic():
            joined, created = cls.objects.update_or_create(
                page=page,
                channel=channel,
                destination=destination,
                incident=None,
                defaults={"config": kept, "failures": 0, "failing_since": None, **told},
            )
            joined.speak(language)
            joined.keep(choice)
            if created:
                joined.keep_time(time_zone, at)
            joined.catch_up(at)
        return joined

    @classmethod
    def looked_after_by_staff(cls) -> Q:
        """What staff looks after, and takes away when it likes."""
        return Q(owner=cls.Owner.STAFF)

    @property
    def is_of_staff(self) -> bool:
        """Whether staff connected it."""
        return self.owner == self.Owner.STAFF

    def disconnect(self, *, by: Actor, at: datetime) -> None:
        """Staff takes a channel away."""
        with self.page.writing(by=by, at=at) as journal:
            self.end(at)
            journal.append("subscription.ended", self, before={"channel": self.channel})

    def rescope(self, **picked: Any) -> None:
        """Changes what is heard of: what a `Choice` holds; nothing picked means the whole page."""
        choice = Choice(**picked).checked(self.page)
        with transaction.atomic():
            self.keep(choice)

    def keep(self, choice: Choice) -> None:
        """Hears of this from now on; the choice was checked."""
        kinds = ",".join(choice.kinds)
        self.kinds = f",{kinds}," if kinds else ""
        self.from_level, self.new_from = choice.from_level, choice.new_from
        self.save(update_fields=["kinds", "from_level", "new_from"])
        self.components.set(choice.components)
        self.groups.set(choice.groups)

    def name_stand_in(self, address: str, at: datetime) -> None:
        """Asks a second address whether it wants word while an incident has hit this one.

        Told apart from nobody: who ever asked for themselves is asked once more, and stands in for
        nobody. Raises ValidationError on "stand_in".
        """
        address = validate_address(address, "stand_in")
        everybody = type(self).objects
        named = {"page": self.page, "channel": MAIL, "destination": address, "incident": None}
        with transaction.atomic():
            # Two that are named at once are counted one after the other.
            stand_ins.check(everybody.select_for_update().get(pk=self.pk), address)
            mine = {"asked_at": at, "stands_in_for": self}
            row, made = everybody.get_or_create(**named, defaults=mine)
            self.ask(self.page, destination=address, language=self.language, at=at)
            if made or row.stands_in_for_id == self.pk:
                everybody.filter(pk=row.pk, state=State.PENDING).update(stands_in_for=self)

    @classmethod
    def end_outlived(cls, at: datetime) -> int:
        """Ends those that followed an incident which is over; returns how many."""
        over = cls.objects.confirmed().filter(outlived(at), incident__isnull=False)
        return over.update(state=State.UNSUBSCRIBED, ended_at=at)

    def ask_again(self, *, by: Actor, at: datetime) -> bool:
        """Staff sends the link once more, good for two days from now; False if no mail may go."""
        with self.page.writing(by=by, at=at) as journal:
            if not self.write_about_it(at):
                return False
            type(self).objects.filter(pk=self.pk, state=State.PENDING).update(asked_at=at)
            journal.append("subscription.asked_again", self)
        transaction.on_commit(partial(doorbell.ring, self.page_id), robust=True)
        return True

    def release(self, *, by: Actor, at: datetime) -> None:
        """Staff puts a quarantined channel back into the round."""
        with self.page.writing(by=by, at=at) as journal:
            self.put_back()
            journal.append("subscription.released", self)

    @classmethod
    def begun(cls, channel: str, config: dict[str, Any] | None) -> dict[str, Any]:
        """A reader's own, with a secret of its own where the channel has one."""
        config = channel_named(channel).validate_config({}) if config is None else config
        kept = {"config": json.dumps(config) if config else "", "owner": cls.Owner.READER}
        # Who asks for themselves hears for themselves, whoever named them before.
        return kept | {"failures": 0, "failing_since": None, "stands_in_for": None}

    @property
    def settings(self) -> dict[str, Any]:
        """The channel's own settings, keys included; ImproperlyConfigured under another key."""
        return dict(json.loads(opened(self.config))) if self.config else {}

    @property
    def heard_kinds(self) -> list[str]:
        """The kinds that are heard of; when none was picked, those that nobody need ask for."""
        picked = [kind for kind in self.kinds.split(",") if kind]
        return picked or kinds_unasked(self.channel)

    @property
    def choice(self) -> Choice:
        """What was picked, to be shown and picked anew."""
        return Choice(
            components=list(self.components.all()),
            groups=list(self.groups.all()),
            kinds=self.heard_kinds,
            from_level=self.from_level,
            new_from=self.new_from,
        )
