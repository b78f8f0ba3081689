"""What staff know beside the updates: the cause."""

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import LineField
from incidents.models import CauseState


class CauseForm(ConsoleForm):
    """What it was, and how sure we are."""

    state = forms.ChoiceField(label=_("How sure"), choices=CauseState.choices)
    cause = LineField(label=_("Cause"), required=False)
    category = LineField(label=_("Category"), required=False, max_length=60)
    stands_at = {"cause_state": "state"}
