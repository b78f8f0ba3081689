"""Postmortems: draft over several incidents, write, hand in, publish."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.access import StaffRequest, may
from console.answering import answer, ask, doer, settle
from console.forms.postmortems import DraftForm, HeadForm, PublishForm, SectionForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Page, Postmortem, SectionKind


@may(Ability.SEE)
def postmortems(request: StaffRequest, page: Page) -> HttpResponse:
    """All of them, drafts included."""
    found = page.postmortems.prefetch_related("incidents")
    return render(request, "postmortems.html", page, postmortems=found)


@may(Ability.RESPOND)
def draft_postmortem(request: StaffRequest, page: Page) -> HttpResponse:
    """Begin one over one or several incidents."""
    chosen = request.GET.getlist("incident")
    form = DraftForm(page, request.POST or None, initial={"incidents": chosen})

    def act() -> str:
        return _home(Postmortem.draft(page, **form.words(), **doer(request)))

    title, back = _("Draft a postmortem"), to("postmortems", page)
    return ask(request, page, form, act, title=title, back=back, button=_("Begin"))


@may(Ability.SEE)
def postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """One postmortem as it will be read, with every section's door."""
    entry = _of(page, postmortem_id)
    written = {section.kind: section for section in entry.ordered_sections()}
    sections = [(kind, kind.label, written.get(kind.value)) for kind in SectionKind]
    return render(request, "postmortem.html", page, postmortem=entry, sections=sections)


@may(Ability.RESPOND)
def change_postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Change title, signatories, interim or final."""
    entry = _of(page, postmortem_id)
    known = {name: getattr(entry, name) for name in ("title", "signatories", "interim")}
    form = HeadForm(request.POST or None, initial=known)

    def act() -> str:
        entry.change(**form.words(), **doer(request))
        return _home(entry)

    title = _("Title and signatories")
    return ask(request, page, form, act, title=title, back=_home(entry), button=_("Save"))


@may(Ability.RESPOND)
def write_section(request: StaffRequest, page: Page, postmortem_id: str, kind: str) -> HttpResponse:
    """Write one section, with a preview."""
    entry = _of(page, postmortem_id)
    section = entry.sections.filter(kind=kind).first()
    known = ("body", "author", "dated_at") if section else ()
    form = SectionForm(
        page, request.POST or None, initial={name: getattr(section, name) for name in known}
    )

    def act() -> str:
        entry.write_section(kind, **form.words(), **doer(request))
        return f"{_home(entry)}#{kind}"

    title = str(dict(SectionKind.choices).get(kind, kind))
    return ask(
        request, page, form, act, title=title, back=_home(entry), button=_("Save"), previews=True
    )


@may(Ability.RESPOND)
@require_POST
def submit_postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Hand it to a reviewer."""
    entry = _of(page, postmortem_id)
    return settle(request, lambda: entry.submit(**doer(request)), _home(entry))


@may(Ability.COMMUNICATE)
def publish_postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Make it public."""
    entry = _of(page, postmortem_id)
    form = PublishForm(request.POST or None)

    def act() -> str:
        entry.publish(notify=form.cleaned_data["notify"], **doer(request))
        return _home(entry)

    return answer(request, form, act, "publish_postmortem.html", page, postmortem=entry)


def _of(page: Page, postmortem_id: str) -> Postmortem:
    found = page.postmortems.select_related("page").prefetch_related("sections", "incidents")
    return get_object_or_404(found, public_id=postmortem_id)


def _home(postmortem: Postmortem) -> str:
    return to("postmortem", postmortem.page, postmortem_id=postmortem.public_id)
