"""Mail: a test of it, addresses that are left alone, own words, tables of subscribers."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import LineField
from incidents.models import Page
from notifications import rolls
from notifications.mail.wordings import Wording


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


class RollForm(ConsoleForm):
    """A table of subscribers, and what staff declares of it."""

    repeatable = True

    file = forms.FileField(
        label=_("CSV file"), allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_(
            "In UTF-8, with the columns email and, if you like, language, time_zone, components,"
            " kinds, confirmed_at; several words in one cell are parted by a semicolon."
        ),
    )  # fmt: skip
    consent = forms.BooleanField(
        label=_("These people agreed to be told, and I can show that"), required=False,
        help_text=_("Then they are told at once. Otherwise each is asked to confirm first."),
    )  # fmt: skip

    def __init__(self, page: Page, at: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page, self._at = page, at

    def clean_file(self) -> rolls.Roll:
        """The table as it was read."""
        data: bytes = self.cleaned_data["file"].read(rolls.MOST_BYTES + 1)
        try:
            return rolls.read(data, self._page, self._at)
        except forms.ValidationError as wrong:
            raise forms.ValidationError(wrong.messages) from wrong
