"""Pages, their status, their components."""

from datetime import date
from typing import Self

from pydantic import BaseModel

from api.fields import Time
from incidents.core.levels import Level
from incidents.models import Component, ComponentGroup, Page
from incidents.reading import PageState


class PageShown(BaseModel):
    """One status site."""

    id: str
    slug: str
    name: str
    url: str
    time_zone: str
    language: str
    visibility: Page.Visibility
    support_url: str
    created_at: Time

    @classmethod
    def of(cls, page: Page) -> Self:
        """Show `page`."""
        return cls(
            id=page.public_id,
            slug=page.slug,
            name=page.name,
            url=page.url(),
            time_zone=page.time_zone,
            language=page.language,
            visibility=Page.Visibility(page.visibility),
            support_url=page.support_url,
            created_at=page.created_at,
        )


class StatusShown(BaseModel):
    """The roll-up of a page: an indicator for machines, a description for people."""

    page_id: str
    indicator: str
    description: str
    open_incidents: list[str]
    maintenances: list[str]

    @classmethod
    def of(cls, state: PageState) -> Self:
        """Show the roll-up of `state`."""
        return cls(
            page_id=state.page.public_id,
            indicator=state.status.indicator,
            description=state.status.description,
            open_incidents=[incident.public_id for incident in state.incidents],
            maintenances=[maintenance.public_id for maintenance in state.maintenances],
        )


class GroupShown(BaseModel):
    """A heading above components."""

    id: str
    page_id: str
    name: str
    description: str
    position: int

    @classmethod
    def of(cls, group: ComponentGroup, page: Page) -> Self:
        """Show `group`."""
        return cls(
            id=group.public_id,
            page_id=page.public_id,
            name=group.name,
            description=group.description,
            position=group.position,
        )


class ComponentShown(BaseModel):
    """One part of the service, with its effective level."""

    id: str
    page_id: str
    group_id: str | None
    name: str
    description: str
    level: Level
    position: int
    only_show_if_degraded: bool
    showcase: bool
    start_date: date | None
    depends_on: list[str]
    follows: str | None
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, component: Component) -> Self:
        """Show `component`, which was read with its level, page and group."""
        return cls(
            id=component.public_id,
            page_id=component.page.public_id,
            group_id=component.group.public_id if component.group else None,
            name=component.name,
            description=component.description,
            level=component.level,
            position=component.position,
            only_show_if_degraded=component.only_show_if_degraded,
            showcase=component.showcase,
            start_date=component.start_date,
            depends_on=[each.public_id for each in component.depends_on.all()],
            follows=component.mirror.url if hasattr(component, "mirror") else None,
            created_at=component.created_at,
            updated_at=component.updated_at,
        )
