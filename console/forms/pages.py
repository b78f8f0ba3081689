"""The page itself, its components, and how it is told."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, GuardedForm
from console.forms.fields import ZONES, CheckField, InstantField, LineField, PickField
from incidents.core.languages import SPOKEN, local_name
from incidents.core.levels import Level
from incidents.models import Component, Page

EMAIL = {"type": "email"}
TAKEN = ("sign-in", "sign-out", "password", "tokens", "new")


class FoundForm(ConsoleForm):
    """The first page, or one more."""

    name = LineField(label=_("Name"), help_text=_("What readers call the service: “Example Mail”."))
    slug = LineField(label=_("Short name"), max_length=60, help_text=_("For addresses: “mail”."))
    time_zone = LineField(
        label=_("Time zone"),
        initial="UTC",
        help_text=_("A name like Europe/Berlin: the clock that readers see."),
        widget=forms.TextInput(attrs={"list": "zones"}),
    )

    zones = ZONES

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug in TAKEN:
            raise ValidationError(_("The console itself uses “%s”; choose another word.") % slug)
        if Page.objects.filter(slug=slug).exists():
            raise ValidationError(_("There is a page “%s” already; choose another word.") % slug)
        return slug


class CodesField(LineField):
    """Codes of languages, with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        """Show a list as it is typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Return the codes one by one, as addresses write them: `pt-br`."""
        typed = (each.strip() for each in super().clean(value).split(","))
        return [code.lower().replace("_", "-") for code in typed if code]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other codes were typed."""
        return super().has_changed(self.prepare_value(initial), data)


class SettingsForm(GuardedForm):
    """What may change later."""

    more = (
        "host_name", "base_url", "warn_minutes", "silence_limit_minutes", "tell_delay_seconds",
        "language", "languages", "shows_reach", "takes_slack",
    )  # fmt: skip

    name = LineField(label=_("Name"))
    time_zone = LineField(
        label=_("Time zone"),
        help_text=_("A name like Europe/Berlin: the clock that readers see."),
        widget=forms.TextInput(attrs={"list": "zones"}),
    )
    sender_name = LineField(label=_("Sender’s name"), required=False, max_length=120)
    sender_email = LineField(
        label=_("Sender’s address"), required=False, widget=forms.TextInput(attrs=EMAIL)
    )
    support_url = forms.URLField(
        label=_("Where readers get help"), required=False, assume_scheme="https"
    )
    visibility = forms.ChoiceField(label=_("Who may read it"), choices=Page.Visibility.choices)
    on_call_email = LineField(
        label=_("On call"), required=False, widget=forms.TextInput(attrs=EMAIL),
        help_text=_("An address that is mailed before a promise falls due, and in silence."),
    )  # fmt: skip
    warn_minutes = forms.IntegerField(
        label=_("Warn before, in minutes"), min_value=1, max_value=1440,
        help_text=_("So long before a promise falls due whoever is on call is mailed."),
    )  # fmt: skip
    silence_limit_minutes = forms.IntegerField(
        label=_("Silence limit in minutes"), min_value=1, max_value=10080,
        help_text=_("After so long without a word readers are told how long it is."),
    )  # fmt: skip
    tell_delay_seconds = forms.IntegerField(
        label=_("Wait before telling, in seconds"), min_value=0, max_value=30,
        help_text=_("So that a slip can be stopped. The page itself never waits."),
    )  # fmt: skip
    host_name = LineField(label=_("Host name"), required=False, max_length=253)
    base_url = forms.URLField(label=_("Address"), required=False, assume_scheme="https")
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("What stands at the page’s root, and what mails and feeds are written in."),
    )
    languages = CodesField(
        label=_("Further languages"), required=False,
        help_text=format_lazy(
            _("Codes with commas. Each of these gets pages of its own: {spoken}. Any other code, "
            "like uk, is for translated updates alone. No mail waits for a translation."),
            spoken=", ".join(f"{code} ({local_name(code)})" for code in SPOKEN),
        ),
    )  # fmt: skip

    shows_reach = CheckField(_("Readers see how many were told of each update, and by when"))
    takes_slack = CheckField(_("Readers may have their own Slack channel told"))

    zones = ZONES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = self.initial.get("language", SPOKEN[0])
        field: Any = self.fields["language"]
        # One that Candor does not speak may have been chosen over the API.
        field.choices = [(code, local_name(code)) for code in dict.fromkeys([*SPOKEN, current])]


class GroupForm(ConsoleForm):
    """A heading over components."""

    name = LineField(label=_("Name"))
    description = LineField(label=_("Description"), required=False)


class ComponentForm(GuardedForm):
    """A part of the service."""

    more = ("only_show_if_degraded", "showcase", "start_date")

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = page.component_groups.all()
        self.fields |= {
            "name": LineField(label=_("Name")),
            "description": LineField(label=_("Description"), required=False),
            "group": PickField(groups, empty=_("No group"), label=_("Group"), required=False),
            "only_show_if_degraded": CheckField(_("Show only while it is not operational")),
            "showcase": CheckField(_("Show 90 days of uptime"), initial=True),
            "start_date": forms.DateField(
                label=_("Counts since"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            ),
        }


class LevelForm(ConsoleForm):
    """A component set by hand."""

    def __init__(self, component: Component, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "level": forms.ChoiceField(label=_("Level"), choices=Level.choices),
            "happened_at": InstantField(
                component.page, label=_("Since"), required=False, help_text=_("Left empty: now.")
            ),
        }
