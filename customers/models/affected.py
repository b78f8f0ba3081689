"""Who exactly was hurt: the accounts behind a cohort."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models

from customers.models.account import Account
from incidents.core import checks
from incidents.models import Cohort, Page
from incidents.models.fields import PublicIdField
from people.actors import Actor


class AffectedList(models.Model):
    """The members of one cohort. The cohort is public, its members never are."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="affected_lists")
    cohort = models.OneToOneField(Cohort, models.PROTECT, related_name="affected_list")
    public_id = PublicIdField()
    accounts = models.ManyToManyField(
        Account, through="AffectedAccount", related_name="affected_lists"
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Accounts of {self.cohort}"

    @classmethod
    def of(cls, cohort: Cohort, *, by: Actor, at: datetime) -> Self:
        """Return the cohort's list, begun if need be."""
        with cohort.page.writing(by=by, at=at) as journal:
            affected, begun = cls.objects.get_or_create(
                cohort=cohort, defaults={"page": cohort.page, "created_at": at}
            )
            if begun:
                journal.append("affected.listed", affected, incident=cohort.incident)
        return affected

    def include(self, accounts: Iterable[Account], *, by: Actor, at: datetime) -> int:
        """Add accounts; one that is listed stays listed once. Returns how many are new.

        Raises ValidationError on "accounts" for an account of another page.
        """
        accounts = list(accounts)
        _check_page(accounts, self.page)
        with self.page.writing(by=by, at=at) as journal:
            listed = set(self.members.values_list("account_id", flat=True))
            new = {account.pk for account in accounts} - listed
            AffectedAccount.objects.bulk_create(
                AffectedAccount(affected_list=self, account_id=pk, included_at=at)
                for pk in sorted(new)
            )
            incident = self.cohort.incident
            journal.append("affected.included", self, incident=incident, after={"count": len(new)})
        return len(new)

    def leave_out(self, accounts: Iterable[Account], *, by: Actor, at: datetime) -> int:
        """Take accounts off the list again; returns how many were on it."""
        with self.page.writing(by=by, at=at) as journal:
            count, _ = self.members.filter(account__in=list(accounts)).delete()
            incident = self.cohort.incident
            journal.append("affected.left_out", self, incident=incident, after={"count": count})
        return count


class AffectedAccount(models.Model):
    """One account on an affected list."""

    affected_list = models.ForeignKey(AffectedList, models.CASCADE, related_name="members")
    account = models.ForeignKey(Account, models.PROTECT, related_name="affected_by")
    included_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["affected_list", "account"], name="affected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} on {self.affected_list}"


def _check_page(accounts: list[Account], page: Page) -> None:
    for account in accounts:
        if account.page_id != page.pk:
            raise checks.refusal("accounts", f"{account} belongs to another page.")
