"""What is done about it, and what happened when: the lists of a postmortem."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import CheckField, InstantField, LineField
from incidents.models import ActionItem, ActionKind, ActionState, Incident, Page, Precision

TOLD = ("title", "kind", "team", "due", "tracking_url", "owner", "public")


class ActionForm(ConsoleForm):
    """One action."""

    more = ("owner", "tracking_url")

    title = LineField(label=_("What is done"))
    kind = forms.ChoiceField(label=_("What for"), choices=ActionKind.choices)
    team = LineField(label=_("Team"), required=False, help_text=_("Shown to readers."))
    due = forms.DateField(
        label=_("Due"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Readers see when it is overdue."),
    )
    public = CheckField(_("Readers see it"), initial=True)
    owner = LineField(label=_("Owner"), required=False, help_text=_("Stays in the house."))
    tracking_url = LineField(
        label=_("Where it is tracked"), required=False, help_text=_("An address readers can open.")
    )

    @classmethod
    def over(cls, action: ActionItem, *args: Any) -> "ActionForm":
        """The form as the action stands."""
        return cls(*args, initial={name: getattr(action, name) for name in TOLD})


class ReportForm(ConsoleForm):
    """How far an action has come."""

    def __init__(self, action: ActionItem, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "state": forms.ChoiceField(
                label=_("State"), choices=ActionState.choices, initial=action.state
            ),
            "text": LineField(
                label=_("In a line"), required=False, help_text=_("Readers and feeds see it.")
            ),
            "happened_at": InstantField(
                action.postmortem.page, label=_("As of"), required=False,
                help_text=_("Left empty: now."),
            ),
            "notify": CheckField(_("Tell the subscribers of postmortems")),
        }  # fmt: skip


class InstantForm(ConsoleForm):
    """Something that no update or window tells of."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "text": LineField(label=_("What happened")),
            "happened_at": InstantField(page, label=_("When")),
            "precision": forms.ChoiceField(label=_("Time is"), choices=Precision.choices),
            "public": CheckField(_("Readers see it"), initial=True),
        }


class MilestonesForm(ConsoleForm):
    """When it was noticed, taken on, and over the worst."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "detected_at": _("Detected"),
            "acknowledged_at": _("Acknowledged"),
            "mitigated_at": _("Mitigated"),
        }
        for name, label in labels.items():
            self.fields[name] = InstantField(incident.page, label=label, required=False)
            self.initial[name] = getattr(incident, name)
