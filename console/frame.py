"""What every screen stands in: the page, the clock, the way around."""

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.links import to
from incidents.core.roles import ABILITIES, Ability
from incidents.models import Membership, Page
from notifications.alarms import standing
from notifications.models import Pause
from people.models import User


class Door(NamedTuple):
    """One entry of the menu."""

    screen: str
    label: Any
    ability: Ability
    further: tuple[str, ...] = ()
    """Screens behind it whose addresses do not begin with its own."""


DOORS = (
    Door("now", _("Now"), Ability.SEE),
    Door("incidents", _("Incidents"), Ability.SEE),
    Door("inbox", _("Inbox"), Ability.SEE),
    Door("maintenances", _("Maintenance"), Ability.SEE),
    Door("announcements", _("Announcements"), Ability.SEE),
    Door("drafts", _("Drafts"), Ability.RESPOND, ("templates",)),
    Door("components", _("Components"), Ability.SEE),
    Door("metrics", _("Metrics"), Ability.SEE),
    Door("postmortems", _("Postmortems"), Ability.SEE),
    Door("deliveries", _("Deliveries"), Ability.SEE, ("kept_mails",)),
    Door("connections", _("Connections"), Ability.ADMINISTER),
    Door("subscribers", _("Subscribers"), Ability.COMMUNICATE),
    Door("credits", _("Credits"), Ability.FINANCE, ("accounts",)),
    Door("journal", _("Journal"), Ability.SEE),
    Door("members", _("Members"), Ability.ADMINISTER),
    Door("settings", _("Page"), Ability.ADMINISTER),
)


def render(
    request: HttpRequest,
    template: str,
    page: Page | None = None,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render `console/<template>` for one page, or for none."""
    frame = {"at": timezone.now(), "zone": page.zone if page else ZoneInfo("UTC"), "page": page}
    if isinstance(request.user, User):
        frame |= _whereabouts(request.user, page, request.path)
    return render_template(request, f"console/{template}", frame | context, status=status)


def abilities_of(user: User, page: Page) -> set[str]:
    """What `user` may do on `page`."""
    if user.is_superuser:
        return set(Ability)
    member = Membership.objects.filter(user=user, page=page).first()
    return set(ABILITIES[member.role]) if member else set()


def _whereabouts(user: User, page: Page | None, path: str) -> dict[str, Any]:
    can = abilities_of(user, page) if page else set[str]()
    doors = [door for door in DOORS if door.ability in can]
    return {
        "can": can,
        "doors": doors,
        "here": _here(doors, page, path),
        "pages": list(Membership.objects.pages_of(user)),
        "standing": standing(page, timezone.now()) if page and can else [],
        "standstill": Pause.objects.everywhere().standing().first(),
    }


def _here(doors: list[Door], page: Page | None, path: str) -> str:
    """The door behind which this screen lies: the one whose address is the longest beginning."""
    addresses = {
        to(screen, page): door.screen for door in doors for screen in (door.screen, *door.further)
    }
    behind = [address for address in addresses if path.startswith(address)]
    return addresses[max(behind, key=len)] if behind else ""
