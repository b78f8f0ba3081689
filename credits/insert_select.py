"""One statement for a million rows: `INSERT .. SELECT` from a queryset."""

from typing import Any

from django.db import connection, models
from django.db.models import QuerySet


def insert_select(model: type[models.Model], rows: QuerySet[Any], columns: dict[str, Any]) -> int:
    """Run `INSERT .. SELECT` of these columns; returns how many rows were written."""
    names = {f"to_{name}": expression for name, expression in columns.items()}
    sql, params = rows.annotate(**names).values_list(*names).query.sql_with_params()
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({quoted}) {sql}", params)
        return int(cursor.rowcount)
