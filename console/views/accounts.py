"""Accounts, for support: find one, see what it was given, with text to paste."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from console.access import StaffRequest, may
from console.frame import render
from credits.models import LedgerEntry
from incidents.core import checks
from incidents.core.roles import Ability
from incidents.models import Page


@may(Ability.FINANCE)
def accounts(request: StaffRequest, page: Page) -> HttpResponse:
    """Search by name, id, billing reference or address."""
    found, sought = page.accounts.all(), checks.sought(request.GET.get("q", ""))
    for word in sought.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(external_id__icontains=word)
            | Q(billing_reference__icontains=word)
            | Q(contact_email__icontains=word)
        )
    some = Paginator(found, 30).get_page(request.GET.get("page"))
    return render(request, "accounts.html", page, some=some, sought=sought)


@may(Ability.FINANCE)
def account(request: StaffRequest, page: Page, account_id: str) -> HttpResponse:
    """One account: its contracts, and what it was given with the formula in words."""
    entry = get_object_or_404(page.accounts, public_id=account_id)
    given = LedgerEntry.objects.of(entry).select_related("line__credit_class")
    contracts = entry.contracts.select_related("plan").order_by("valid_from")
    return render(request, "account.html", page, account=entry, given=given, contracts=contracts)
