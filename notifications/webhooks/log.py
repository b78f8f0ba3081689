"""Writes down how calls went, many at a time; what is lost of that costs no delivery."""

import logging
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from django.db import DatabaseError

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
            Exchange.objects.bulk_create(rows)
        except DatabaseError:
            logger.exception("How %s webhooks went could not be written down", len(rows))


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
