"""A page's own words in its mails."""

from typing import Final

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import PREVIEW, answer, doer
from console.forms.telling import MailTextForm
from console.frame import render
from console.links import to
from incidents.core.languages import SPOKEN, local_name
from incidents.core.roles import Ability
from incidents.models import Page
from notifications.mail.samples import sample
from notifications.mail.wordings import NAMES, PLAIN, Wording, checked
from notifications.models import MailKind, MailText
from notifications.models.mail_text import ANY_LANGUAGE

# How addresses write "whichever language has no words of its own".
ANY: Final = "any"
TEMPLATE: Final = "mail_text.html"


@may(Ability.ADMINISTER)
def mail_texts(request: StaffRequest, page: Page) -> HttpResponse:
    """Every kind of mail, with the languages in which the page says something of its own."""
    kept = {(each.kind, each.language) for each in page.mail_texts.all()}
    spoken = [ANY_LANGUAGE, *dict.fromkeys([page.language, *page.languages, *SPOKEN])]
    languages = [(code or ANY, _name(code)) for code in spoken if code in {"", *SPOKEN}]
    rows = [
        (kind, [(code, name, (kind, code.replace(ANY, "")) in kept) for code, name in languages])
        for kind in MailKind
    ]
    return render(request, "mail_texts.html", page, rows=rows, names=NAMES)


@may(Ability.ADMINISTER)
def mail_text(request: StaffRequest, page: Page, mail_kind: str, tongue: str) -> HttpResponse:
    """Write the words of one kind and language; “Show” looks at a whole mail first."""
    kind, code = mail_kind, "" if tongue == ANY else tongue
    if kind not in MailKind.values or code not in {"", *SPOKEN}:
        raise Http404
    chosen, kept = MailKind(kind), MailText.kept(page, kind, code)
    form = MailTextForm(request.POST or None, initial=vars(kept) | {"before": kept.prefix})
    context = {"kind": chosen, "language": _name(code), "names": NAMES}

    def act() -> str:
        words = form.wording()
        MailText.write(page, kind=kind, language=code, wording=words, **doer(request))
        return to("mail_texts", page)

    if PREVIEW in request.POST and form.is_valid():
        kept = _checked(form, chosen)
    shown = sample(page, chosen, code, kept, timezone.now())
    if PREVIEW in request.POST:
        status = 422 if form.errors else 200
        return render(request, TEMPLATE, page, status=status, form=form, shown=shown, **context)
    return answer(request, form, act, TEMPLATE, page, shown=shown, **context)


def _checked(form: MailTextForm, kind: MailKind) -> Wording:
    """The words as they would be kept; plain ones where they are refused, at their field."""
    try:
        return checked(form.wording(), titled=kind.titled)
    except ValidationError as error:
        form.take(error)
        return PLAIN


def _name(code: str) -> str:
    return local_name(code) if code else _("any language")
