"""Everything that was ever promised here, year by year, and whether it was kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Min, Q
from django.db.models.functions import Coalesce, TruncYear

from incidents.core.promises import Figures
from incidents.core.viewers import PUBLIC
from incidents.models import Commitment, Page
from incidents.models.story.commitment import CommitmentQuerySet
from publishing.artefact import Artefact, Missing
from publishing.html import html
from publishing.story.promises import Promise, Record

A_PART = 100


@dataclass(frozen=True)
class Year:
    """The promises of one year of the page's zone, counted."""

    number: int
    figures: Figures

    @property
    def record(self) -> Record:
        """The figures as readers see them."""
        return Record(self.figures)


def promises(page: Page, at: datetime) -> Artefact:
    """Render `/promises/`: the latest year, and a way to all of them."""
    years = years_of(page, at)
    return _render(page, at, "promises/", years, years[0] if years else None, 1)


def promises_year(page: Page, at: datetime, year: str, part: str | None = None) -> Artefact:
    """Render `/promises/2012/` and its further parts, a hundred promises each."""
    years = years_of(page, at)
    shown = next((each for each in years if each.number == int(year)), None)
    number = int(part or 1)
    if shown is None or (number - 1) * A_PART >= shown.figures.total:
        raise Missing
    path = f"promises/{year}/" if number == 1 else f"promises/{year}/{number}/"
    return _render(page, at, path, years, shown, number)


def years_of(page: Page, at: datetime) -> list[Year]:
    """The years in which something was promised, the newest first."""
    made = _public(page).annotate(year=TruncYear("made_at", tzinfo=page.zone)).values("year")
    rows = made.annotate(**_tally(at)).order_by("-year")
    return [Year(row["year"].year, _figures(dict(row), at)) for row in rows]


def _render(
    page: Page, at: datetime, path: str, years: list[Year], shown: Year | None, part: int
) -> Artefact:
    found = _of_year(page, shown, part) if shown else []
    further = shown is not None and part * A_PART < shown.figures.total
    return html(
        "promises.html",
        page,
        path,
        at,
        years=years,
        shown=shown,
        promises=[Promise(promise, at) for promise in found],
        newer=part - 1,
        older=part + 1 if further else 0,
    )


def _of_year(page: Page, year: Year, part: int) -> list[Commitment]:
    first = datetime(year.number, 1, 1, tzinfo=page.zone)
    after = datetime(year.number + 1, 1, 1, tzinfo=page.zone)
    made = _public(page).filter(made_at__gte=first, made_at__lt=after)
    ordered = made.select_related("incident__page").order_by("-made_at", "-pk")
    return list(ordered[(part - 1) * A_PART : part * A_PART])


def _public(page: Page) -> CommitmentQuerySet:
    return Commitment.objects.filter(page=page).visible_to(PUBLIC).counting()


def _tally(at: datetime) -> dict[str, Count | Max | Min]:
    """The states of `Commitment.state_at`, counted where the rows are."""
    back = Q(withdrawn_at__isnull=False)
    met, late = Q(met_at__isnull=False), Q(met_at__gt=F("due"))
    stands, overdue = Q(met_at=None, withdrawn_at=None), Q(due__lt=at)
    # What was taken back was late until then.
    lapsed = Q(withdrawn_at__gt=F("due"))
    settled = Coalesce(F("met_at"), F("withdrawn_at"))
    delay = ExpressionWrapper(settled - F("due"), DurationField())
    return {
        "kept": Count("pk", met & (Q(due=None) | Q(met_at__lte=F("due")))),
        "kept_late": Count("pk", met & late),
        "late": Count("pk", stands & overdue),
        "open": Count("pk", stands & (Q(due=None) | Q(due__gte=at))),
        "withdrawn": Count("pk", back),
        "latest": Max(delay, filter=(met & late) | (back & lapsed)),
        "oldest_due": Min("due", filter=stands & overdue),
    }


def _figures(row: dict[str, Any], at: datetime) -> Figures:
    latest, oldest = row.pop("latest"), row.pop("oldest_due")
    lengths = [each for each in (latest,) if isinstance(each, timedelta)]
    lengths += [at - each for each in (oldest,) if isinstance(each, datetime)]
    counts = {name: value for name, value in row.items() if isinstance(value, int)}
    return Figures(**counts, most_late=max(lengths, default=timedelta()))
