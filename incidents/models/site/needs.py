"""What a component depends on: never on itself, by whatever way round."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from incidents.core import checks

if TYPE_CHECKING:
    from incidents.models.site.component import Component


def check(component: "Component", needed: Collection["Component"]) -> None:
    """Refuse dependencies that lead back; raises ValidationError on "depends_on", with the way."""
    for each in needed:
        if each.page_id != component.page_id:
            raise checks.refusal("depends_on", f"“{each}” is a component of another page.")
        if each.pk == component.pk:
            raise checks.refusal("depends_on", f"“{each}” cannot depend on itself.")
    ties = (
        type(component)
        .depends_on.through._default_manager.filter(from_component__page=component.page_id)
        .exclude(from_component=component.pk)
    )
    onward: dict[int, list[int]] = {}
    for source, target in ties.values_list("from_component_id", "to_component_id"):
        onward.setdefault(source, []).append(target)
    for each in needed:
        if way := _way(onward, each.pk, component.pk):
            names = type(component)._default_manager.in_bulk([*way, component.pk])
            told = " → ".join(str(names[pk]) for pk in [component.pk, *way])
            raise checks.refusal(
                "depends_on", f"That would go round in a circle: {told}. Leave out “{each}”."
            )


def _way(onward: dict[int, list[int]], start: int, goal: int) -> list[int]:
    """The shortest way from `start` to `goal`, both included; nothing if there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        for following in onward.get(way[-1], []):
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []
