"""Who may do what on a page."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """A member's part on one page."""

    VIEWER = "viewer", _("Viewer")
    RESPONDER = "responder", _("Responder")
    COMMUNICATOR = "communicator", _("Communicator")
    FINANCE = "finance", _("Finance")
    ADMIN = "admin", _("Admin")


class Ability(TextChoices):
    """What a role may do; one word a door."""

    SEE = "see", _("See the console")
    RESPOND = "respond", _("Open incidents and post updates")
    COMMUNICATE = "communicate", _("Redact, withdraw, publish postmortems, see subscribers")
    FINANCE = "finance", _("Prepare and approve credits")
    ADMINISTER = "administer", _("Change the page, its components and members")


ABILITIES: Final[dict[str, frozenset[Ability]]] = {
    Role.VIEWER: frozenset({Ability.SEE}),
    Role.RESPONDER: frozenset({Ability.SEE, Ability.RESPOND}),
    Role.COMMUNICATOR: frozenset({Ability.SEE, Ability.RESPOND, Ability.COMMUNICATE}),
    Role.FINANCE: frozenset({Ability.SEE, Ability.FINANCE}),
    Role.ADMIN: frozenset(Ability),
}


def roles_with(ability: str) -> list[str]:
    """Return the roles that have `ability`."""
    return [role for role, abilities in ABILITIES.items() if ability in abilities]
