"""Of what somebody hears: which parts, which kinds, how bad it has to be; or of one incident."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from incidents.core.levels import SEVERITY, Level
from incidents.core.viewers import PUBLIC
from incidents.models import Component, ComponentGroup, Page, Postmortem
from notifications.kinds import Kind

THRESHOLDS: Final = (Level.DEGRADED_PERFORMANCE, Level.PARTIAL_OUTAGE, Level.MAJOR_OUTAGE)
MACHINE: Final = "webhook"
GRADED: Final = (Kind.INCIDENT, Kind.UPDATE, Kind.COMPONENT)
# Longer than a mail is tried, so that the postmortem itself still arrives.
AFTER_THE_POSTMORTEM: Final = timedelta(days=2)
WITHOUT_A_POSTMORTEM: Final = timedelta(days=90)


type Picked = models.QuerySet[Any]
"""Rows that say which parts somebody picked, seen from a subscription."""


class About(NamedTuple):
    """What decides who hears of a piece of news."""

    page: Page
    kind: str
    components: Sequence[int] = ()
    incidents: Sequence[int] = ()
    level: str = ""
    """The worst that it came to; blank where that is not known, so that nobody is left out."""

    @property
    def is_major(self) -> bool:
        """Whether this is worth waking somebody."""
        return self.kind in GRADED and self.level == Level.MAJOR_OUTAGE


class Choice(NamedTuple):
    """What somebody picked, checked; nothing picked is the whole page."""

    components: Sequence[Component] = ()
    groups: Sequence[ComponentGroup] = ()
    kinds: Iterable[str] = ()
    from_level: str = ""
    new_from: datetime | None = None
    """Components that are added after this instant are heard of, too."""

    def checked(self, page: Page) -> Self:
        """The same, or ValidationError on "kinds", "components", "groups" or "from_level"."""
        kinds = [kind for kind in dict.fromkeys(self.kinds) if kind]
        unknown = [kind for kind in kinds if kind not in Kind.values]
        if unknown:
            known = ", ".join(Kind.values)
            raise ValidationError({"kinds": [f"“{unknown[0]}” is none of {known}."]})
        for field, parts in (("components", self.components), ("groups", self.groups)):
            if any(part.page_id != page.pk for part in parts):
                raise ValidationError({field: [_("Pick components of this page.")]})
        if self.from_level and self.from_level not in THRESHOLDS:
            raise ValidationError({"from_level": [_("Pick one of the levels.")]})
        return self._replace(kinds=kinds)


def followed(about: About) -> Q:
    """Who follows one of these incidents hears of everything about it."""
    return Q(incident__in=list(about.incidents)) if about.incidents else Q(pk__in=[])


def picked(about: About, components: Picked, groups: Picked) -> Q:
    """Who hears of the page hears of what they picked, or of all."""
    graded = Q()
    if about.kind in GRADED and about.level:
        enough = [level for level in THRESHOLDS if SEVERITY[level] <= SEVERITY[about.level]]
        graded = Q(from_level__in=["", *enough])
    of_kind = Q(kinds__contains=f",{about.kind},") | unasked(about.kind)
    return Q(of_kind, graded, _of_parts(about, components, groups), incident=None)


def unasked(kind: str) -> Q:
    """Who hears of a kind without having picked any.

    A part that was set by hand is no news: people hear of it who asked for that, machines always.
    """
    return Q(kinds="", channel=MACHINE) if kind == Kind.COMPONENT else Q(kinds="")


def kinds_unasked(channel: str) -> list[str]:
    """The same, seen from a subscription."""
    return [kind for kind in Kind.values if kind != Kind.COMPONENT or channel == MACHINE]


def outlived(at: datetime) -> Q:
    """Who follows an incident that is over, its postmortem long read, or not to be expected."""
    readable = Postmortem.objects.visible_to(PUBLIC).filter(interim=False)
    out = readable.filter(
        incidents=OuterRef("incident"), published_at__lte=at - AFTER_THE_POSTMORTEM
    )
    over = Q(incident__resolved_at__lte=at - AFTER_THE_POSTMORTEM) & Exists(out)
    given_up = Q(incident__resolved_at__lte=at - WITHOUT_A_POSTMORTEM)
    return over | given_up | Q(incident__withdrawn_at__isnull=False)


def _of_parts(about: About, components: Picked, groups: Picked) -> Q:
    concerned = Component.objects.filter(pk__in=list(about.components))
    born = list(concerned.values_list("group_id", "created_at"))
    heard = Q(~Exists(components), ~Exists(groups))
    heard |= Q(Exists(components.filter(component_id__in=list(about.components))))
    heard |= Q(Exists(groups.filter(componentgroup_id__in=[group for group, _ in born if group])))
    return heard | Q(new_from__lt=max(at for _, at in born)) if born else heard
