"""Deliveries of a broadcast, written by the database itself, a statement for however many."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast

from notifications.channels import bulk_channels, channels
from notifications.models.delivery import Delivery
from notifications.models.manner import asleep
from notifications.models.states import State
from notifications.models.subscription import Subscription

if TYPE_CHECKING:
    from notifications.models.broadcast import Broadcast

type Audience = models.QuerySet[Subscription]


def write_deliveries(broadcast: "Broadcast", audience: Audience, at: datetime) -> int:
    """Writes one for each destination that has none; returns how many.

    What goes in chunks is due with its chunk; all else by itself, now or after sleep.
    """
    bulk = Q(channel__in=[*bulk_channels()])
    # Sleepers first: whoever has a row gets no second one.
    groups = [*_asleep(broadcast, at), (bulk, None), (~bulk, at)]
    return sum(
        _insert(audience.filter(group), _columns(broadcast, at, due=due)) for group, due in groups
    )


def _asleep(broadcast: "Broadcast", at: datetime) -> Iterator[tuple[Q, datetime]]:
    """Who sleeps now, and when they are told."""
    audience = broadcast.audience()
    if broadcast.wakes():
        audience = audience.filter(woken_by_major=False)
    mine = {"pk__in": audience.filter(quiet_from__isnull=False).values("pk")}
    for sleepers, until in asleep(audience, broadcast.page, at):
        yield sleepers & Q(**mine), until


def _insert(audience: Audience, columns: dict[str, Any]) -> int:
    # By channel, so that a chunk's rows lie side by side.
    rows = audience.annotate(**columns).order_by("channel", "pk").values_list(*columns)
    try:
        sql, params = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0
    names = ", ".join(f'"{name.removeprefix("to_")}"' for name in columns)
    insert = f"INSERT INTO {Delivery._meta.db_table} ({names}) {sql} ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(insert, params)
        return int(cursor.rowcount)


def _columns(broadcast: "Broadcast", at: datetime, *, due: datetime | None) -> dict[str, Any]:
    """What each column of a delivery takes from the subscription, or from the broadcast."""
    lanes = [When(channel=name, then=Value(each.lane)) for name, each in channels().items()]
    blank = _text("")
    return {
        "to_page_id": F("page_id"),
        "to_subscription_id": F("pk"),
        "to_channel": F("channel"),
        "to_destination": F("destination"),
        "to_lane": Case(*lanes, default=Value("urgent"), output_field=models.CharField()),
        "to_broadcast_id": Value(broadcast.pk),
        "to_stream": _text(broadcast.stream),
        "to_merge": Value({}, models.JSONField()),
        "to_state": _text(State.PENDING),
        "to_owner": blank,
        "to_provider_id": blank,
        "to_last_error": blank,
        "to_attempts": Value(0),
        "to_next_attempt_at": Value(due, models.DateTimeField()),
        "to_created_at": Value(at, models.DateTimeField()),
    }


def _text(value: str) -> Cast:
    return Cast(Value(value), models.TextField())
