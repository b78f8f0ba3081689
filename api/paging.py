"""Lists in steps: the id of the last item read is the cursor to what follows it."""

from typing import Annotated, Final

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from ninja import Query
from pydantic import BaseModel, Field

from incidents.core import checks

MOST: Final = 100


class Step(BaseModel):
    """Which part of a list is wanted."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many items at most.")] = 50
    cursor: Annotated[
        str | None,
        Field(pattern=r"^[a-z0-9]{12}$", description="`next_cursor` of the answer before."),
    ] = None


Paging = Query[Step]


class Listed[Shown](BaseModel):
    """One step through a list."""

    items: list[Shown]
    next_cursor: str | None = Field(description="Send it as `cursor` for more; null at the end.")


def stepped[Row: Model](
    rows: QuerySet[Row], step: Step, *, order: tuple[str, str]
) -> tuple[list[Row], str | None]:
    """Return the rows of one step in `order` (a field, then "pk"), and the cursor of the next."""
    wanted = rows.order_by(*order)
    if step.cursor:
        wanted = wanted.filter(_beyond(rows, step.cursor, order))
    found = list(wanted[: step.limit + 1])
    page = found[: step.limit]
    return page, page[-1].public_id if len(found) > step.limit else None  # type: ignore[attr-defined]


def numbered[Row: Model](rows: QuerySet[Row], step: Step) -> tuple[list[Row], str | None]:
    """Return one step through rows that have no id but a number, the newest first.

    The cursor stands on the number alone: it leads on even when its row has left the list.
    """
    if step.cursor:
        if (number := checks.number(step.cursor)) is None:
            raise _nowhere()
        rows = rows.filter(pk__lt=number)
    found = list(rows.order_by("-pk")[: step.limit + 1])
    page = found[: step.limit]
    return page, f"{page[-1].pk:012d}" if len(found) > step.limit else None


def _beyond[Row: Model](rows: QuerySet[Row], cursor: str, order: tuple[str, str]) -> Q:
    last = rows.filter(public_id=cursor).first()
    if last is None:
        raise _nowhere()
    field, step = order[0].removeprefix("-"), "lt" if order[0].startswith("-") else "gt"
    value = getattr(last, field)
    return Q(**{f"{field}__{step}": value}) | Q(**{field: value, f"pk__{step}": last.pk})


def _nowhere() -> ValidationError:
    return checks.refusal("cursor", "This cursor leads nowhere; begin again without one.")
