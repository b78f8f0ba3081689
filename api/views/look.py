"""How a page looks: read it, change it. Pictures are uploaded in the console."""

from typing import Final

from django.http import HttpResponse
from ninja import Router

from api.answers import Answer, once
from api.callers import Call
from api.doors import guarding, reading
from api.matching import seen_of, tagged
from api.sent.look import ThemeSent
from api.shown.look import ThemeShown
from incidents.core.roles import Ability
from incidents.core.viewers import STAFF
from incidents.models.guarding import fingerprint
from publishing.models import Theme
from publishing.models.theme import FIELDS

router = Router(tags=["Pages and components"])
SCOPE: Final = "pages:write"


@router.get(
    "/pages/{slug:page}/theme",
    operation_id="getTheme",
    summary="Read the look of a page",
    **reading(ThemeShown),
)
def get_theme(request: Call, page: str, response: HttpResponse) -> ThemeShown:
    """Return colours, links and pictures; its ETag guards a change of it."""
    site = request.auth.page(page)
    theme = Theme.of(site)
    tagged(response, fingerprint(theme, *FIELDS))
    return ThemeShown.of(theme, request.auth.viewer(site))


@router.patch(
    "/pages/{slug:page}/theme",
    operation_id="changeTheme",
    summary="Change the look of a page",
    **guarding(SCOPE, ThemeShown),
)
@once
def change_theme(request: Call, page: str, sent: ThemeSent) -> Answer:
    """Change what is sent; a pair that readers could not tell apart is refused at its colour."""
    caller = request.auth
    site = caller.page_for(Ability.ADMINISTER, page)
    theme = Theme.of(site)
    theme.change(**sent.changes(), seen=seen_of(request, *FIELDS), by=caller.by, at=caller.at)
    return Answer(ThemeShown.of(theme, STAFF))
