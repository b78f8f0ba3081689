"""Channels of staff's own, and tests of them."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import ChecksField, LineField, PickManyField
from incidents.models import Page
from notifications.kinds import Kind
from notifications.wordings import Wording

SECRET = {"autocomplete": "off", "spellcheck": "false"}


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


class ScopedForm(ConsoleForm):
    """What a connection hears of; nothing chosen means everything."""

    more: ClassVar[tuple[str, ...]] = ("components", "kinds")
    # Connecting looks a name up, which no row shall wait for; the same address is one connection.
    repeatable = True

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        components = page.components.all()
        self.fields |= {
            "components": PickManyField(
                components, label=_("Only about"), required=False, help_text=_("None: all of them.")
            ),
            "kinds": ChecksField(
                label=_("Only these"), required=False, choices=Kind.choices,
                help_text=_("None: all of them."),
            ),
        }  # fmt: skip

    def config(self) -> dict[str, Any]:
        """The channel's settings as they were typed."""
        raise NotImplementedError


class WebhookForm(ScopedForm):
    """An address that is called."""

    stands_at: ClassVar[dict[str, str]] = {"keys": "secret", "url": "destination"}

    destination = LineField(label=_("Address"), help_text=_("https://hooks.example.com/status"))
    secret = LineField(
        label=_("Key"), required=False, widget=forms.TextInput(attrs=SECRET),
        help_text=_("whsec_…, which signs every call. Left empty, one is made and shown once."),
    )  # fmt: skip

    def config(self) -> dict[str, Any]:
        """The channel's settings as they were typed."""
        secret = self.cleaned_data["secret"]
        return {"keys": [secret]} if secret else {}


class XForm(ScopedForm):
    """An account that posts."""

    destination = LineField(label=_("Account"), help_text=_("@acmestatus"))
    consumer_key = LineField(label=_("API key"), widget=forms.TextInput(attrs=SECRET))
    consumer_secret = LineField(
        label=_("API key secret"), widget=forms.PasswordInput(attrs=SECRET, render_value=True)
    )
    access_token = LineField(label=_("Access token"), widget=forms.TextInput(attrs=SECRET))
    access_token_secret = LineField(
        label=_("Access token secret"), widget=forms.PasswordInput(attrs=SECRET, render_value=True)
    )
    base_url = LineField(
        label=_("Other base address"), required=False, help_text=_("Only for a stand-in of X.")
    )
    more = (*ScopedForm.more, "base_url")

    def config(self) -> dict[str, Any]:
        """The channel's settings as they were typed."""
        return self.words(
            "consumer_key", "consumer_secret", "access_token", "access_token_secret", "base_url"
        )
