"""Rows with all that hangs on them in one statement, where prefetching asks level by level."""

import json
from collections import UserDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.db import models
from django.db.models import F, OuterRef, Prefetch
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import RawSQL
from django.db.models.query import ModelIterable

from incidents.core.viewers import for_everybody, limited_to
from incidents.models.compiled import Compiled
from incidents.models.rows import AsText, Embedded, Row, Rows
from incidents.models.sight import in_sight

type Lookup = str | Prefetch[Any]
type Branches = dict[str, Branch]
# Rows as the database gave them, and the instances that they became.
type Known = dict[tuple[Any, ...], Any]


class Tree:
    """What hangs on the rows of a model, named as for prefetching; its SQL is compiled once."""

    def __init__(self, model: type[models.Model], *lookups: Lookup) -> None:
        if limited_to() is not None:
            raise RuntimeError("Compiled once: make it by a function that is `for_everybody`.")
        self.model = model
        self.branches: Branches = {}
        self._compiled: dict[str, tuple[str, Sequence[Any]]] = {}
        for lookup in lookups:
            _grow(self.model, self.branches, lookup)

    def over[Q: models.QuerySet[Any]](self, queryset: Q) -> Q:
        """Return the queryset so that each of its rows comes whole."""
        whole = queryset.all()
        whole._iterable_class = self._iterable
        return whole

    @cached_property
    def _iterable(self) -> type:
        return type("Whole", (WholeIterable,), {"tree": self})

    @for_everybody
    def column(self, using: str) -> RawSQL:
        """Return the column that holds it all, for a query whose first table is the model's."""
        if using not in self._compiled:
            row = AsText(Row(*(branch.rows() for branch in self.branches.values())))
            query = self.model._base_manager.using(using).annotate(whole=row).query
            self._compiled[using] = query.get_compiler(using).compile(query.annotations["whole"])
        sql, params = self._compiled[using]
        return RawSQL(sql, list(params), models.TextField())  # noqa: S611 -- compiled just above


class Statement[M: models.Model]:
    """Rows that come whole, in SQL that is compiled once: for what is read again and again.

    What differs from run to run stands in the queryset and in the lookups as a `Given`.
    """

    def __init__(self, queryset: models.QuerySet[M], *lookups: Lookup) -> None:
        self.queryset = queryset
        self.tree = Tree(queryset.model, *lookups)
        self._compiled: dict[str, Compiled] = {}

    def read(self, known: Known | None = None, /, **given: Any) -> list[M]:
        """Return the rows for the values that are given.

        Where a row is as `known` has it, its instance is the same as last time; `known` holds what
        was found just now afterwards, and belongs to one thread.
        """
        using = self.queryset.db
        compiled = self._compiled.get(using) or self._compile(using)
        rows = compiled.rows(**given)
        known = {} if known is None else known
        fresh = [row for row in rows if row not in known]
        made = dict(zip(fresh, self._made(compiled.converted(fresh), using), strict=True))
        found = {row: made.get(row) or known[row] for row in rows}
        known.clear()
        known.update(found)
        return in_sight(list(found.values()), self.queryset.model)

    def _made(self, rows: Iterable[list[Any]], using: str) -> Iterator[M]:
        model, mode = self.queryset.model, self.queryset._fetch_mode  # type: ignore[attr-defined]
        names = [column.attname for column in model._meta.concrete_fields]
        for *values, whole in rows:
            made = model.from_db(using, names, values, fetch_mode=mode)
            _hang(made, self.tree.branches, json.loads(whole))
            yield made

    @for_everybody
    def _compile(self, using: str) -> Compiled:
        whole = self.queryset.annotate(whole=self.tree.column(using))
        self._compiled[using] = Compiled.of(whole, using)
        return self._compiled[using]


class WholeIterable(ModelIterable):  # type: ignore[type-arg]
    """Instances with what hangs on them; of a slice, nothing is read for rows that fall out."""

    tree: Tree
    queryset: Any

    def __iter__(self) -> Iterator[Any]:
        column = self.tree.column(self.queryset.db)
        rows = self._of_slice if self.queryset.query.is_sliced else self._at_once
        for instance, whole in rows(column):
            _hang(instance, self.tree.branches, json.loads(whole))
            yield instance

    def _at_once(self, column: RawSQL) -> Iterator[tuple[Any, str]]:
        self.queryset = self.queryset.annotate(whole=column)
        for instance in super().__iter__():
            yield instance, instance.__dict__.pop("whole")

    def _of_slice(self, column: RawSQL) -> Iterator[tuple[Any, str]]:
        instances = {instance.pk: instance for instance in super().__iter__()}
        rows = self.tree.model._base_manager.using(self.queryset.db).filter(pk__in=instances)
        whole = dict(rows.annotate(whole=column).values_list("pk", "whole"))
        return ((each, whole[pk]) for pk, each in instances.items() if pk in whole)


@dataclass
class Branch:
    """One relation of a row, what is read of it, and what hangs on that in turn."""

    relation: Any
    fresh: Callable[[], models.QuerySet[Any]]
    """Its rows, to be narrowed further by whoever asks."""
    to_attr: str = ""
    branches: Branches = field(default_factory=dict)

    @property
    def is_single(self) -> bool:
        """Whether it leads to one row at most."""
        return bool(self.relation.many_to_one or self.relation.one_to_one)

    @cached_property
    @for_everybody
    def queryset(self) -> models.QuerySet[Any]:
        return self.fresh()

    @cached_property
    def fields(self) -> list[Any]:
        return list(self.queryset.model._meta.concrete_fields)

    @cached_property
    def reading(self) -> list[tuple[int, Callable[[Any], Any]]]:
        """The columns that are not yet what they mean when they come out of JSON."""
        kinds = [_kind(column) for column in self.fields]
        return [(place, READING[kind]) for place, kind in enumerate(kinds) if kind in READING]

    def rows(self) -> Rows:
        """Return the subquery that reads it for a row of the query around."""
        found = self.queryset.select_related(None).prefetch_related(None)
        query = found.query
        first, last = query.low_mark, query.high_mark
        query.clear_limits()
        if self.relation.many_to_one:
            found = found.order_by().filter(pk=OuterRef(self.relation.attname))
        else:
            found = found.filter(**{self.relation.remote_field.name: OuterRef("pk")})
        columns = [
            Embedded(F(column.attname)) if _kind(column) == "JSONField" else F(column.attname)
            for column in self.fields
        ]
        branches = [branch.rows() for branch in self.branches.values()]
        return Rows(found.values(row=Row(*columns, *branches))[first:last])

    def made(self, rows: Iterable[list[Any]] | None, parent: models.Model) -> list[Any]:
        """Return the instances of rows as JSON told them."""
        made = [self._made(row, parent) for row in rows or ()]
        # The statement around was compiled for everybody.
        return made if self.is_single else in_sight(made, self.queryset.model)

    def _made(self, row: list[Any], parent: models.Model) -> Any:
        for place, read in self.reading:
            if row[place] is not None:
                row[place] = read(row[place])
        values, hanging = row[: len(self.fields)], row[len(self.fields) :]
        state: Any = parent._state
        made = self.queryset.model.from_db(state.db, (), values, fetch_mode=state.fetch_mode)
        if self.relation.one_to_many:
            self.relation.remote_field.set_cached_value(made, parent)
        if hanging:
            _hang(made, self.branches, hanging)
        return made


class Hanging(UserDict[str, Any]):
    """The prefetched rows of one instance, which become instances when somebody asks for them."""

    def __init__(self, instance: models.Model) -> None:
        super().__init__()
        self.instance = instance

    def __getitem__(self, name: str) -> Any:
        found = self.data[name]
        if isinstance(found, Folded):
            found = self.data[name] = found.queryset(self.instance)
        return found


class Folded(NamedTuple):
    """Rows as JSON told them, and what they are."""

    branch: Branch
    rows: list[list[Any]] | None

    def queryset(self, instance: models.Model) -> Any:
        """Return what prefetching would have left in its place."""
        manager: Any = getattr(instance, self.branch.relation.name)
        found = manager._apply_rel_filters(self.branch.fresh())
        found._result_cache = self.branch.made(self.rows, instance)
        found._prefetch_done = True
        return found


def _hang(instance: Any, branches: Branches, values: list[Any]) -> None:
    """Put what was read where prefetching would: in the caches of an instance."""
    hanging = instance._prefetched_objects_cache = Hanging(instance)
    for (name, branch), rows in zip(branches.items(), values, strict=True):
        if branch.is_single:
            found = branch.made(rows, instance)
            branch.relation.set_cached_value(instance, found[0] if found else None)
        elif branch.to_attr:
            setattr(instance, branch.to_attr, branch.made(rows, instance))
        else:
            hanging.data[name] = Folded(branch, rows)


def _grow(model: type[models.Model], branches: Branches, lookup: Lookup) -> None:
    """Add one lookup: the branches that it leads through, and the one at its end."""
    given: Any = lookup if isinstance(lookup, Prefetch) else Prefetch(lookup)
    name, _, deeper = given.prefetch_through.partition(LOOKUP_SEP)
    relation: Any = model._meta.get_field(name)
    related = relation.related_model
    if deeper or given.queryset is None:
        manager = related._base_manager if relation.many_to_one else related._default_manager
        branch = branches.setdefault(name, Branch(relation, manager.get_queryset))
    else:
        branch = Branch(relation, given.queryset.all, given.to_attr or "")
        branches[branch.to_attr or name] = branch
        joined = _joined(given.queryset.query.select_related)
        for each in [*joined, *given.queryset._prefetch_related_lookups]:
            _grow(related, branch.branches, each)
    if deeper:
        _grow(related, branch.branches, Prefetch(deeper, given.queryset, given.to_attr))


def _joined(selected: Any, before: str = "") -> Iterator[str]:
    """The names that `select_related` was given."""
    for name, deeper in (selected or {}).items():
        yield f"{before}{name}"
        yield from _joined(deeper, f"{before}{name}{LOOKUP_SEP}")


def _kind(column: Any) -> str:
    """What a column holds; refuses what JSON would not give back as it was."""
    kind: str = column.get_internal_type()
    if kind in REFUSED or (kind != "JSONField" and hasattr(column, "from_db_value")):
        raise TypeError(f"{column} cannot be read as part of a whole.")
    return kind


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


READING: Final[dict[str, Callable[[Any], Any]]] = {
    "BooleanField": bool,
    "DateField": date.fromisoformat,
    "DateTimeField": _instant,
}
REFUSED: Final = {"BinaryField", "DecimalField", "DurationField", "TimeField", "UUIDField"}
