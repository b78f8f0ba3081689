"""How the public page looks: its colours, its pictures, and what comes of its own CSS."""

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from console.access import StaffRequest, may, post_only
from console.answering import PREVIEW, answer, doer, settle
from console.forms.look import LookForm, PictureForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Page
from incidents.models.guarding import fingerprint
from publishing.artefact import CSS
from publishing.brand import Look
from publishing.core.custom_css import sanitised
from publishing.core.palette import Palette
from publishing.core.sheets import sheet_of
from publishing.models import Attachment, Purpose, Theme
from publishing.models.theme import FIELDS

TEMPLATE: Final = "look/look.html"
# The parts of the screen that wear the theme.
PREVIEWED: Final = ".look__on"
LISTED: Final = 50


@may(Ability.ADMINISTER)
def look(request: StaffRequest, page: Page) -> HttpResponse:
    """Change colours, links, the foot and CSS; “Show” looks at colours without storing them."""
    form = _form(page, request.POST or None)
    if PREVIEW in request.POST:
        form.forgive()
        return render(request, TEMPLATE, page, form=form, **_around(page, form))

    def act() -> str:
        Theme.of(page).change(**form.words(), **doer(request))
        _say(request, page)
        return to("look", page)

    return answer(request, form, act, TEMPLATE, page, **_around(page, form))


@may(Ability.ADMINISTER)
@post_only
def set_picture(request: StaffRequest, page: Page, purpose: str) -> HttpResponse:
    """Upload a picture; what is wrong with it is said at its field."""
    wanted = _purpose(purpose)
    form = PictureForm(wanted, request.POST, request.FILES)

    def act() -> str:
        Attachment.put(page, wanted, form.data_sent(), **doer(request))
        messages.success(request, _("Saved."))
        return to("look", page)

    unchanged = _form(page, None)
    context = _around(page, unchanged, sent=form) | {"look_form": unchanged}
    return answer(request, form, act, TEMPLATE, page, **context)


@may(Ability.ADMINISTER)
@post_only
def remove_picture(request: StaffRequest, page: Page, purpose: str) -> HttpResponse:
    """Take a picture off the page."""
    found = get_object_or_404(page.attachments, purpose=_purpose(purpose))
    return settle(request, lambda: found.remove(**doer(request)), to("look", page))


@may(Ability.ADMINISTER)
@require_safe
def look_picture(request: StaffRequest, page: Page, purpose: str) -> HttpResponse:
    """A picture as readers get it; a page that is not public shows none elsewhere."""
    found = get_object_or_404(page.attachments, purpose=_purpose(purpose))
    return HttpResponse(bytes(found.body), content_type=found.content_type)


@may(Ability.ADMINISTER)
@require_safe
def look_sheet(request: StaffRequest, page: Page) -> HttpResponse:
    """The style sheet of the preview: of the colours asked for, or of those stored."""
    theme = Theme.of(page)
    asked = LookForm(request.GET).typed_colours() if "shown" in request.GET else theme.colours
    light, dark = Palette.pair(asked)
    sheet = sheet_of(light.properties(), dark.properties(), theme.safe_css, PREVIEWED)
    return HttpResponse(sheet, content_type=CSS)


def _form(page: Page, typed: Any) -> LookForm:
    theme = Theme.of(page)
    known = {name: getattr(theme, name) for name in FIELDS}
    return LookForm(typed, initial=known | {"seen": fingerprint(theme, *FIELDS)})


def _around(page: Page, form: LookForm, sent: PictureForm | None = None) -> dict[str, Any]:
    """What the screen shows around the form: the preview, the pictures, what was left out."""
    asked = form.typed_colours() | {"shown": "1"}
    dropped = sanitised(str(form["custom_css"].value() or "")).dropped
    return {
        "look_form": form,
        "look": Look(page),
        "sheet": f"{to('look_sheet', page)}?{urlencode(asked)}",
        "dropped": dropped[:LISTED],
        "further": max(0, len(dropped) - LISTED),
        "pictures": [
            sent if sent and sent.purpose is each else PictureForm(each) for each in Purpose
        ],
    }


def _say(request: StaffRequest, page: Page) -> None:
    messages.success(request, _("Saved."))
    if left_out := len(Theme.of(page).sheet.dropped):
        said = ngettext(
            "%d part of the CSS was left out; it is listed below.",
            "%d parts of the CSS were left out; they are listed below.",
            left_out,
        )
        messages.warning(request, said % left_out)


def _purpose(name: str) -> Purpose:
    try:
        return Purpose(name)
    except ValueError as error:
        raise Http404 from error
