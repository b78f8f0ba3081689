"""Who may read a private page, as its admins see it; of passwords only that there is one."""

from typing import Self

from pydantic import BaseModel, Field

from publishing.models import AccessGroup, Door


class DoorShown(BaseModel):
    """Who reads the whole of a private page, beside its staff."""

    networks: list[str]
    has_password: bool

    @classmethod
    def of(cls, door: Door) -> Self:
        """Show `door`."""
        return cls(networks=door.networks, has_password=bool(door.password))


class AccessGroupShown(BaseModel):
    """A group of readers who see some of the components."""

    id: str
    name: str
    components: list[str] = Field(description="Component ids.")
    networks: list[str]
    has_password: bool

    @classmethod
    def of(cls, group: AccessGroup) -> Self:
        """Show `group`."""
        return cls(
            id=group.public_id,
            name=group.name,
            components=[each.public_id for each in group.components.all()],
            networks=group.networks,
            has_password=bool(group.digest),
        )


class AccessGroupsShown(BaseModel):
    """All of them, by name."""

    items: list[AccessGroupShown]


class AccessPasswordShown(BaseModel):
    """A password that is shown once, when it is made."""

    password: str | None = Field(
        description="Null when the answer is given again under its Idempotency-Key."
    )
