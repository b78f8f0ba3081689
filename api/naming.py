"""From the ids that were sent to the things they name; strangers are refused by field."""

from collections.abc import Iterable, Mapping

from incidents.core.checks import refusal
from incidents.models import Cohort, Commitment, Component, Incident, Page, Update
from people.models import User


def levels_of(page: Page, levels: Mapping[str, str]) -> dict[Component, str]:
    """Return `levels` with components in place of their ids."""
    components = components_of(page, levels, field="levels")
    return {component: levels[component.public_id] for component in components}


def components_of(page: Page, public_ids: Iterable[str], *, field: str) -> list[Component]:
    """Return the components of `page` with these ids; raises on `field` for a stranger."""
    wanted = set(public_ids)
    if not wanted:
        return []
    found = list(page.components.filter(public_id__in=wanted).select_related("page"))
    if unknown := sorted(wanted - {component.public_id for component in found}):
        raise refusal(field, f"“{unknown[0]}” is no component of this page; see listComponents.")
    return found


def promise_of(incident: Incident, public_id: str | None, *, field: str) -> Commitment | None:
    """Return the promise on `incident` with this id; raises on `field` for a stranger."""
    if public_id is None:
        return None
    promise = Commitment.objects.filter(incident=incident, public_id=public_id).first()
    if promise is None:
        raise refusal(field, f"“{public_id}” is no promise of this incident.")
    return promise


def promises_of(incident: Incident, public_ids: Iterable[str], *, field: str) -> list[Commitment]:
    """Return the promises on `incident` with these ids."""
    found = (promise_of(incident, each, field=field) for each in public_ids)
    return [promise for promise in found if promise is not None]


def update_of(
    incident: Incident, public_id: str | None, *, field: str = "corrects"
) -> Update | None:
    """Return the update of `incident` with this id; raises on `field` for a stranger."""
    if public_id is None:
        return None
    update = incident.updates.filter(public_id=public_id).first()
    if update is None:
        raise refusal(field, f"“{public_id}” is no update of this incident.")
    return update


def incidents_of(page: Page, public_ids: Iterable[str]) -> list[Incident]:
    """Return the incidents of `page` with these ids; raises on "incident_ids" for a stranger."""
    wanted = list(dict.fromkeys(public_ids))
    found = {each.public_id: each for each in page.incidents.filter(public_id__in=wanted)}
    if unknown := [name for name in wanted if name not in found]:
        raise refusal("incident_ids", f"“{unknown[0]}” is no incident of this page.")
    return [found[name] for name in wanted]


def reviewer_of(page: Page, email: str) -> User | None:
    """Return the member of `page` with this address; raises on "reviewer" for a stranger."""
    if not email:
        return None
    found = User.objects.filter(email=email.strip().lower(), memberships__page=page).first()
    if found is None:
        raise refusal("reviewer", f"“{email[:80]}” is no member of this page.")
    return found


def cohort_of(incident: Incident, public_id: str | None) -> Cohort | None:
    """Return the cohort of `incident` with this id; raises on "cohort" for a stranger."""
    if public_id is None:
        return None
    cohort = incident.cohorts.filter(public_id=public_id).first()
    if cohort is None:
        raise refusal("cohort", f"“{public_id}” is no cohort of this incident.")
    return cohort


def entry_named(page: Page, public_id: str, *, field: str) -> Incident:
    """Return the entry of `page` with this id; raises on `field` for a stranger."""
    entry = page.incidents.select_related("page").filter(public_id=public_id).first()
    if entry is None:
        raise refusal(field, f"“{public_id}” is no entry of this page; see listIncidents.")
    return entry
