"""Beginning a page, and changing its settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, owner_only
from console.answering import answer, doer
from console.forms.pages import FoundForm, SettingsForm
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Page
from incidents.models.guarding import fingerprint

CHANGEABLE = [name for name in SettingsForm.base_fields if name not in {"key", "seen"}]


@owner_only
def found_page(request: StaffRequest) -> HttpResponse:
    """Found a page; the first one answers at the root of the site."""
    form = FoundForm(request.POST or None)

    def act() -> str:
        return to("components", Page.found(**form.words(), **doer(request)))

    return answer(request, form, act, "found.html", first=not Page.objects.exists())


@may(Ability.ADMINISTER)
def settings(request: StaffRequest, page: Page) -> HttpResponse:
    """Change the page's settings."""
    known = {name: getattr(page, name) for name in CHANGEABLE}
    seen = {"seen": fingerprint(page, *known)}
    form = SettingsForm(request.POST or None, initial=known | seen)

    def act() -> str:
        page.change(**form.words(), **doer(request))
        messages.success(request, _("Saved."))
        return to("settings", page)

    return answer(request, form, act, "settings.html", page)
