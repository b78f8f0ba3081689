"""The form behind every screen: keeps what was typed, and takes a verb's refusals to its fields."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict

from console.forms.fields import InstantField
from console.forms.keys import new_key
from incidents.core.conflicts import Conflict

# What a form carries beside the words that its verb is given.
ASIDE = ("key", "publish_at")


class Seen(forms.CharField):
    """The fingerprint of what stood in the form when it was opened."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=2000, **kwargs)


class ConsoleForm(forms.Form):
    """A plain form with a one-time key; subclasses say where a verb's field is typed."""

    stands_at: ClassVar[dict[str, str]] = {}
    more: ClassVar[tuple[str, ...]] = ()
    # Fields that another field's template shows within itself.
    within: ClassVar[tuple[str, ...]] = ()
    # Whether sending it twice does no harm, so that its verb needs no transaction around it.
    repeatable: ClassVar[bool] = False
    # The hidden field that says what its author had read, if it guards against a second author.
    guard: ClassVar[str] = ""
    # Whether it may be kept as a draft; see `console.drafting`.
    draftable = False

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        self.fields["key"].initial = new_key()

    def take(self, error: ValidationError) -> None:
        """Put what a verb refused at the field where it was typed."""
        named = (
            error.message_dict
            if hasattr(error, "error_dict")
            else {NON_FIELD_ERRORS: error.messages}
        )
        for field, messages in named.items():
            place = self.stands_at.get(field, field)
            known = place in self.fields
            self.add_error(place if known else None, [ValidationError(each) for each in messages])

    def meet(self, conflict: Conflict) -> None:
        """Keep what was typed, and let the next sending say that the other's words were read."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix(self.guard)] = conflict.seen
        self.data = data
        self.take(conflict)

    def forgive(self) -> None:
        """Show what was typed without complaint: somebody only asked for a preview."""
        self._errors = forms.utils.ErrorDict()

    def words(self, *names: str) -> dict[str, Any]:
        """What was read, without the key; only `names` if there are any."""
        read = {name: value for name, value in self.cleaned_data.items() if name not in ASIDE}
        return {name: read[name] for name in names} if names else read

    def guarded(self) -> dict[str, Any]:
        """What was changed, and what its author had read."""
        return self.changes() | {self.guard: self.cleaned_data[self.guard]}

    def changes(self) -> dict[str, Any]:
        """What was read and is not as it was: an input shows no seconds, so they stay as stored."""
        return {name: value for name, value in self.words().items() if name in self.changed_data}

    @property
    def clock(self) -> ZoneInfo | None:
        """The zone beside the first time that was typed, in which a refusal names its times."""
        fields = ((each.field, each.data) for each in self)
        picked = (field.picked(typed) for field, typed in fields if isinstance(field, InstantField))
        return next(filter(None, picked), None)

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that are always in sight."""
        elsewhere = {*self.more, *self.within}
        return [field for field in self.visible_fields() if field.name not in elsewhere]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        """The fields behind “More”."""
        return [field for field in self.visible_fields() if field.name in self.more]

    @property
    def further_wrong(self) -> bool:
        """Whether “More” has to be open, since something is wrong there or was typed there."""
        asked = self.further_fields if self.is_bound else []
        return any(field.errors or field.name in self.changed_data for field in asked)


class GuardedForm(ConsoleForm):
    """A form over something stored, which somebody else may change meanwhile."""

    guard = "seen"

    seen = Seen()
