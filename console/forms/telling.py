"""Mail: a test of it, addresses that are left alone, own words, tables of subscribers."""

from datetime import datetime
from typing import Any, ClassVar, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import CheckField, LineField
from incidents.models import Page
from notifications import rolls
from notifications.mail.wordings import Wording

# Beside another file it stays below what the front door takes.
KEPT_BYTES: Final = 180_000


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

    # The table that was checked last: a browser chooses no file by itself again.
    table = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("CSV file"), allow_empty_file=True, required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_(
            "In UTF-8, with the columns email and, if you like, state (confirmed), language,"
            " time_zone, components, kinds, confirmed_at; several words in one cell are parted by a"
            " semicolon."
        ),
    )  # fmt: skip
    consent = CheckField(
        _("These people agreed to be told, and I can show that"),
        help_text=_("Then they are told at once. Otherwise each is asked to confirm first."),
    )  # fmt: skip

    def __init__(self, page: Page, at: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page, self._at, self._read = page, at, b""

    def clean_file(self) -> rolls.Roll:
        """The table as it was read; the one that was checked where no other is chosen."""
        chosen, kept = self.cleaned_data["file"], self.cleaned_data.get("table", "")
        if not chosen and not kept:
            raise forms.ValidationError(_("Choose a file."))
        self._read = chosen.read(rolls.MOST_BYTES + 1) if chosen else _by_lines(kept)
        try:
            return rolls.read(self._read, self._page, self._at)
        except forms.ValidationError as wrong:
            raise forms.ValidationError(wrong.messages) from wrong

    def keep(self) -> bool:
        """Put what was read into the form, to be sent with it; False for what is too large."""
        words = self._read.decode(rolls.ENCODING)
        if len(self._read) > KEPT_BYTES or "\0" in words:
            return False
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["table"] = words
        self.data = data
        return True


def _by_lines(text: str) -> bytes:
    """What a form sends with ends of lines of its own."""
    return text.replace("\r\n", "\n").encode()
