"""What is owed: runs, and the policies under which they are worked out."""

import json
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import LineField, PickField, PickManyField
from credits.models import PolicyKind, SlaPolicy, Unit
from customers.models import Plan
from incidents.core.lifecycles import Kind
from incidents.models import Page

TIERED = {
    "kind": "tiered",
    "tiers": [
        {"below": "99.9", "credit_pct": "10"},
        {"below": "99", "credit_pct": "25"},
    ],
}


class RunForm(ConsoleForm):
    """A run of what contracts owe for a month."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "policy": PickField(self.policies(page), label=_("Policy")),
            "month": LineField(
                label=_("Month"),
                widget=forms.TextInput(attrs={"type": "month", "placeholder": "2012-12"}),
            ),
        }

    def policies(self, page: Page) -> Any:
        """The policies that this kind of run is about."""
        return SlaPolicy.objects.filter(page=page, kind=PolicyKind.SLA)


class GoodwillForm(RunForm):
    """A gesture: to all accounts with a component, for named incidents."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(page, *args, **kwargs)
        told = page.incidents.filter(kind=Kind.INCIDENT, withdrawn_at=None)[:60]
        self.fields |= {
            "incidents": PickManyField(
                told, dated=page, label=_("For these incidents"), required=False
            ),
            "components": PickManyField(
                page.components.all(),
                label=_("To all accounts with"),
                required=False,
                help_text=_("None: with any component that was hit."),
            ),
            "unit": forms.ChoiceField(label=_("Given as"), choices=Unit.choices),
        }
        self.initial.setdefault("unit", Unit.MONTHS)

    def policies(self, page: Page) -> Any:
        return SlaPolicy.objects.filter(page=page, kind=PolicyKind.GOODWILL)


class GesturePolicyForm(ConsoleForm):
    """So many months of service, freely given."""

    name = LineField(label=_("Name"), help_text=_("“Six months for the Mailstore outage”."))
    months = forms.IntegerField(label=_("Months of service"), min_value=1, max_value=120)

    def body(self) -> dict[str, Any]:
        """The policy's document."""
        return {"kind": "flat_months", "months": self.cleaned_data["months"]}


class PolicyForm(ConsoleForm):
    """A contract's policy, as the document that evidence quotes."""

    stands_at: ClassVar[dict[str, str]] = dict.fromkeys(
        ("kind", "tiers", "factor", "cap_pct", "weights", "trigger_below", "policy"), "document"
    )

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = Plan.objects.filter(page=page)
        self.fields |= {
            "name": LineField(label=_("Name")),
            "plan": PickField(
                plans, empty=_("All plans without one"), label=_("Plan"), required=False
            ),
            "document": forms.CharField(
                label=_("Document"),
                initial=json.dumps(TIERED, indent=2),
                help_text=_("JSON: tiers from the mildest to the deepest, or a multiplier."),
                widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
            ),
        }

    def clean_document(self) -> dict[str, Any]:
        """Read the JSON; what it says is the model's to judge."""
        try:
            read = json.loads(self.cleaned_data["document"], parse_float=str)
        except ValueError as error:
            raise ValidationError(_("This is no JSON: %s.") % error) from error
        if not isinstance(read, dict):
            raise ValidationError(_("Write one JSON object: { … }."))
        return read
