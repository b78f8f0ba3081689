"""What staff is asked for when connecting a channel: the form follows from the channel itself."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import ChecksField, LineField, PickManyField
from incidents.models import Page
from notifications.channels import Channel
from notifications.details import Detail, open_ones
from notifications.kinds import Kind
from notifications.models import Subscription
from people.fields import Sealed

SECRET = {"autocomplete": "new-password", "spellcheck": "false"}


class ConnectionForm(ConsoleForm):
    """What a channel asks for, and what it hears of; nothing chosen means everything."""

    # Connecting looks a name up, which no row shall wait for; the same address is one connection.
    repeatable = True
    stands_at: ClassVar[dict[str, str]] = {"channel": "destination"}

    def __init__(
        self, page: Page, channel: Channel, *args: Any, kept: Subscription | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.details = channel.details
        self.fields |= {} if kept else {"destination": _destination(channel)}
        self.fields |= {each.name: _field(each, changing=bool(kept)) for each in self.details}
        self.fields |= _scope(page)
        usual = [each.name for each in self.details if each.usual and not each.choices]
        self.more = ("components", "kinds", *usual)  # type: ignore[misc]
        if kept:
            self.initial.update(_as_kept(kept, channel))

    def config(self) -> dict[str, Any]:
        """The channel's settings as they were typed."""
        return self.words(*(each.name for each in self.details)) if self.details else {}


def _scope(page: Page) -> dict[str, forms.Field]:
    none = _("None: all of them.")
    components = page.components.all()
    return {
        "components": PickManyField(
            components, label=_("Only about"), required=False, help_text=none
        ),
        "kinds": ChecksField(
            label=_("Only these"), required=False, choices=Kind.choices, help_text=none
        ),
    }


def _destination(channel: Channel) -> forms.Field:
    label, _comma, hint = channel.destination.partition(", ")
    return LineField(label=label, help_text=hint)


def _field(detail: Detail, *, changing: bool) -> forms.Field:
    if detail.choices:
        return forms.ChoiceField(
            label=detail.label, choices=list(detail.choices.items()), initial=detail.usual,
            required=False, help_text=detail.help,
        )  # fmt: skip
    hint = _("Left blank, the one that is kept stays.") if changing and detail.secret else ""
    widget = forms.PasswordInput(attrs=SECRET, render_value=True)
    return LineField(
        label=detail.label,
        initial=detail.usual,
        required=detail.required and not detail.usual and not (changing and detail.secret),
        help_text=f"{detail.help} {hint}".strip(),
        widget=widget if detail.secret else forms.TextInput(),
    )


def _as_kept(kept: Subscription, channel: Channel) -> dict[str, Any]:
    settings = {} if isinstance(kept.config, Sealed) else kept.settings
    scope = {
        "components": [each.public_id for each in kept.components.all()],
        "kinds": [kind for kind in kept.kinds.split(",") if kind],
    }
    return open_ones(channel.details, settings) | scope
