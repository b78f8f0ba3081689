"""From the ids that were sent to the things they name; strangers are refused by field."""

from collections.abc import Iterable, Mapping

from incidents.core.checks import refusal
from incidents.models import Component, Incident, Page, Update


def levels_of(page: Page, levels: Mapping[str, str]) -> dict[Component, str]:
    """Return `levels` with components in place of their ids."""
    components = components_of(page, levels, field="levels")
    return {component: levels[component.public_id] for component in components}


def components_of(page: Page, public_ids: Iterable[str], *, field: str) -> list[Component]:
    """Return the components of `page` with these ids; raises on `field` for a stranger."""
    wanted = set(public_ids)
    found = list(page.components.filter(public_id__in=wanted).select_related("page"))
    if unknown := sorted(wanted - {component.public_id for component in found}):
        raise refusal(field, f"“{unknown[0]}” is no component of this page; see listComponents.")
    return found


def update_of(incident: Incident, public_id: str | None) -> Update | None:
    """Return the update of `incident` with this id; raises on "corrects" for a stranger."""
    if public_id is None:
        return None
    update = incident.updates.filter(public_id=public_id).first()
    if update is None:
        raise refusal("corrects", f"“{public_id}” is no update of this incident.")
    return update
