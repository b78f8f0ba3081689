"""Writes down how calls went, many at a time; what is lost of that costs no delivery."""

import logging
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from django.db import DatabaseError, IntegrityError, transaction

from notifications.models.delivery import Delivery
from notifications.models.exchange import Exchange, excerpt
from notifications.outbound.calling.switchboard import Done
from notifications.outbound.results import Answer, Crowded, Result

logger = logging.getLogger(__name__)

AT_ONCE: Final = 500


class Log:
    """Calls of one round that are not in the database yet."""

    def __init__(self) -> None:
        self._rows: list[Exchange] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._flush()

    def note(self, done: Done, at: datetime) -> None:
        """Keep one call. That a message arrived and nothing was answered, its delivery says."""
        if isinstance(done.result, Crowded) or _says_nothing(done.result):
            return
        self._rows.append(_row(done, at))
        if len(self._rows) >= AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        try:
            _write(rows)
        except DatabaseError:
            logger.exception("How %s webhooks went could not be written down", len(rows))


def _write(rows: list[Exchange]) -> None:
    """Writes them down; what was erased while it was called takes nothing of the others along."""
    try:
        with transaction.atomic():
            Exchange.objects.bulk_create(rows)
    except IntegrityError:
        called = Delivery.objects.filter(pk__in={each.delivery_id for each in rows})
        left = set(called.values_list("pk", flat=True))
        for each in rows:
            each.pk = None
        Exchange.objects.bulk_create(each for each in rows if each.delivery_id in left)


def _says_nothing(result: Result) -> bool:
    return isinstance(result, Answer) and 200 <= result.status < 300 and not result.body


def _row(done: Done, at: datetime) -> Exchange:
    answer = done.result if isinstance(done.result, Answer) else None
    problem = "" if isinstance(done.result, Answer) else done.result.words
    return Exchange(
        delivery_id=done.key,
        at=at,
        milliseconds=round(done.seconds * 1000),
        status=answer.status if answer else None,
        problem=problem[:300],
        answer=excerpt(answer.body) if answer else "",
    )
