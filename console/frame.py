"""What every screen stands in: the page, the clock, the way around."""

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.core.roles import Ability
from incidents.models import Membership, Page
from people.models import User


class Door(NamedTuple):
    """One entry of the menu."""

    screen: str
    label: Any
    ability: Ability


DOORS = (
    Door("now", _("Now"), Ability.SEE),
    Door("incidents", _("Incidents"), Ability.SEE),
    Door("maintenances", _("Maintenance"), Ability.SEE),
    Door("announcements", _("Announcements"), Ability.SEE),
    Door("components", _("Components"), Ability.SEE),
    Door("postmortems", _("Postmortems"), Ability.SEE),
    Door("deliveries", _("Deliveries"), Ability.SEE),
    Door("connections", _("Connections"), Ability.ADMINISTER),
    Door("subscribers", _("Subscribers"), Ability.COMMUNICATE),
    Door("credits", _("Credits"), Ability.FINANCE),
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
    frame |= _whereabouts(request.user, page) if isinstance(request.user, User) else {}
    return render_template(request, f"console/{template}", frame | context, status=status)


def abilities_of(user: User, page: Page) -> set[str]:
    """What `user` may do on `page`."""
    return {each for each in Ability.values if Membership.objects.can(user, page, each)}


def _whereabouts(user: User, page: Page | None) -> dict[str, Any]:
    can = abilities_of(user, page) if page else set[str]()
    return {
        "can": can,
        "doors": [door for door in DOORS if door.ability in can],
        "pages": list(Membership.objects.pages_of(user)),
    }
