"""What staff know beside the updates: notes, causes, impact, cohorts, links, promises."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import InstantField, LineField, PickField
from incidents.core.levels import Level
from incidents.models import (
    CauseState,
    CommitmentKind,
    ImpactKind,
    Incident,
    LinkKind,
    Precision,
)


class CauseForm(ConsoleForm):
    """What it was, and how sure we are."""

    state = forms.ChoiceField(label=_("How sure"), choices=CauseState.choices)
    cause = LineField(label=_("Cause"), required=False)
    category = LineField(label=_("Category"), required=False, max_length=60)
    stands_at = {"cause_state": "state"}


class WindowForm(ConsoleForm):
    """A stretch of impact, apart from any post."""

    more = ("cohort", "share_percent", "count_affected", "count_unit", "precision", "note")

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page, cohorts = incident.page, incident.cohorts.all()
        self.fields |= {
            "component": PickField(page.components.all(), label=_("Component")),
            "level": forms.ChoiceField(label=_("Level"), choices=Level.choices[1:]),
            "kind": forms.ChoiceField(label=_("Kind of harm"), choices=ImpactKind.choices),
            "start": InstantField(page, label=_("From")),
            "end": InstantField(
                page, label=_("Until"), required=False, help_text=_("Left empty: it goes on.")
            ),
            "cohort": PickField(cohorts, empty=_("Everybody"), label=_("Hurt"), required=False),
            "share_percent": forms.IntegerField(label=_("Share in percent"), required=False),
            "count_affected": forms.IntegerField(label=_("How many"), required=False, min_value=0),
            "count_unit": LineField(label=_("Of what"), required=False, max_length=40),
            "precision": forms.ChoiceField(
                label=_("Figures are"), choices=Precision.choices, required=False
            ),
            "note": LineField(label=_("Note"), required=False, max_length=255),
        }


class CloseForm(ConsoleForm):
    """The end of an open window."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end"] = InstantField(incident.page, label=_("Until"))


class ReplaceForm(ConsoleForm):
    """A window corrected: the old row stays, dated."""

    more = ("share_percent", "count_affected", "count_unit", "precision", "note")
    carried = ("level", "kind", "start", "end", *more)

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = WindowForm(incident).fields
        self.fields |= {name: fields[name] for name in self.carried}


class CohortForm(ConsoleForm):
    """A named share of those who were hurt."""

    name = LineField(label=_("Name"), help_text=_("“Accounts with a corrupted index”."))
    size = forms.IntegerField(label=_("How many"), required=False, min_value=0)
    share_percent = forms.IntegerField(label=_("Share in percent"), required=False)


class ProgressForm(ConsoleForm):
    """How far the work on a cohort has come."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "done_percent": forms.IntegerField(label=_("Done, in percent")),
            "happened_at": InstantField(
                incident.page, label=_("As of"), required=False, help_text=_("Left empty: now.")
            ),
        }


class LinkForm(ConsoleForm):
    """How this hangs together with another entry."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = incident.page.incidents.exclude(pk=incident.pk)[:200]
        self.fields |= {
            "kind": forms.ChoiceField(label=_("This"), choices=LinkKind.choices),
            "target": PickField(others, label=_("The other")),
        }


class PromiseForm(ConsoleForm):
    """A promise beside that of the next update."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [each for each in CommitmentKind.choices if each[0] != CommitmentKind.NEXT_UPDATE]
        self.fields |= {
            "kind": forms.ChoiceField(label=_("What"), choices=kinds),
            "text": LineField(label=_("In our words"), required=False),
            "due": InstantField(incident.page, label=_("By"), required=False),
            "unknown_because": LineField(label=_("Or: no time yet, because"), required=False),
        }
