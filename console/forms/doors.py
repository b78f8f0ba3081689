"""Who may read a private page beside its staff."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import CheckField, LineField, PickManyField
from incidents.models import Page

NEW = {"autocomplete": "new-password"}


class NetworksField(forms.CharField):
    """Networks, one in each line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """Show a list as it is typed."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Return the networks one by one."""
        return [each for each in re.split(r"[\s,]+", super().clean(value)) if each]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other networks were typed."""
        return super().has_changed(self.prepare_value(initial), data)


def networks_field() -> NetworksField:
    """Who is not asked."""
    return NetworksField(
        label=_("Networks"), required=False,
        help_text=_("One in each line, like 192.0.2.0/24: who comes from there is not asked."),
    )  # fmt: skip


class DoorForm(ConsoleForm):
    """A password, and networks."""

    password = forms.CharField(
        label=_("Password"), required=False, strip=False, max_length=200,
        widget=forms.PasswordInput(attrs=NEW),
        help_text=_("8 characters or more. Left empty, it stays as it is."),
    )  # fmt: skip
    without = CheckField(_("Nobody is let in by a password"))
    networks = networks_field()

    @property
    def wanted(self) -> str | None:
        """The password as `Door.change` takes it; one that was typed counts, whatever is ticked."""
        typed: str = self.cleaned_data["password"]
        return typed or ("" if self.cleaned_data["without"] else None)


class AccessGroupForm(ConsoleForm):
    """A group of readers, and what they see."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "name": LineField(label=_("Name"), max_length=80),
            "components": PickManyField(page.components.all(), label=_("What they see")),
            "networks": networks_field(),
        }
