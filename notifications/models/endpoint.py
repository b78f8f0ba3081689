"""A webhook as whoever looks after it sees it: its secrets, how its calls went, what it missed."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from incidents import doorbell
from notifications.kinds import Stream
from notifications.models.broadcast import Broadcast
from notifications.models.delivery import Delivery
from notifications.models.exchange import Exchange
from notifications.models.payload import Payload
from notifications.models.replay import BROADCAST
from notifications.models.states import UNFINISHED, State
from notifications.models.subscription import Subscription
from notifications.models.suppression import Bucket
from notifications.webhooks.settings import OVERLAP, EndpointSettings
from people.actors import Actor

CHANNEL: Final = "webhook"
LANE: Final = "webhooks"
LOOKED_THROUGH: Final = 200
BY_HAND: Final = 30
"""How many tests and replays an hour may be asked for."""
MISSED_WITHIN: Final = timedelta(days=7)
"""How far back is looked for what did not arrive, where nobody says since when."""


class EndpointManager(models.Manager["Endpoint"]):
    """Webhooks among the subscriptions."""

    def get_queryset(self) -> models.QuerySet["Endpoint"]:
        """Webhooks alone."""
        return super().get_queryset().filter(channel=CHANNEL)


class Endpoint(Subscription):
    """A subscription whose destination is called, seen by its owner."""

    objects = EndpointManager()  # type: ignore[assignment,misc]

    class Meta:
        proxy = True

    @property
    def kept(self) -> EndpointSettings:
        """Its secrets and version; ImproperlyConfigured under another key."""
        return EndpointSettings.read(self.settings)

    @property
    def calls(self) -> list[Exchange]:
        """How the last fifty went, the newest first."""
        return Exchange.objects.latest_of(self.pk)

    def requests(self, calls: Iterable[Exchange]) -> dict[int, str]:
        """The bodies that these calls sent, by broadcast and without its link; of tests none."""
        told = {each.told for each in calls}
        mine = Payload.objects.filter(broadcast__in=told, version=self.kept.version)
        return dict(mine.values_list("broadcast", "body"))

    @transaction.atomic
    def change_secret(
        self, *, at: datetime, by: Actor | None = None, overlap: timedelta = OVERLAP
    ) -> str:
        """A new secret, shown this once; the one before it signs as well until `overlap` is over.

        Raises ValidationError while the one before that is still valid.
        """
        kept = self._locked()
        if len(kept.valid(at)) > 1:
            raise ValidationError(_("Two secrets are valid now; wait until the older one ends."))
        fresh = kept.rotated(at, overlap)
        self._keep(fresh)
        if by is not None:
            with self.page.writing(by=by, at=at) as journal:
                journal.append("subscription.rotated", self)
        return fresh.keys[0]

    @transaction.atomic
    def reveal_secret(self) -> str:
        """The secret, the first time that somebody asks; nothing ever after."""
        kept = self._locked()
        if kept.is_shown:
            return ""
        kept.is_shown = True
        self._keep(kept)
        return kept.keys[0]

    def send_test(self, at: datetime) -> Delivery:
        """Sends a test message. Raises ValidationError when that was asked for too often."""
        self._allow(at)
        (test,) = self._write([{}], Stream.TEST, at)
        return test

    def replay(self, broadcast: Broadcast, at: datetime) -> None:
        """Says one thing again, under the same id. Raises ValidationError as `send_test` does."""
        self._allow(at)
        self._write([{BROADCAST: broadcast.pk}], Stream.PERSONAL, at)

    def replay_missed(self, at: datetime, *, since: datetime | None = None) -> int:
        """Says again all that did not arrive since then; returns how much that is.

        Raises ValidationError as `send_test` does.
        """
        self._allow(at)
        return self._say_missed(since or at - MISSED_WITHIN, at)

    def _say_missed(self, since: datetime, at: datetime) -> int:
        missed = self.missed(since)
        self._write([{BROADCAST: each.pk} for each in missed], Stream.PERSONAL, at)
        return len(missed)

    def resume(self, at: datetime, *, by: Actor | None = None) -> int:
        """Comes back from quarantine and hears what it missed there; returns how much that is."""
        since = self._bad_since()
        if by is not None:
            self.release(by=by, at=at)
        elif not self.put_back():
            return 0
        self.refresh_from_db()
        return self._say_missed(since, at) if since else 0

    def missed(self, since: datetime) -> list[Broadcast]:
        """What was told since then and did not arrive, oldest first.

        Of one incident only the newest word: it carries those before it.
        """
        told = Broadcast.objects.told().filter(page=self.page_id, opened_at__gte=since)
        related = told.select_related("event", "incident", "page")
        newest_first = list(related.order_by("-sequence")[:LOOKED_THROUGH])
        arrived, seen, found = self._arrived(newest_first), set(), []
        for each in newest_first:
            about = each.incident_id if each.stream == Stream.UPDATE else None
            if about and about in seen:
                continue
            if each.pk in arrived:
                seen.add(about)
            elif each.concerns(self):
                seen.add(about)
                found.append(each)
        return found[::-1]

    def _bad_since(self) -> datetime | None:
        """When the first was told that it failed at before its quarantine; None outside of it."""
        since = self.failing_since or self.ended_at
        if since is None or self.ended_at is None:
            return None
        tried = self.deliveries.filter(tries__at__gte=since, broadcast__isnull=False)
        first = tried.aggregate(first=models.Min("broadcast__opened_at"))["first"]
        return min(since, first) if first else since

    def _arrived(self, told: list[Broadcast]) -> set[int]:
        """Which of these arrived, or are on their way."""
        mine = Delivery.objects.filter(channel=CHANNEL, destination=self.destination)
        well = mine.filter(state__in=[State.SENT, *UNFINISHED])
        first = well.filter(broadcast__in=told).values_list("broadcast", flat=True)
        again = well.filter(broadcast=None, stream=Stream.PERSONAL).values_list("merge", flat=True)
        return {key for key in first if key} | {each.get(BROADCAST, 0) for each in again}

    def _locked(self) -> EndpointSettings:
        return type(self)._default_manager.select_for_update().get(pk=self.pk).kept

    def _keep(self, kept: EndpointSettings) -> None:
        self.config = json.dumps(kept.kept())
        self.save(update_fields=["config"])

    def _allow(self, at: datetime) -> None:
        key, hour = f"webhook {self.public_id} by hand", timedelta(hours=1)
        if not Bucket.take(key, limit=BY_HAND, every=hour, at=at):
            raise ValidationError(_("That was asked for too often; please try again in an hour."))

    def _write(self, merges: list[dict[str, int]], stream: Stream, at: datetime) -> list[Delivery]:
        written = Delivery.objects.bulk_create(
            Delivery(
                page=self.page,
                subscription_id=self.pk,
                stream=stream,
                lane=LANE,
                channel=CHANNEL,
                destination=self.destination,
                merge=merge,
                next_attempt_at=at,
                created_at=at,
            )
            for merge in merges
        )
        transaction.on_commit(lambda: doorbell.ring(self.page_id), robust=True)
        return written
