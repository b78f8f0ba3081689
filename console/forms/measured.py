"""Uptime's rules, what components hang on, whom they follow, and metrics."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import CheckField, LineField, PickField, PickManyField
from incidents.core.days import COUNTED
from incidents.core.impacts import ImpactKind
from incidents.core.levels import Level
from incidents.models import Component, Page


class UptimeForm(ConsoleForm):
    """How much of an hour counts at each level, and which harm does not count at all."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = {each["kind"]: each["reason"] for each in page.uptime_excludes}
        for level in COUNTED:
            self.fields[f"weight_{level}"] = LineField(
                label=_("One hour of “%s” counts as") % Level(level).label.lower(),
                initial=page.uptime_weights.get(level, "0"),
                max_length=20,
                help_text=_("From 0 (up) to 1 (down)."),
            )
        for kind in ImpactKind:
            self.fields[f"why_{kind}"] = LineField(
                label=_("“%s” does not count, because") % kind.label,
                initial=reasons.get(kind, ""),
                required=False,
                help_text=_("Left empty, it counts. Readers see the reason beside the figure."),
            )

    def take(self, error: Any) -> None:
        """Put a refusal at the weight or reason that it quotes, else on top."""
        for message in error.messages:
            quoted = (
                name
                for name, value in self.cleaned_data.items()
                if value and name.startswith("weight_") and f"“{value}”" in message
            )
            self.add_error(next(quoted, None), message)

    def settings(self) -> dict[str, Any]:
        """What was read, as the page keeps it."""
        read = self.cleaned_data
        why = {kind: read[f"why_{kind}"] for kind in ImpactKind}
        return {
            "uptime_weights": {str(level): read[f"weight_{level}"].strip() for level in COUNTED},
            "uptime_excludes": [
                {"kind": str(kind), "reason": reason} for kind, reason in why.items() if reason
            ],
        }


class NeedsForm(ConsoleForm):
    """What a component depends on."""

    def __init__(self, component: Component, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = component.page.components.exclude(pk=component.pk)
        self.fields["depends_on"] = PickManyField(others, label=_("Depends on"), required=False)


class MirrorForm(ConsoleForm):
    """A page of somebody else that a component follows."""

    url = LineField(
        label=_("Their status page"),
        max_length=200,
        help_text=_("Its address; it has to answer at /api/v2/summary.json, as Statuspage does."),
    )
    remote_component = LineField(
        label=_("Their component"),
        max_length=120,
        required=False,
        help_text=_("Its name or id; left empty, their page as a whole."),
    )
    every_minutes = forms.IntegerField(
        label=_("Read every … minutes"), min_value=1, max_value=1440, initial=5
    )


class MetricForm(ConsoleForm):
    """A figure that is measured again and again."""

    more = ("description", "decimals", "keep_days")

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "name": LineField(label=_("Name"), max_length=120),
            "unit": LineField(label=_("Unit"), max_length=20, required=False),
            "component": PickField(
                page.components.all(), empty=_("The page"), label=_("About"), required=False
            ),
            "shown": CheckField(_("Show it to readers"), initial=True),
            "description": LineField(label=_("Description"), max_length=255, required=False),
            "decimals": forms.IntegerField(
                label=_("Decimals"), min_value=0, max_value=6, initial=0
            ),
            "keep_days": forms.IntegerField(
                label=_("Keep points for … days"), min_value=1, max_value=1830, initial=90
            ),
        }
