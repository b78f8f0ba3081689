"""Whoever pays, or is served: the one that a credit is owed to."""

import secrets
from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.models import Page
from incidents.models.fields import PublicIdField
from people.actors import Actor


class Standing(models.TextChoices):
    """How an account stands with its bills."""

    GOOD = "good", _("In good standing")
    OVERDUE = "overdue", _("Overdue")
    CLOSED = "closed", _("Closed")


def new_statement_token() -> str:
    """Return the secret part of a statement's address (192 random bits)."""
    return secrets.token_urlsafe(24)


class Account(models.Model):
    """A customer as the billing system knows it, under that system's own id."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="accounts")
    public_id = PublicIdField()
    external_id = models.CharField(max_length=120)
    billing_reference = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=255)
    contact_email = models.EmailField(blank=True)
    alternate_email = models.EmailField(
        blank=True, help_text=_("For when the usual address is what broke.")
    )
    locale = models.CharField(max_length=12, blank=True)
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.GOOD)
    statement_token = models.CharField(max_length=48, unique=True, default=new_statement_token)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("external_id",)
        constraints = [
            models.UniqueConstraint(fields=["page", "external_id"], name="account_external_id"),
            models.CheckConstraint(
                condition=~models.Q(external_id=""), name="account_has_external_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.external_id})"

    @classmethod
    def add(
        cls,
        page: Page,
        *,
        external_id: str,
        name: str,
        by: Actor,
        at: datetime,
        billing_reference: str = "",
        contact_email: str = "",
        alternate_email: str = "",
        locale: str = "",
        standing: str = Standing.GOOD,
    ) -> Self:
        """Add an account.

        Raises ValidationError on "external_id", "name", "billing_reference", "standing" or the
        addresses.
        """
        fields = {
            "external_id": checks.line(external_id, field="external_id", limit=120),
            "name": checks.line(name, field="name"),
            "billing_reference": checks.line(
                billing_reference, field="billing_reference", limit=120, required=False
            ),
            "contact_email": _address(contact_email, "contact_email"),
            "alternate_email": _address(alternate_email, "alternate_email"),
            "locale": checks.line(locale, field="locale", limit=12, required=False),
            "standing": checks.choice(standing, Standing.values, field="standing"),
        }
        with page.writing(by=by, at=at) as journal:
            _check_unused(page, fields["external_id"])
            account = cls.objects.create(page=page, created_at=at, **fields)
            journal.append("account.added", account, after={"external_id": account.external_id})
        return account


def _address(text: str, field: str) -> str:
    text = text.strip()
    try:
        if text:
            validate_email(text)
    except ValidationError as error:
        raise checks.refusal(field, f"“{text}” is not one e-mail address.") from error
    return text


def _check_unused(page: Page, external_id: str) -> None:
    if Account.objects.filter(page=page, external_id=external_id).exists():
        raise checks.refusal("external_id", f"There is an account “{external_id}” already.")
