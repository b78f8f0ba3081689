"""From written to read: review, publication, amendments, previews, withdrawal."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import answer, ask, doer, settle
from console.forms.postmortems import AmendForm, PublishForm, ReasonForm, SubmitForm, VerdictForm
from console.frame import render
from console.views.postmortems import home_of, postmortem_of
from incidents.core.differences import differences
from incidents.core.roles import Ability
from incidents.models import Page, Postmortem, PostmortemReview


@may(Ability.RESPOND)
def submit_postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Hand it to a reviewer."""
    entry = postmortem_of(page, postmortem_id)
    form = SubmitForm(entry, request.POST or None)

    def act() -> str:
        entry.submit(**form.words(), **doer(request))
        return home_of(entry)

    title, back = _("Hand in for review"), home_of(entry)
    about = _("Until there is a verdict it is not published. A later change asks again.")
    return ask(request, page, form, act, title=title, back=back, about=about)


@may(Ability.RESPOND)
def review_postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Approve it as it stands, or send it back with a remark."""
    entry = postmortem_of(page, postmortem_id)
    form = VerdictForm(request.POST or None)

    def act() -> str:
        review, remark = _open_review(entry), form.cleaned_data["remark"]
        if "send_back" in request.POST:
            review.send_back(remark, **doer(request))
        else:
            review.approve(remark=remark, **doer(request))
        return home_of(entry)

    newest = entry.newest
    changed = differences(newest.edition, entry.wording) if newest else []
    return answer(
        request, form, act, "postmortems/review.html", page,
        postmortem=entry, edition=entry.wording, differences=changed, first=newest is None,
        named=entry.staff_named(),
    )  # fmt: skip


@may(Ability.RESPOND)
@post_only
def call_off_review(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Take the question back."""
    entry = postmortem_of(page, postmortem_id)
    return settle(request, lambda: _open_review(entry).call_off(**doer(request)), home_of(entry))


@may(Ability.COMMUNICATE)
def publish_postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Make it public."""
    entry = postmortem_of(page, postmortem_id)
    form = PublishForm(request.POST or None)

    def act() -> str:
        entry.publish(notify=form.cleaned_data["notify"], **doer(request))
        return home_of(entry)

    return answer(
        request, form, act, "postmortems/publish.html", page,
        postmortem=entry, edition=entry.wording, named=entry.staff_named(),
    )  # fmt: skip


@may(Ability.COMMUNICATE)
def amend_postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Publish what was written since, with a note for readers."""
    entry = postmortem_of(page, postmortem_id)
    form = AmendForm(request.POST or None)

    def act() -> str:
        entry.amend(**form.words(), **doer(request))
        return home_of(entry)

    newest = entry.newest
    changed = differences(newest.edition, entry.wording) if newest else []
    return answer(
        request, form, act, "postmortems/amend.html", page,
        postmortem=entry, differences=changed, named=entry.staff_named(),
    )  # fmt: skip


@may(Ability.RESPOND)
@post_only
def drop_amendment(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Give up what was written since."""
    entry = postmortem_of(page, postmortem_id)
    return settle(request, lambda: entry.drop_amendment(**doer(request)), home_of(entry))


@may(Ability.COMMUNICATE)
def withdraw_postmortem(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Take it back."""
    entry = postmortem_of(page, postmortem_id)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        entry.withdraw(form.cleaned_data["reason"], **doer(request))
        return home_of(entry)

    title, back = _("Withdraw this postmortem"), home_of(entry)
    about = _("Its address then says that it was withdrawn, and why. It does not come back.")
    return ask(request, page, form, act, title=title, back=back, about=about, danger=True)


@may(Ability.RESPOND)
@post_only
def share_preview(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Make a link for people without an account; an earlier one stops working."""
    entry = postmortem_of(page, postmortem_id)
    return settle(request, lambda: entry.share_preview(**doer(request)), home_of(entry))


@may(Ability.RESPOND)
@post_only
def revoke_preview(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Let the link lead nowhere."""
    entry = postmortem_of(page, postmortem_id)
    return settle(request, lambda: entry.revoke_preview(**doer(request)), home_of(entry))


@may(Ability.SEE)
def postmortem_revisions(request: StaffRequest, page: Page, postmortem_id: str) -> HttpResponse:
    """Everything that readers ever read, with who published it and what it changed."""
    entry = postmortem_of(page, postmortem_id)
    kept = list(entry.revisions.all())
    pairs = zip([None, *kept], kept, strict=False)
    shown = [
        (revision, differences(before.edition, revision.edition) if before else [])
        for before, revision in pairs
    ]
    return render(
        request, "postmortems/revisions.html", page, postmortem=entry, revisions=shown[::-1]
    )


def _open_review(postmortem: Postmortem) -> PostmortemReview:
    review = postmortem.open_review
    if review is None:
        raise Http404
    return review
