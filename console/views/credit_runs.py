"""Credit runs: draft, compute, approve by somebody else, issue."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.access import StaffRequest, may, post_only
from console.answering import ask, doer, settle
from console.forms.credits import GesturePolicyForm, GoodwillForm, PolicyForm, RunForm
from console.forms.incidents import ReasonForm
from console.frame import render
from console.links import to
from credits.models import CreditRun, SlaPolicy
from incidents.core import checks
from incidents.core.roles import Ability
from incidents.models import Page


@may(Ability.FINANCE)
def credit_runs(request: StaffRequest, page: Page) -> HttpResponse:
    """The runs, and the policies under which they are worked out."""
    runs = page.credit_runs.select_related("policy_version__policy")
    policies = page.sla_policies.select_related("plan").prefetch_related("versions")
    some = Paginator(runs, 30).get_page(request.GET.get("page"))
    return render(request, "credits.html", page, runs=some, policies=policies)


@may(Ability.FINANCE)
def draft_run(request: StaffRequest, page: Page) -> HttpResponse:
    """Begin a run of what contracts owe for a month."""
    form = RunForm(page, request.POST or None)

    def act() -> str:
        return _home(CreditRun.draft(page, **form.words(), **doer(request)))

    about = _("What contracts owe for one month, worked out from all that was down in it.")
    return ask(
        request, page, form, act, title=_("Draft a run"), about=about, back=to("credits", page)
    )


@may(Ability.FINANCE)
def draft_goodwill(request: StaffRequest, page: Page) -> HttpResponse:
    """Begin a gesture to all accounts with a component."""
    form = GoodwillForm(page, request.POST or None)

    def act() -> str:
        return _home(CreditRun.draft(page, **form.words(), **doer(request)))

    title, about = _("Draft goodwill"), _("Given freely to all accounts that were hit.")
    return ask(request, page, form, act, title=title, about=about, back=to("credits", page))


@may(Ability.FINANCE)
def write_gesture(request: StaffRequest, page: Page) -> HttpResponse:
    """Write down how many months are given."""
    form = GesturePolicyForm(request.POST or None)

    def act() -> str:
        SlaPolicy.write(page, form.cleaned_data["name"], form.body(), **doer(request))
        return to("draft_goodwill", page)

    title, back = _("Write a goodwill policy"), to("credits", page)
    return ask(request, page, form, act, title=title, back=back)


@may(Ability.FINANCE)
def write_policy(request: StaffRequest, page: Page) -> HttpResponse:
    """Write a contract's policy down as its version 1."""
    form = PolicyForm(page, request.POST or None)

    def act() -> str:
        words = form.words("name", "plan")
        SlaPolicy.write(page, body=form.cleaned_data["document"], **words, **doer(request))
        return to("credits", page)

    title, back = _("Write a contract’s policy"), to("credits", page)
    return ask(request, page, form, act, title=title, back=back)


@may(Ability.FINANCE)
def run(request: StaffRequest, page: Page, run_id: str) -> HttpResponse:
    """One run: totals by currency, classes with the formula in words, lines to look at."""
    entry = _of(page, run_id)
    lines = entry.lines.select_related("account", "credit_class")
    sought = checks.sought(request.GET.get("q", ""))
    if sought:
        lines = lines.filter(account__name__icontains=sought)
    return render(
        request, "run.html", page, run=entry, totals=entry.totals(), sought=sought,
        classes=entry.classes.select_related("plan"),
        lines=Paginator(lines, 25).get_page(request.GET.get("page")),
    )  # fmt: skip


@may(Ability.FINANCE)
@post_only
def compute_run(request: StaffRequest, page: Page, run_id: str) -> HttpResponse:
    """Work everything out anew."""
    entry = _of(page, run_id)
    return settle(request, lambda: entry.compute(**doer(request)), _home(entry))


@may(Ability.FINANCE)
@post_only
def approve_run(request: StaffRequest, page: Page, run_id: str) -> HttpResponse:
    """Agree with a run that somebody else prepared."""
    entry = _of(page, run_id)
    return settle(request, lambda: entry.approve(**doer(request)), _home(entry))


@may(Ability.FINANCE)
@post_only
def issue_run(request: StaffRequest, page: Page, run_id: str) -> HttpResponse:
    """Write an approved run to the ledger, and state it on incident and postmortem."""
    entry = _of(page, run_id)

    def act() -> None:
        count = entry.issue(**doer(request))
        messages.success(request, _("%d entries were written to the ledger.") % count)

    return settle(request, act, _home(entry))


@may(Ability.FINANCE)
def reject_run(request: StaffRequest, page: Page, run_id: str) -> HttpResponse:
    """Give a run up, with the reason."""
    entry = _of(page, run_id)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        entry.reject(form.cleaned_data["reason"], **doer(request))
        return _home(entry)

    title, back = _("Reject this run"), _home(entry)
    return ask(request, page, form, act, title=title, back=back, danger=True)


def _of(page: Page, run_id: str) -> CreditRun:
    runs = CreditRun.objects.select_related("policy_version__policy", "page").filter(page=page)
    return get_object_or_404(runs, public_id=run_id)


def _home(run: CreditRun) -> str:
    return to("run", run.page, run_id=run.public_id)
