"""Which entries of the record: by who asks, by kind, by what is still open."""

from datetime import datetime
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final, Self

from django.db import models
from django.db.models import Q

from incidents.core.lifecycles import OVER, Status
from incidents.core.viewers import PUBLIC, Viewer, for_everybody, limited_to
from incidents.models.site.page import readable
from incidents.models.story.window import ImpactWindow
from incidents.models.whole import Lookup, Tree

if TYPE_CHECKING:
    from incidents.models.site.component import Component
    from incidents.models.story.incident import Incident  # noqa: F401 -- named in the base class

# The ways from an entry to the components that it ever hit, or was to hit.
HIT: Final = ("windows__component", "scheduled_windows__components", "announced_for")


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Ways to pick from the record."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return what `viewer` may see; whatever shows the record to readers goes through here."""
        if viewer is not PUBLIC:
            return self
        return self.published().filter(readable("page__")).in_sight()

    def published(self) -> Self:
        """Return what was published, whoever may read its page."""
        return self.filter(published_at__isnull=False, withdrawn_at=None, rehearsal=False)

    def taken_back(self) -> Self:
        """Return what was published once and was withdrawn."""
        gone = self.filter(published_at__isnull=False, withdrawn_at__isnull=False)
        return gone.filter(rehearsal=False)

    def in_sight(self) -> Self:
        """Return what hit, or may hit, a component that whoever is looking sees, or none at all."""
        seen = limited_to()
        if seen is None:
            return self
        entries: Any = self.model._base_manager
        on_any = entries.filter(reduce(or_, (Q((f"{way}__isnull", False)) for way in HIT)))
        return self.filter(self._on(seen) | ~Q(pk__in=on_any.values("pk")))

    def of_kind(self, kind: str) -> Self:
        """Return only incidents, maintenances or announcements."""
        return self.filter(kind=kind)

    def unresolved(self) -> Self:
        """Return what is not over."""
        return self.exclude(status__in=OVER)

    def begun(self) -> Self:
        """Return what has begun: no planned work that is ahead, or was called off before it was."""
        waits = Q(status__in=(Status.ANNOUNCED, Status.SCHEDULED, Status.CANCELLED))
        started = self.filter(scheduled_windows__began_at__isnull=False).values("pk")
        return self.exclude(waits & ~Q(pk__in=started))

    def going_on(self, *, since: datetime) -> Self:
        """Return what is not over, and what ended after `since`."""
        still = ~Q(status__in=OVER) | Q(updated_at__gt=since)
        return self.filter(Q(resolved_at__gt=since) | Q(resolved_at=None) & still)

    def touching(self, component: "Component") -> Self:
        """Return what hit a component, and what was planned on it."""
        hit = ImpactWindow.objects.current().filter(component=component).values("incident")
        planned = component.scheduled_windows.values("maintenance")
        announced = component.announced_maintenances.values("pk")
        return self.filter(Q(pk__in=hit) | Q(pk__in=planned) | Q(pk__in=announced))

    def with_story(self) -> Self:
        """Fetch everything that a page tells about an incident, in one statement or two."""
        return story_tree(self.model._meta.concrete_model).over(self._with_page())

    def with_news(self) -> Self:
        """Fetch what stands of an incident in lists."""
        return news_tree(self.model._meta.concrete_model).over(self._with_page())

    def _on(self, seen: frozenset[int]) -> Q:
        """Those that hit, or may hit, one of these: not what was put right to another since.

        What was withdrawn counts, too: a title still tells of what it was about.
        """
        entries: Any = self.model._base_manager
        planned = entries.filter(
            scheduled_windows__components__in=seen, scheduled_windows__superseded_by=None
        )
        announced = entries.filter(announced_for__in=seen)
        hit = ImpactWindow.objects.filter(component__in=seen).standing_last()
        return (
            Q(pk__in=hit.values("incident"))
            | Q(pk__in=planned.values("pk"))
            | Q(pk__in=announced.values("pk"))
        )

    def _with_page(self) -> Self:
        known: Any = self._known_related_objects  # type: ignore[attr-defined]
        return self if any(field.name == "page" for field in known) else self.select_related("page")


def news() -> tuple[Lookup, ...]:
    """What the front page, the summary and lists tell of an incident."""
    return (
        models.Prefetch("windows", ImpactWindow.objects.current()),
        "windows__component",
        "windows__cohort",
        "updates__levels__component__group",
        "updates__corrects",
        "updates__texts",
        "updates__corrected_by",
        "commitments",
        "notes",
        "audience__incident",
        "audience__progress",
        "announced_for",
        "scheduled_windows__components",
        "postmortems__page",
        "recurrence",
    )


def story() -> tuple[Lookup, ...]:
    """What makes up the story of an incident."""
    return (
        *news(),
        models.Prefetch("windows", _corrected(), to_attr="corrected_windows"),
        "judgements",
        "commitments__made_in",
        "commitments__met_in",
        "commitments__replaced_by",
        "notes__changes",
        "notes__told_in",
        "cohorts__progress",
        "scheduled_windows__reminders",
        "links_out__target__page",
        "links_in__source__page",
    )


@cache
@for_everybody
def story_tree(model: type[models.Model]) -> Tree:
    """Return the same as a tree; its statement is worked out once."""
    return Tree(model, *story())


@cache
@for_everybody
def news_tree(model: type[models.Model]) -> Tree:
    """Return news as such a tree."""
    return Tree(model, *news())


def _corrected() -> models.QuerySet[ImpactWindow]:
    """What was put right, with what stands in its place."""
    return ImpactWindow.objects.corrected().select_related(
        "component", "cohort", "superseded_by__component"
    )
