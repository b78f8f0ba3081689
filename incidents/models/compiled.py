"""Queries whose SQL is worked out once: for what is read again and again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import connections, models
from django.db.models import Value
from django.db.models.sql import Query

type Raw = tuple[Any, ...]


class Given(Value):
    """A value that is named now, and given when the query is run."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def prepared(self, values: Mapping[str, Any], connection: Any) -> Any:
        """Return what the database gets."""
        return self.output_field.get_db_prep_value(values[self.value], connection)


@dataclass(frozen=True)
class Compiled:
    """A query as SQL for one database, with what it is run with and the columns that come of it."""

    query: Query
    using: str
    sql: str
    params: Sequence[Any]
    columns: list[Any]

    @classmethod
    def of(cls, queryset: models.QuerySet[Any, Any], using: str) -> Self:
        """Work it out; what differs from run to run stands in the queryset as a `Given`."""
        compiler = queryset.query.get_compiler(using)
        sql, params = compiler.as_sql()
        return cls(queryset.query, using, sql, params, [column for column, *_ in compiler.select])

    def rows(self, **given: Any) -> list[Raw]:
        """Return the rows for the values that are given, as the database tells them."""
        connection = connections[self.using]
        values = [
            each.prepared(given, connection) if isinstance(each, Given) else each
            for each in self.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            rows: list[Raw] = cursor.fetchall()
        return rows

    def converted(self, rows: Iterable[Raw]) -> Iterator[list[Any]]:
        """Return such rows with the values that the columns stand for."""
        compiler = self.query.get_compiler(self.using)
        yield from compiler.apply_converters(rows, compiler.get_converters(self.columns))
