"""Who works here: signing in, members, tokens."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import ChecksField, LineField
from incidents.core.roles import Role
from people.models.token import SCOPES


class SignInForm(ConsoleForm):
    """Address and password."""

    email = LineField(
        label=_("E-mail address"),
        widget=forms.TextInput(
            attrs={"type": "email", "autocomplete": "username", "autofocus": ""}
        ),
    )
    password = LineField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(ConsoleForm):
    """One's own password, changed for another."""

    # A second time the old one is no longer right; and failures count, which a transaction undoes.
    repeatable = True

    old = LineField(
        label=_("Password so far"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = LineField(
        label=_("New password"),
        strip=False,
        help_text=_("At least 12 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class MemberForm(ConsoleForm):
    """Somebody who shall work on this page."""

    email = forms.EmailField(label=_("E-mail address"))
    name = LineField(label=_("Name"), required=False, max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    password = LineField(
        label=_("First password"),
        required=False,
        strip=False,
        help_text=_("Only for somebody who has none yet; at least 12 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class RoleForm(ConsoleForm):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class TokenForm(ConsoleForm):
    """A key for the API, in one's own name."""

    stands_at: ClassVar[dict[str, str]] = {"owner": "name"}

    name = LineField(label=_("Name"), max_length=80, help_text=_("What uses it: “pager”, “CI”."))
    scopes = ChecksField(label=_("May"), choices=[(scope, scope) for scope in SCOPES])
    days = forms.IntegerField(
        label=_("Ends after days"), required=False, min_value=1, max_value=3650,
        help_text=_("Left empty, it ends when you revoke it."),
    )  # fmt: skip
