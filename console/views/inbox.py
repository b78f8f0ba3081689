"""What readers wrote: questions, and that they are still affected; each is settled once."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.inbox import AnswerForm, DeclineForm, UpdateAnswerForm
from console.frame import render
from console.links import to
from incidents.core.roles import Ability
from incidents.models import MessageState, Page, ReaderMessage


@may(Ability.SEE)
def inbox(request: StaffRequest, page: Page) -> HttpResponse:
    """Everything that waits for an answer, or all that was settled; of one incident if named."""
    state = request.GET.get("state", MessageState.NEW)
    state = state if state in MessageState.values else MessageState.NEW
    found = ReaderMessage.objects.filter(incident__page=page, state=state)
    about = page.incidents.filter(public_id=request.GET.get("incident", "")).first()
    if about is not None:
        found = found.filter(incident=about)
    shown = found.select_related("incident__page", "component", "note", "update")
    some = Paginator(shown.order_by("-received_at", "-pk"), 50).get_page(request.GET.get("page"))
    return render(
        request, "inbox/inbox.html", page, some=some, state=state, states=MessageState, about=about
    )


@may(Ability.ADMINISTER)
@post_only
def switch(request: StaffRequest, page: Page) -> HttpResponse:
    """Take messages of readers, or take none."""
    wanted = "take" in request.POST
    return settle(
        request, lambda: page.change(takes_messages=wanted, **doer(request)), to("inbox", page)
    )


@may(Ability.RESPOND)
def answer_as_note(request: StaffRequest, page: Page, message_id: str) -> HttpResponse:
    """Answer among the questions on the incident's page."""
    letter = _letter_of(page, message_id)
    form = AnswerForm(letter, request.POST or None)

    def act() -> str:
        letter.answer_as_note(**form.words(), **doer(request))
        return to("inbox", page)

    return ask(
        request, page, form, act, title=_("Answer for all to read"), back=to("inbox", page),
        button=_("Publish the answer"), letter=letter, previews=True,
    )  # fmt: skip


@may(Ability.RESPOND)
def answer_in_update(request: StaffRequest, page: Page, message_id: str) -> HttpResponse:
    """Answer by an update on the incident."""
    letter = _letter_of(page, message_id)
    form = UpdateAnswerForm(letter, request.POST or None, now=timezone.now())

    def act() -> str:
        letter.answer_in_update(**form.words(), **doer(request))
        return to("inbox", page)

    return ask(
        request, page, form, act, title=_("Answer in an update"), back=to("inbox", page),
        button=_("Post update"), letter=letter, previews=True,
        tells="update",
    )  # fmt: skip


@may(Ability.RESPOND)
def decline(request: StaffRequest, page: Page, message_id: str) -> HttpResponse:
    """Leave it without an answer."""
    letter = _letter_of(page, message_id)
    form = DeclineForm(request.POST or None)

    def act() -> str:
        letter.decline(form.cleaned_data["reason"], **doer(request))
        return to("inbox", page)

    return ask(
        request, page, form, act, title=_("Decline"), back=to("inbox", page), letter=letter,
        about=_("Nothing becomes public, and no mail goes out."),
    )  # fmt: skip


def _letter_of(page: Page, message_id: str) -> ReaderMessage:
    letters = ReaderMessage.objects.select_related("incident__page", "component")
    return get_object_or_404(letters, incident__page=page, public_id=message_id)
