"""One event of the journal that is told: unique per event, expanded into deliveries once."""

from datetime import datetime
from typing import Any, Self

from django.db import connection, models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from incidents.core.levels import IMPACT_OF, worst
from incidents.core.viewers import PUBLIC
from incidents.models import (
    ActionProgress,
    Component,
    Event,
    ImpactWindow,
    Incident,
    Page,
    Postmortem,
    UpdateLevel,
)
from notifications.channels import channels
from notifications.kinds import Kind, Stream, kind_of, label_of, stream_of
from notifications.models import advised
from notifications.models.delivery import Delivery, State
from notifications.models.manner import asleep
from notifications.models.scope import About
from notifications.models.sign_up import DoubleOptIn
from notifications.models.subscription import Subscription


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    """Ways to pick broadcasts."""

    def unexpanded(self) -> Self:
        """Those whose deliveries are not written yet."""
        return self.filter(expanded_at__isnull=True)

    def told(self) -> Self:
        """Those that are on their way, or will be in a moment."""
        return self.filter(silent_because="")


class Broadcast(models.Model):
    """What is told about one event; `sequence` is its place among the events of its incident."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="broadcasts")
    event = models.OneToOneField(Event, models.PROTECT, related_name="broadcast")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, related_name="broadcasts")
    kind = models.CharField(max_length=12, choices=Kind)
    stream = models.CharField(max_length=12, choices=Stream)
    sequence = models.BigIntegerField()
    opened_at = models.DateTimeField()
    expanded_at = models.DateTimeField(null=True)
    recipients = models.PositiveIntegerField(default=0)
    silent_because = models.CharField(max_length=200, blank=True)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "sequence"], name="broadcast_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["sequence"],
                condition=Q(expanded_at__isnull=True),
                name="broadcast_unexpanded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.page}, {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        """What was told, in words for staff."""
        return label_of(self.event.kind)

    @classmethod
    def open_due(cls, at: datetime) -> list["Broadcast"]:
        """Opens what the journal asks to be told by now; returns all that await expansion.

        An event that still waits for its `tell_after` is opened with a later one of its incident,
        so that no delay can turn their order around.
        """
        untold = Event.objects.filter(tell=True, broadcast__isnull=True)
        due = untold.filter(tell_after__lte=at)
        overtaken = Exists(due.filter(incident=OuterRef("incident"), pk__gt=OuterRef("pk")))
        events = untold.filter(Q(tell_after__lte=at) | overtaken).order_by("pk")
        fresh = [cls._of(event, at) for event in events.select_related("page", "incident")]
        Broadcast.objects.bulk_create(fresh, ignore_conflicts=True)
        return list(cls.objects.unexpanded().order_by("sequence"))

    def fan_out(self, at: datetime) -> int:
        """Writes one delivery per destination, once, older updates of the incident first.

        What is still unsent of those is replaced by this one, which carries what was missed.
        """
        with transaction.atomic():
            earlier = Broadcast.objects.unexpanded().filter(sequence__lte=self.sequence)
            same = Q(incident=self.incident_id) if self.incident_id else Q(pk=self.pk)
            mine = earlier.filter(same).order_by("sequence").select_for_update()
            return sum(broadcast._expand(at) for broadcast in list(mine))

    def delivery_to(self, subscription: DoubleOptIn, *, lane: str, at: datetime) -> Delivery:
        """An unsaved delivery to somebody who came later."""
        return Delivery(
            page_id=self.page_id,
            broadcast=self,
            subscription_id=subscription.pk,
            stream=self.stream,
            lane=lane,
            channel=subscription.channel,
            destination=subscription.destination,
            next_attempt_at=at,
            created_at=at,
        )

    def concerns(self, subscription: DoubleOptIn) -> bool:
        """Whether this subscription asked for what is told here."""
        return self._audience().filter(pk=subscription.pk).exists()

    @cached_property
    def about(self) -> About:
        """What decides who hears of this."""
        return About(
            page=self.page,
            kind=self.kind,
            components=self.component_ids(),
            incidents=self._incident_ids(),
            level=self._level(),
        )

    def component_ids(self) -> list[int]:
        """The components that this is about: those of the incident, or the one that changed."""
        if self.incident_id is None:
            return [self.event.object().pk] if self.kind == Kind.COMPONENT else []
        # What this very event took back was told of before, to those who have to hear of it now.
        held = Q(superseded_at=None) | Q(superseded_at__gte=self.event.at)
        windows = ImpactWindow.objects.filter(held, incident=self.incident_id)
        levels = UpdateLevel.objects.filter(update__incident=self.incident_id)
        dated = Q(scheduled_windows__maintenance=self.incident_id)
        planned = Component.objects.filter(dated | Q(announced_maintenances=self.incident_id))
        return sorted(
            {
                *windows.values_list("component", flat=True),
                *levels.values_list("component", flat=True),
                *planned.values_list("pk", flat=True),
            }
        )

    @staticmethod
    def _of(event: Event, at: datetime) -> "Broadcast":
        kind = kind_of(event.kind)
        return Broadcast(
            page=event.page,
            event=event,
            incident=event.incident,
            kind=kind,
            stream=stream_of(kind),
            sequence=event.pk,
            opened_at=at,
        )

    def _expand(self, at: datetime) -> int:
        self.silent_because = self._why_silent()
        self.expanded_at = at
        if not self.silent_because:
            self.recipients = self._write_deliveries(at)
            self._supersede()
        self.save(update_fields=["silent_because", "expanded_at", "recipients"])
        return self.recipients

    def _why_silent(self) -> str:
        if self.page.visibility != Page.Visibility.PUBLIC:
            return "The page is private."
        if (
            self.incident_id
            and not Incident.objects.visible_to(PUBLIC).filter(pk=self.incident_id).exists()
        ):
            return "The incident is a rehearsal, a draft or withdrawn."
        if self.kind == Kind.POSTMORTEM and not self._is_read():
            return "The postmortem was withdrawn."
        return ""

    def _is_read(self) -> bool:
        """Whether readers can still open the postmortem, or the action, that this is about."""
        subject = self.event.object()
        told = subject.action.postmortem if isinstance(subject, ActionProgress) else subject
        return Postmortem.objects.visible_to(PUBLIC).filter(pk=told.pk).exists()

    def _incident_ids(self) -> list[int]:
        """The incidents that this tells of: several, where a postmortem is about several."""
        own = [self.incident_id] if self.incident_id else []
        if self.kind != Kind.POSTMORTEM:
            return own
        subject: Any = self.event.object()
        told = subject.action.postmortem if isinstance(subject, ActionProgress) else subject
        return [*told.incidents.values_list("pk", flat=True)]

    def _level(self) -> str:
        """The worst that anything was at, whatever it is at now."""
        if self.incident is None:
            return worst(
                filter(None, (self.event.before.get("level"), self.event.after.get("level")))
            )
        weighed = [
            level for level, impact in IMPACT_OF.items() if impact == self.incident.impact_override
        ]
        windows = ImpactWindow.objects.filter(incident=self.incident_id, superseded_at=None)
        told = UpdateLevel.objects.filter(update__incident=self.incident_id)
        return worst(
            [
                *weighed,
                *(window.page_level for window in windows),
                *told.values_list("new_level", flat=True),
            ]
        )

    def _audience(self) -> models.QuerySet[Subscription]:
        hearing = Subscription.objects.hearing(self.about)
        if self.event.kind in advised.KINDS:
            hearing = advised.with_those_advised(hearing, self.event)
        return hearing.at_once().unsuppressed()

    def _write_deliveries(self, at: datetime) -> int:
        columns = self._columns(at)
        rows = self._audience().annotate(**columns).values_list(*columns)
        sql, params = rows.query.get_compiler(connection=connection).as_sql()
        names = ", ".join(f'"{name.removeprefix("to_")}"' for name in columns)
        insert = f"INSERT INTO {Delivery._meta.db_table} ({names}) {sql} ON CONFLICT DO NOTHING"
        with connection.cursor() as cursor:
            cursor.execute(insert, params)
            return int(cursor.rowcount)

    def _supersede(self) -> None:
        if self.stream != Stream.UPDATE or self.incident_id is None:
            return
        older = Delivery.objects.filter(
            broadcast__incident=self.incident_id, broadcast__sequence__lt=self.sequence
        )
        older.overtaken().update(state=State.SUPERSEDED)

    def _columns(self, at: datetime) -> dict[str, Any]:
        """What each column of a delivery takes from the subscription, or from this broadcast."""
        lanes = [When(channel=name, then=Value(each.lane)) for name, each in channels().items()]
        blank, now = _text(""), Value(at, models.DateTimeField())
        return {
            "to_page_id": F("page_id"),
            "to_subscription_id": F("pk"),
            "to_channel": F("channel"),
            "to_destination": F("destination"),
            "to_lane": Case(*lanes, default=Value("urgent"), output_field=models.CharField()),
            "to_broadcast_id": Value(self.pk),
            "to_stream": _text(self.stream),
            "to_merge": Value({}, models.JSONField()),
            "to_state": _text(State.PENDING),
            "to_owner": blank,
            "to_provider_id": blank,
            "to_last_error": blank,
            "to_attempts": Value(0),
            "to_next_attempt_at": Case(*self._later(at), default=now),
            "to_created_at": now,
        }

    def _later(self, at: datetime) -> list[When]:
        """When those are told who sleep now."""
        audience = self._audience()
        if self.about.is_major and not (self.incident and self.incident.resolved_at):
            audience = audience.filter(woken_by_major=False)
        mine = {"pk__in": audience.filter(quiet_from__isnull=False).values("pk")}
        return [
            When(sleepers & Q(**mine), then=Value(until, models.DateTimeField()))
            for sleepers, until in asleep(audience, self.page, at)
        ]


def _text(value: str) -> Cast:
    return Cast(Value(value), models.TextField())
