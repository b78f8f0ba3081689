"""Rows inside a column: what hangs on a row as JSON that the database puts together."""

from typing import Any

from django.db import models
from django.db.models import Func, Subquery


class Row(Func):
    """Some columns as one JSON array."""

    function = "JSON_ARRAY"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_BUILD_ARRAY", **context)


class Rows(Subquery):
    """What a subquery calls `row`, in its order, as one JSON array; NULL may stand for none."""

    template = 'JSON((SELECT JSON_GROUP_ARRAY(JSON("row")) FROM (%(subquery)s)))'
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = '(SELECT JSON_AGG("rows"."row") FROM (%(subquery)s) AS "rows")'
        return self.as_sql(compiler, connection, template=template, **context)


class Embedded(Func):
    """A JSON column as a part of a larger array."""

    template = "JSON(%(expressions)s)"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)


class AsText(Func):
    """JSON as the text that it is, which any kind of query can carry."""

    template = "%(expressions)s"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::text", **context)
