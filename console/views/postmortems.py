"""Postmortems: draft over several incidents, and write section by section."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may
from console.answering import ask, doer
from console.forms.postmortems import DraftForm, HeadForm, MannersForm, SectionForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.models import Page, Postmortem, PostmortemSection, SectionKind
from publishing import previewing
from publishing.story.account import Doing


@may(Ability.SEE)
def postmortems(request: StaffRequest, page: Page) -> HttpResponse:
    """All of them, drafts included."""
    found = page.postmortems.prefetch_related("incidents", "reviews")
    return render(request, "postmortems/list.html", page, postmortems=found)


@may(Ability.ADMINISTER)
def postmortem_manners(request: StaffRequest, page: Page) -> HttpResponse:
    """Whether somebody else approves, and when staff are asked for one."""
    known = {name: getattr(page, name) for name in ("postmortem_review", "postmortem_days")}
    form = MannersForm(request.POST or None, initial=known)

    def act() -> str:
        page.change(**form.words(), **doer(request))
        return to("postmortems", page)

    title, back = _("How postmortems are done"), to("postmortems", page)
    return ask(request, page, form, act, title=title, back=back, button=_("Save"))


@may(Ability.RESPOND)
def draft_postmortem(request: StaffRequest, page: Page) -> HttpResponse:
    """Begin one over one or several incidents."""
    chosen = request.GET.getlist("incident")
    form = DraftForm(page, request.POST or None, initial={"incidents": chosen})

    def act() -> str:
        return home_of(Postmortem.draft(page, **form.words(), **doer(request)))

    title, back = _("Draft a postmortem"), to("postmortems", page)
    return ask(request, page, form, act, title=title, back=back, button=_("Begin"))


@may(Ability.SEE)
def postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """One postmortem as it will be read, with a door to every part of it."""
    entry = postmortem_of(page, postmortem_id)
    written = {section.kind: section for section in entry.ordered_sections()}
    reviews = list(entry.reviews.all())
    return render(
        request,
        "postmortems/postmortem.html",
        page,
        postmortem=entry,
        incidents=entry.incidents.prefetch_related("windows"),
        sections=[(kind, kind.label, written.get(kind.value)) for kind in SectionKind],
        doings=[Doing(action, timezone.now()) for action in entry.actions.all()],
        reviews=reviews[::-1],
        review=next((each for each in reviews if each.is_open), None),
        named=entry.staff_named(),
        preview=previewing.address(entry),
    )


@may(Ability.RESPOND)
def change_postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Change title, signatories, incidents, interim or final, and the internal notes."""
    entry = postmortem_of(page, postmortem_id)
    form = HeadForm(entry, request.POST or None)

    def act() -> str:
        entry.change(**form.words(), **doer(request))
        return home_of(entry)

    title, back = _("Title and signatories"), home_of(entry)
    return ask(request, page, form, act, title=title, back=back, button=_("Save"))


@may(Ability.RESPOND)
def write_section(request: StaffRequest, page: Page, postmortem_id: str, kind: str) -> HttpResponse:
    """Write one section, with a preview."""
    entry = postmortem_of(page, postmortem_id)
    stored = entry.sections.filter(kind=kind).first()
    form = SectionForm(page, stored or PostmortemSection(kind=kind), request.POST or None)

    def act() -> str:
        entry.write_section(kind, **form.words(), **doer(request))
        return f"{home_of(entry)}#{kind}"

    title, back = str(dict(SectionKind.choices).get(kind, kind)), home_of(entry)
    return ask(
        request, page, form, act, title=title, back=back, button=_("Save"), previews=True
    )  # fmt: skip


def postmortem_of(page: Page, postmortem_id: str) -> Postmortem:
    """One of the page's, with its text; 404 if there is none."""
    return get_object_or_404(page.postmortems.with_text(), public_id=postmortem_id)


def home_of(postmortem: Postmortem) -> str:
    """Its own screen."""
    return to("postmortem", postmortem.page, postmortem_id=postmortem.public_id)
