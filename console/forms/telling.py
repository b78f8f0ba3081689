"""Mail: a test of it, addresses that are left alone, a page's own words."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import LineField
from notifications.wordings import Wording


class TestMailForm(ConsoleForm):
    """Where the test goes."""

    __test__ = False
    stands_at: ClassVar[dict[str, str]] = {"destination": "email"}

    email = LineField(label=_("To"), widget=forms.TextInput(attrs={"type": "email"}))


class SuppressForm(ConsoleForm):
    """Whom to leave alone, and why."""

    address = LineField(label=_("Address"), widget=forms.TextInput(attrs={"type": "email"}))
    reason = LineField(label=_("Reason"), help_text=_("Asked for by phone on 2 March."))


class MailTextForm(ConsoleForm):
    """A page's own words in one kind of mail."""

    # Django's forms have a prefix of their own.
    stands_at: ClassVar[dict[str, str]] = {"prefix": "before"}

    before = LineField(
        label=_("Before the subject"), required=False, help_text=_("In place of the page’s name.")
    )
    introduction = forms.CharField(
        label=_("Introduction"), required=False, strip=False, help_text=_("Before everything."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    footer = forms.CharField(
        label=_("Foot"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("After everything, such as your address. Web addresses become links."),
    )  # fmt: skip

    def wording(self) -> Wording:
        """The words as they were typed."""
        typed = self.cleaned_data
        return Wording(typed["before"], typed["introduction"], typed["footer"])
