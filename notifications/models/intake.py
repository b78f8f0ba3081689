"""Subscribers that staff brings along in a table, taken up where it stopped last."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, models, transaction
from django.db.models import F, Q

from incidents import doorbell
from incidents.models import Page
from incidents.models.fields import PublicIdField
from notifications.models.sign_up import MAIL, State
from notifications.models.subscription import Subscription
from notifications.models.suppression import Suppression
from notifications.models.wish import Wish
from notifications.rolls import Refused, Roll
from people.actors import Actor
from people.fields import EncryptedTextField, opened

logger = logging.getLogger(__name__)

AT_A_TIME: Final = 1000
TRIES: Final = 5
LEFT: Final = "Has left; only its owner can come back."
SILENT: Final = "Is suppressed: it bounced, or its owner complained."


class Foreseen(NamedTuple):
    """What would come of a table: addresses that are new, known by now, and left out."""

    added: int
    known: int
    refused: list[Refused]


class Intake(models.Model):
    """A table on its way in: who already hears stays as they are, who left stays away.

    With their consent, as staff declares, entries are told at once; without it each is asked first.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="intakes")
    public_id = PublicIdField()
    entries = EncryptedTextField(blank=True)
    consent = models.BooleanField()
    by = models.CharField(max_length=200)
    lines = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=64, blank=True)
    part = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "source", "part"], condition=~Q(source=""), name="intake_part_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.lines}, {self.created_at:%Y-%m-%d %H:%M}"

    @classmethod
    def begin(
        cls,
        page: Page,
        roll: Roll,
        *,
        consent: bool,
        by: Actor,
        at: datetime,
        source: str = "",
        part: int = 0,
    ) -> "Intake":
        """Keeps a table to be taken up; ValidationError on "file" where nothing is in it.

        A `part` of a larger one, its `source`, takes the place of the same part that gave up.
        """
        if not roll.entries:
            raise ValidationError({"file": ["There is nobody in it who could be added."]})
        with page.writing(by=by, at=at) as journal:
            if source:
                gone = page.intakes.filter(source=source, part=part, done__lt=F("lines"))
                gone.filter(finished_at__isnull=False).update(source="")
            intake = cls.objects.create(
                page=page,
                source=source,
                part=part,
                entries=json.dumps([entry.written() for entry in roll.entries]),
                consent=consent,
                by=by.label,
                lines=len(roll.entries),
                refused=[[each.line, each.reason] for each in roll.refused],
                created_at=at,
            )
            after = {"count": len(roll.entries), "consent": consent}
            journal.append("subscriptions.imported", page, after=after)
            transaction.on_commit(partial(doorbell.ring, page.pk), robust=True)
        return intake

    @classmethod
    def foresee(cls, page: Page, roll: Roll) -> Foreseen:
        """What would come of a table if it were taken up now; changes nothing."""
        seen, refused, known = cls(page=page), list(roll.refused), 0
        for some in batched(roll.entries, AT_A_TIME):
            addresses = [each.email for each in some]
            states, silent = seen._known(addresses), seen._silent(addresses)
            for each in some:
                if why := cls._why_not(states.get(each.email), each.email in silent):
                    refused.append(Refused(each.line, why))
                else:
                    known += each.email in states
        left = len(roll.entries) - (len(refused) - len(roll.refused))
        return Foreseen(left - known, known, sorted(refused, key=lambda each: each.line))

    @classmethod
    def go_on(cls, at: datetime) -> bool:
        """Takes up the next thousand of the oldest one; False when none waits.

        One that cannot be taken up ends there, and says so. Raises OperationalError while the
        database is away, after which it goes on.
        """
        waiting = cls.objects.filter(finished_at=None).order_by("pk")
        return cls._advance(waiting.select_for_update(skip_locked=True, of=("self",)), at)

    def finish(self, clock: Callable[[], datetime]) -> None:
        """Takes up all that is left of it here and now, after whoever has begun on it."""
        mine = type(self).objects.filter(pk=self.pk, finished_at=None)
        while self._advance(mine.select_for_update(of=("self",)), clock()):
            pass
        self.refresh_from_db()

    @property
    def gave_up(self) -> bool:
        """Whether it ended before its last line."""
        return self.finished_at is not None and self.done < self.lines

    @classmethod
    def _advance(cls, waiting: "models.QuerySet[Intake]", at: datetime) -> bool:
        intake: Intake | None = None
        try:
            with transaction.atomic():
                intake = waiting.select_related("page").first()
                if intake is not None:
                    intake._insist(at)
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:
            if intake is None:
                raise
            logger.exception("A table of subscribers ends before its last line")
            cls.objects.get(pk=intake.pk)._give_up(type(problem).__name__, at)
        return intake is not None

    def _insist(self, at: datetime) -> None:
        """Once more where somebody signed up after it was read who is known: now they are."""
        for _try in range(TRIES - 1):
            with suppress(IntegrityError), transaction.atomic():
                return self._take(at)
            self.refresh_from_db(fields=["added", "known", "refused"])
        return self._take(at)

    def _take(self, at: datetime) -> None:
        entries = json.loads(opened(self.entries))
        some = entries[self.done : self.done + AT_A_TIME]
        known = self._known([each["email"] for each in some])
        silent = self._silent([each["email"] for each in some])
        fresh = []
        for entry in some:
            address = entry["email"]
            if why := self._why_not(known.get(address), address in silent):
                self.refused.append([entry["line"], why])
            elif address in known:
                self.known += 1
                self._confirm(address, known[address], at)
            else:
                fresh.append(entry)
        self._add(fresh, at)
        self.done += len(some)
        if self.done >= self.lines:
            # The record is done with: what is personal in it goes.
            self.entries, self.finished_at = "", at
        self.save()

    def _give_up(self, problem: str, at: datetime) -> None:
        """Ends it where it stands; no words of the error, which may name an address."""
        rest = f"and what follows could not be taken up ({problem}); bring those lines again."
        self.refused.append([self._line(), rest])
        self.entries, self.finished_at = "", at
        self.save(update_fields=["refused", "entries", "finished_at"])

    def _line(self) -> int:
        """The line of the table that is next; its first one where that cannot be read."""
        with suppress(Exception):
            return int(json.loads(opened(self.entries))[self.done]["line"])
        return self.done + 2

    def _add(self, fresh: list[dict[str, Any]], at: datetime) -> None:
        self.added += len(fresh)
        if self.consent:
            self._subscribe(fresh, at)
        else:
            Wish.objects.bulk_create([self._wish(entry, at) for entry in fresh])

    def _confirm(self, address: str, state: str, at: datetime) -> None:
        if self.consent and state == State.PENDING:
            waiting = Subscription.objects.filter(page=self.page_id, channel=MAIL, incident=None)
            changed = {"state": State.CONFIRMED, "confirmed_at": at}
            waiting.filter(destination=address, state=State.PENDING).update(**changed)

    def _subscribe(self, fresh: list[dict[str, Any]], at: datetime) -> None:
        made = Subscription.objects.bulk_create(
            [self._subscription(entry, at) for entry in fresh], batch_size=500
        )
        through = Subscription.components.through
        through.objects.bulk_create(
            through(subscription_id=subscription.pk, component_id=component)
            for subscription, entry in zip(made, fresh, strict=True)
            for component in entry["components"]
        )

    def _subscription(self, entry: dict[str, Any], at: datetime) -> Subscription:
        said = entry["confirmed_at"]
        confirmed_at = min(datetime.fromisoformat(said), at) if said else at
        return Subscription(
            page=self.page,
            channel=MAIL,
            destination=entry["email"],
            language=entry["language"],
            time_zone=entry["time_zone"],
            kinds=f",{','.join(entry['kinds'])}," if entry["kinds"] else "",
            state=State.CONFIRMED,
            asked_at=confirmed_at,
            confirmed_at=confirmed_at,
        )

    def _wish(self, entry: dict[str, Any], at: datetime) -> Wish:
        picked = {"components": entry["components"], "kinds": entry["kinds"]}
        return Wish(
            page=self.page,
            channel=MAIL,
            destination=entry["email"],
            language=entry["language"],
            picked=picked | {"groups": [], "from_level": "", "new_from": None},
            asked_at=at,
            due_at=at,
        )

    def _known(self, addresses: list[str]) -> dict[str, str]:
        mine = Subscription.objects.filter(page=self.page_id, channel=MAIL, incident=None)
        return dict(mine.filter(destination__in=addresses).values_list("destination", "state"))

    def _silent(self, addresses: list[str]) -> set[str]:
        silent = Suppression.objects.in_force().filter(channel=MAIL, destination__in=addresses)
        return set(silent.values_list("destination", flat=True))

    @staticmethod
    def _why_not(state: str | None, silent: bool) -> str:
        if silent:
            return SILENT
        return LEFT if state == State.UNSUBSCRIBED else ""
