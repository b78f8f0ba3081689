"""Promises: of the next update beside what is said, and all others on a screen of their own."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import InstantField, LineField, PickField, PromiseField
from incidents.models import Commitment, CommitmentKind, Incident, Page

DUE = "next_update_due"
UNKNOWN = "next_update_unknown"


def next_update(page: Page, now: datetime, usual: str = "30") -> dict[str, forms.Field]:
    """Return the fields that say when the next update comes, or why nobody knows."""
    due = PromiseField(
        page, now=now, usual=usual, may_be_unknown=True, required=False, label=_("Next update")
    )
    because = LineField(label=_("Unknown, because"), required=False)
    return {DUE: due, UNKNOWN: because}


class SaysNext(ConsoleForm):
    """A form with which an update is promised; its reason stands inside the promise."""

    within = (UNKNOWN,)
    stands_at = {UNKNOWN: DUE}

    def clean(self) -> dict[str, Any]:
        """Take the reason only where it was asked for, and ask for it there."""
        read: dict[str, Any] = super().clean() or self.cleaned_data
        if UNKNOWN not in self.fields:
            return read
        if self[DUE].data[0] != PromiseField.unknown:
            read[UNKNOWN] = ""
        elif not read.get(UNKNOWN):
            self.add_error(DUE, _("Say why it is unknown; readers see it."))
        return read


class PromiseForm(ConsoleForm):
    """A promise beside that of the next update."""

    more = ("max_minutes", "replaces")

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [each for each in CommitmentKind.choices if each[0] != CommitmentKind.NEXT_UPDATE]
        standing = Commitment.objects.standing().filter(incident=incident, due=None)
        open_ended = standing.exclude(unknown_because="").exclude(kind=CommitmentKind.NEXT_UPDATE)
        self.fields |= {
            "kind": forms.ChoiceField(label=_("What"), choices=kinds),
            "text": LineField(label=_("In our words"), required=False),
            "due": InstantField(incident.page, label=_("By"), required=False),
            "unknown_because": LineField(label=_("Or: no time yet, because"), required=False),
            "max_minutes": forms.IntegerField(
                label=_("Longest duration in minutes"),
                required=False,
                help_text=_("Only for a longest duration, which runs from the beginning."),
            ),
            "replaces": PickField(
                open_ended, empty=_("Nothing"), label=_("In place of"), required=False,
                help_text=_("A promise that had no time until now."),
            ),
        }  # fmt: skip


class TakeBackForm(ConsoleForm):
    """A promise that will not be kept."""

    reason = LineField(
        label=_("Reason"), help_text=_("Readers see it beside what was promised, with the time.")
    )
