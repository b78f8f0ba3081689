"""Which ways of telling an incident has hit itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import LineField
from notifications.channels import channels


class RouteForm(ConsoleForm):
    """A channel, or the mailboxes of one domain."""

    domain = LineField(
        label=_("Only mailboxes at"), required=False, max_length=253,
        help_text=_("A domain like example.com, where its mail is what is broken."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, str(channel.label)) for name, channel in channels().items()]
        channel = forms.ChoiceField(label=_("Channel"), choices=names, initial="email")
        self.fields = {"channel": channel, **self.fields}
