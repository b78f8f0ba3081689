"""How readers come and go: asked, confirmed by a link within two days, ended by a link."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from incidents import doorbell
from incidents.core.ids import new_id
from incidents.core.languages import beside
from incidents.core.viewers import PUBLIC
from incidents.models import Incident, Page
from notifications.channels import AskingChannel, OpenChannel, channel_named
from notifications.kinds import Stream
from notifications.mail.addresses import validate_address
from notifications.models.delivery import Delivery
from notifications.models.links import Linked, new_nonce
from notifications.models.scope import Choice
from notifications.models.suppression import Bucket, Suppression
from people.fields import EncryptedTextField

CONFIRM_WITHIN = timedelta(hours=48)
FORGET_AFTER = timedelta(days=7)
MAIL: Final = "email"
HOUR: Final = timedelta(hours=1)
A_DOMAIN: Final = 1000
"""So many mails that nobody confirmed go to one domain in an hour."""


class State(models.TextChoices):
    """Where it stands; only a confirmed one is told."""

    PENDING = "pending", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    QUARANTINED = "quarantined", _("Quarantined")


class Address(NamedTuple):
    """Where somebody wants to be told, in its canonical form."""

    destination: str
    contact: str = ""
    config: dict[str, Any] | None = None
    """What the channel keeps of a secret address."""


class DoubleOptIn(Linked):
    """A destination that is told only after its owner said so."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="subscriptions")
    channel = models.CharField(max_length=16)
    destination = models.CharField(max_length=2000)
    contact = models.CharField(max_length=320, blank=True)
    config = EncryptedTextField(blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @classmethod
    def ask(
        cls,
        page: Page,
        *,
        destination: str,
        at: datetime,
        channel: str = "email",
        contact: str = "",
        language: str = "",
        time_zone: str = "",
        incident: Incident | None = None,
        **picked: Any,
    ) -> Self:
        """A reader asks to be told: a message with a link goes out, whoever they are.

        It speaks `language`, as all mails to this subscription will; the page's own if blank.
        Their times are in `time_zone`, unless it was confirmed before: then they stay as they are.
        With an `incident` it is about that one alone; `picked`: what a `Choice` holds. What is no
        mailbox has a `contact`, who confirms in its place and is told what befalls it, unless the
        channel asks there by itself. Known, unknown and suppressed addresses are treated alike as
        far as anybody can see. Raises ValidationError on "email", "destination", "language" or a
        field of `picked`.
        """
        address = checked(channel, destination, contact)
        choice = Choice(**picked).checked(page)
        with transaction.atomic():
            asked = {"page": page, "channel": channel, "destination": address.destination}
            subscription = cls._asked(asked | {"incident": incident}, address, at)
            if subscription.state == State.PENDING:
                subscription.speak(language)
                subscription.keep(choice)
                subscription.keep_time(time_zone, at)
            subscription.write_about_it(at)
        transaction.on_commit(partial(doorbell.ring, page.pk), robust=True)
        return subscription

    @classmethod
    def confirm(cls, token: str, at: datetime) -> Self | None:
        """The owner of the address says yes, once, within two days; None for any other link.

        Whoever confirms while an incident is open gets its newest update at once.
        """
        with transaction.atomic():
            found = cls.by_confirm_token(token, at)
            changed = {"state": State.CONFIRMED, "confirmed_at": at, "ended_at": None}
            pending = cls._default_manager.filter(pk=found.pk if found else 0, state=State.PENDING)
            if found is None or not pending.update(**changed):
                return None
            found.refresh_from_db()
            found.catch_up(at)
        # A fan-out under way did not see this one confirmed: what it tells is looked at again.
        transaction.on_commit(partial(found.catch_up, at), robust=True)
        transaction.on_commit(partial(doorbell.ring, found.page_id), robust=True)
        return found

    @classmethod
    def unsubscribe(cls, token: str, at: datetime) -> Self | None:
        """Ends the subscription of an unsubscribe link; None for a forged one."""
        found = cls.by_unsubscribe_token(token)
        if found is not None:
            found.end(at)
        return found

    @classmethod
    def by_confirm_token(cls, token: str, at: datetime) -> Self | None:
        """The subscription that this confirmation link would confirm now."""
        return cls._by_young_token(token, at, State.PENDING)

    @classmethod
    def by_used_token(cls, token: str, at: datetime) -> Self | None:
        """The subscription that this link has confirmed; it tells of it no longer than it acts."""
        return cls._by_young_token(token, at, State.CONFIRMED)

    @classmethod
    def _by_young_token(cls, token: str, at: datetime, state: State) -> Self | None:
        found = cls._by_token("confirm", token)
        if found is None or found.state != state:
            return None
        return found if at <= found.asked_at + CONFIRM_WITHIN else None

    @classmethod
    def forget_unconfirmed(cls, at: datetime) -> None:
        """Drops what nobody confirmed for a week."""
        cls._default_manager.filter(state=State.PENDING, asked_at__lt=at - FORGET_AFTER).delete()

    @property
    def mailbox(self) -> str:
        """Where mails about the subscription itself go; nowhere for staff's own channels."""
        return self.destination if self.channel == MAIL else self.contact

    def mail(self, stream: Stream, at: datetime, **merge: Any) -> None:
        """Writes to whoever looks after it, about the subscription itself."""
        self._post((MAIL, self.mailbox), "urgent", stream, at, merge)

    @property
    def is_of_staff(self) -> bool:
        """Whether staff connected it, and looks after it."""
        raise NotImplementedError

    @property
    def way(self) -> tuple[str, str]:
        """The channel and the destination over which its owner is asked."""
        if isinstance(channel_named(self.channel), AskingChannel):
            # What staff connected asks nobody, and its links are nobody's.
            return self.channel, "" if self.is_of_staff else self.destination
        return MAIL, self.mailbox

    def _post(
        self, way: tuple[str, str], lane: str, stream: Stream, at: datetime, merge: dict[str, Any]
    ) -> None:
        channel, destination = way
        Delivery.objects.create(
            page=self.page,
            subscription_id=self.pk,
            stream=stream,
            lane=lane,
            channel=channel,
            destination=destination,
            merge=merge,
            next_attempt_at=at,
            created_at=at,
        )

    def end(self, at: datetime) -> None:
        """Stops telling; asking twice does no harm."""
        open_states = [State.PENDING, State.CONFIRMED, State.QUARANTINED]
        changed = {"state": State.UNSUBSCRIBED, "ended_at": at}
        type(self)._default_manager.filter(pk=self.pk, state__in=open_states).update(**changed)
        self.refresh_from_db(fields=["state", "ended_at"])

    def speak(self, language: str) -> None:
        """Writes to its owner in this language from now on; ValidationError on "language"."""
        if language and language not in beside(self.page.language, self.page.languages):
            raise ValidationError({"language": [_("Pick a language of this page.")]})
        self.language = language
        self.save(update_fields=["language"])

    @classmethod
    def begun(cls, channel: str, config: dict[str, Any] | None) -> dict[str, Any]:
        """What else is set on a subscription that a reader asks for, on this channel.

        `config`: what the channel keeps of a secret address.
        """
        raise NotImplementedError

    def keep(self, choice: Choice) -> None:
        """Hears of this from now on."""
        raise NotImplementedError

    def keep_time(self, name: str, at: datetime) -> None:
        """Goes by the clock of this zone from now on."""
        raise NotImplementedError

    @classmethod
    def _asked(cls, asked: dict[str, Any], address: Address, at: datetime) -> Self:
        contact = address.contact
        subscription, _created = cls._default_manager.get_or_create(
            **asked, defaults={"asked_at": at, "contact": contact}
        )
        # What has no contact comes out of quarantine by being asked for again.
        worn = [State.QUARANTINED] if address.config is not None else []
        again = cls._default_manager.filter(
            pk=subscription.pk, state__in=[State.PENDING, State.UNSUBSCRIBED, *worn]
        )
        # Another owner: links that the one before was sent open nothing any more.
        fresh = {"public_id": new_id(), "nonce": new_nonce()}
        again.exclude(contact=contact).update(contact=contact, **fresh)
        begun = cls.begun(asked["channel"], address.config)
        again.update(state=State.PENDING, asked_at=at, ended_at=None, **begun)
        subscription.refresh_from_db()
        return subscription

    def write_about_it(self, at: datetime, **merge: Any) -> bool:
        """Sends the link to confirm by, or to change by, to its owner; at most three a day."""
        channel, address = self.way
        silent = Suppression.objects.in_force().filter(channel=channel, destination=address)
        if not address or silent.exists() or not may_ask(address, at):
            return False
        lane = "urgent" if channel == MAIL else channel_named(channel).lane
        self._post(self.way, lane, Stream.CONFIRMATION, at, merge)
        return True

    def catch_up(self, at: datetime) -> None:
        """Write the newest update of all that goes on, once; a fan-out does not write it again."""
        # A mail goes ahead of those to many; what may hang does so in the lane of its channel.
        lane = "urgent" if self.channel == MAIL else channel_named(self.channel).lane
        open_ones = Incident.objects.visible_to(PUBLIC).unresolved().filter(page=self.page)
        for incident in open_ones:
            newest = incident.broadcasts.told().order_by("-sequence").first()
            if newest is not None and newest.concerns(self):
                Delivery.objects.bulk_create(
                    [newest.delivery_to(self, lane=lane, at=at)], ignore_conflicts=True
                )


def checked(channel: str, destination: str, contact: str) -> Address:
    """Destination and contact in their canonical forms; ValidationError on the field else."""
    if channel == MAIL:
        return Address(validate_address(destination))
    medium = channel_named(channel)
    if not medium.public:
        raise ValidationError({"channel": [f"Staff alone connects {medium.label}."]})
    if isinstance(medium, AskingChannel):
        entrance = medium.entrance(destination)
        return Address(entrance.destination, config=dict(entrance.config))
    contact = validate_address(contact)
    canonical = (
        medium.validate_typed if isinstance(medium, OpenChannel) else medium.validate_destination
    )
    return Address(canonical(destination), contact)


def may_ask(address: str, at: datetime) -> bool:
    """Whether one more word that nobody confirmed may go to an address: three a day may."""
    # The domain is looked at first and taken from last: what either is refused uses up nothing of
    # the other.
    if next_room(address, at):
        return False
    return Bucket.take(
        f"confirmations to {address[:150]}", limit=3, every=timedelta(days=1), at=at
    ) and Bucket.take(_domain(address), limit=A_DOMAIN, every=HOUR, at=at)


def next_room(address: str, at: datetime) -> datetime | None:
    """When the next mail that nobody confirmed may go to a domain that had its share; None: now."""
    if Bucket.taken_of(_domain(address), every=HOUR, at=at) < A_DOMAIN:
        return None
    return Bucket.begin(at, HOUR) + HOUR


def _domain(address: str) -> str:
    return f"confirmations to @{address.rpartition('@')[2]}"
