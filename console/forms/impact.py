"""Impact apart from posts: windows and cohorts, on a phone, with times that say their zone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import InstantField, LineField, PickField
from incidents.core.levels import Level
from incidents.models import Cohort, ImpactKind, Incident, Precision


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
            "start": InstantField(
                page, label=_("From"), help_text=_("It may have begun long before the first post.")
            ),
            "end": InstantField(
                page, label=_("Until"), required=False, help_text=_("Left empty: it goes on.")
            ),
            "cohort": PickField(cohorts, empty=_("Everybody"), label=_("Hurt"), required=False),
            "share_percent": _share(),
            "count_affected": _count(_("How many")),
            "count_unit": LineField(
                label=_("Of what"), required=False, max_length=40, help_text=_("“messages”")
            ),
            "precision": forms.ChoiceField(
                label=_("Figures are"),
                choices=Precision.choices,
                initial=Precision.EXACT,
                required=False,
            ),
            "note": LineField(label=_("Note"), required=False, max_length=255),
        }
        hurt = next((window for window in incident.windows.all()), None)
        self.fields["component"].initial = hurt.component.public_id if hurt else None
        self.fields["level"].initial = hurt.level if hurt else Level.MAJOR_OUTAGE


class CloseForm(ConsoleForm):
    """The end of an open window."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end"] = InstantField(
            incident.page, label=_("Until"), required=False, help_text=_("Left empty: now.")
        )


class ReplaceForm(ConsoleForm):
    """A window corrected: the old row stays, dated, with the reason."""

    more = ("share_percent", "count_affected", "count_unit", "precision", "note")
    carried = ("level", "kind", "start", "end", *more)

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = WindowForm(incident).fields
        self.fields |= {name: fields[name] for name in self.carried}
        self.fields["because"] = LineField(
            label=_("Why it was otherwise"),
            required=False,
            max_length=255,
            help_text=_("Readers see it beside the old and the new values."),
        )


class RetractForm(ConsoleForm):
    """A window that never was."""

    because = LineField(
        label=_("Reason"), max_length=255, help_text=_("Readers see it: “It was our own test.”")
    )


class CohortForm(ConsoleForm):
    """A named share of those who were hurt."""

    name = LineField(label=_("Name"), help_text=_("“Accounts with a corrupted index”."))

    def __init__(self, *args: Any, cohort: Cohort | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {"size": _count(_("How many")), "share_percent": _share()}
        for name in ("name", "size", "share_percent") if cohort else ():
            self.initial[name] = getattr(cohort, name)


class ProgressForm(ConsoleForm):
    """How far the work on a cohort has come."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "done_percent": forms.IntegerField(label=_("Done, in percent")),
            "happened_at": _when(incident, _("As of")),
        }


class DoneForm(ConsoleForm):
    """The last ones of a cohort are done."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_at"] = _when(incident, _("Done since"))


def _when(incident: Incident, label: Any) -> InstantField:
    return InstantField(incident.page, label=label, required=False, help_text=_("Left empty: now."))


def _share() -> forms.IntegerField:
    return forms.IntegerField(label=_("Share in percent"), required=False)


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0)
