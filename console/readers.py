"""Which groups of readers of a private page will read what is being written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from incidents.core.viewers import Sight, let_in
from incidents.models import Component, Incident, Page
from incidents.models.sight import is_in_sight
from publishing.models import AccessGroup


@dataclass(frozen=True)
class Readers:
    """Groups, beside whoever is let in to all of the page."""

    groups: list[AccessGroup]
    unbound: bool
    """Whether what is written hits no component, so that every group reads it."""

    @classmethod
    def of(
        cls, page: Page, chosen: Iterable[Component], incident: Incident | None = None
    ) -> Self | None:
        """Return who reads words about these components, or None where there are no groups.

        On an incident, whoever reads it already goes on reading it.
        """
        found = AccessGroup.objects.filter(page=page).prefetch_related("components")
        groups = list(found) if page.is_private else []
        if not groups:
            return None
        hit = {each.pk for each in chosen}
        # Whoever sees no component at all reads only what hit none.
        if incident is not None and _reads(incident, set()):
            incident = None
        if not hit and incident is None:
            return cls(groups, unbound=True)
        return cls([each for each in groups if _is_told(each, hit, incident)], unbound=False)


def _is_told(group: AccessGroup, hit: set[int], incident: Incident | None) -> bool:
    seen = {each.pk for each in group.components.all()}
    return bool(hit & seen) or (incident is not None and _reads(incident, seen))


def _reads(incident: Incident, seen: set[int]) -> bool:
    with let_in(Sight(incident.page_id, frozenset(seen))):
        return is_in_sight(incident)
