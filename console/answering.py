"""The one way in which every form of the console is answered."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone

from console.access import StaffRequest
from console.clash import Clash
from console.drafts import draft
from console.forms.base import ConsoleForm
from console.forms.keys import new_key
from console.frame import render
from console.models import Submission
from incidents.core.conflicts import Conflict
from incidents.models import Page
from people.actors import Actor

PREVIEW: Final = "preview"
Act = Callable[[], str]


def answer(
    request: StaffRequest,
    form: ConsoleForm,
    act: Act,
    template: str,
    page: Page | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the form; on POST run `act` once and go where it says.

    Whatever the form or the verb refuses comes back at its field with what was typed: 422. Where
    somebody else has changed the same words meanwhile, both are shown.
    """
    asked_for_preview = PREVIEW in request.POST
    if request.method == "POST" and not asked_for_preview and form.is_valid():
        try:
            with timezone.override(form.clock or timezone.get_current_timezone()):
                return moved(request, _once(request, form, act))
        except Conflict as conflict:
            form.meet(conflict)
            context |= {"clash": Clash(form, conflict)}
        except ValidationError as error:
            form.take(error)
    if asked_for_preview and page is not None:
        form.forgive()
        context |= draft(page, request)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, page, status=status, form=form, **context)


def ask(
    request: StaffRequest,
    page: Page,
    form: ConsoleForm,
    act: Act,
    *,
    title: str,
    back: str,
    about: str = "",
    button: str = "",
    danger: bool = False,
    **context: Any,
) -> HttpResponse:
    """Answer a form that has a screen to itself; `back` is where “Cancel” leads."""
    return answer(
        request, form, act, "form.html", page,
        title=title, back=back, about=about, button=button or title, danger=danger, **context,
    )  # fmt: skip


def settle(request: StaffRequest, act: Callable[[], object], location: str) -> HttpResponse:
    """Answer a lone button: what it refuses is said on the screen that it stands on."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return moved(request, location)


def moved(request: StaffRequest, location: str) -> HttpResponse:
    """Send the browser on, whether htmx asked or a plain form."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": location})
    return HttpResponseRedirect(location, status=303)


def doer(request: StaffRequest) -> dict[str, Any]:
    """The `by=` and `at=` of a verb: who is signed in, and now."""
    return {"by": Actor.user(request.user), "at": timezone.now()}


def _once(request: StaffRequest, form: ConsoleForm, act: Act) -> str:
    if form.repeatable:
        return act()
    key = form.cleaned_data.get("key") or new_key()
    return Submission.once(key, act, user=request.user, at=timezone.now())
