"""Work that comes back: when, how long, until when."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import (
    ZONES,
    InstantField,
    LineField,
    MarkdownField,
    PickManyField,
)
from console.forms.incidents import NotifyField
from console.forms.planned import DaysField, RemindersField
from incidents.core.recurring import WEEKDAYS, Rule
from incidents.models import Page, Recurrence

OWN: Final = "own"
OFTEN: Final = (
    ("FREQ=DAILY", _("every day")),
    ("FREQ=WEEKLY", _("every week")),
    ("FREQ=WEEKLY;INTERVAL=2", _("every two weeks")),
    ("FREQ=WEEKLY;INTERVAL=4", _("every four weeks")),
    ("FREQ=MONTHLY", _("every month on this day")),
    ("nth", _("every month on this weekday")),
    ("FREQ=MONTHLY;INTERVAL=3", _("every three months")),
    ("FREQ=YEARLY", _("every year")),
    (OWN, _("by a rule of its own …")),
)


class RecurrenceForm(ConsoleForm):
    """What comes back, from when on, how often; a rule of one's own is behind “More”."""

    more = ("rule", "max_minutes", "reminders", "exceptions", "time_zone")

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        zones = [page.time_zone, *[zone for zone in ZONES if zone != page.time_zone]]
        self.fields |= {
            "title": LineField(label=_("Title")),
            "body": MarkdownField(label=_("What readers should know")),
            "first_start": InstantField(page, label=_("First start")),
            "minutes": forms.IntegerField(label=_("Minutes each takes"), min_value=1, initial=60),
            "often": forms.ChoiceField(
                label=_("Comes back"), choices=OFTEN, initial="FREQ=WEEKLY"
            ),
            "until": forms.DateField(
                label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
                help_text=_("The last day on which it may start; within five years."),
            ),
            "components": PickManyField(
                page.components.all(), label=_("Components"), required=False
            ),
            "notify": NotifyField(
                label=_("Tell the subscribers"),
                help_text=_("Now of the next date, later by the reminders of each."),
            ),
            "rule": LineField(
                label=_("Rule (RRULE)"), required=False,
                help_text=_("As in calendars: FREQ=MONTHLY;BYDAY=-1SU;COUNT=12"),
            ),
            "max_minutes": forms.IntegerField(
                label=_("Longest interruption in minutes"), required=False, min_value=1
            ),
            "reminders": RemindersField(label=_("Reminders before each")),
            "exceptions": DaysField(
                label=_("Days left out"), help_text=_("For example: 2027-12-24, 2027-12-31")
            ),
            "time_zone": forms.ChoiceField(
                label=_("Follows the clock of"), choices=[(zone, zone) for zone in zones]
            ),
        }  # fmt: skip
        self.fields["time_zone"].initial = page.time_zone

    def clean(self) -> dict[str, Any]:
        """Put the rule together; the fields that it came from are no arguments of the verb."""
        given: dict[str, Any] = self.cleaned_data
        often, until = given.pop("often", ""), given.pop("until", None)
        if often == OWN and not given.get("rule"):
            self.add_error("rule", _("Write the rule, or pick how often it comes back."))
        elif often and often != OWN and until is None:
            self.add_error("until", _("Say on which day it starts for the last time."))
        elif often and often != OWN and given.get("first_start"):
            rule = self._nth(given["first_start"]) if often == "nth" else often
            given["rule"] = f"{rule};UNTIL={until:%Y%m%d}"
        return given

    def take(self, error: ValidationError) -> None:
        """A rule that was put together here is refused where it was picked."""
        own = self.data.get("often") == OWN
        self.stands_at = {} if own else {"rule": "until"}  # type: ignore[misc]
        super().take(error)

    def coming(self) -> list[datetime]:
        """The first five starts of what was typed. Raises ValidationError as the verb does."""
        given = self.cleaned_data
        zone = self._zone(given["time_zone"])
        starts = Rule.parse(given["rule"]).starts(given["first_start"], zone)
        left_out = set(given.get("exceptions", []))
        return [each for each in starts if each.astimezone(zone).date() not in left_out][:5]

    def _zone(self, name: str) -> Any:
        return Recurrence(time_zone=name).zone

    def _nth(self, first: datetime) -> str:
        """“The second Tuesday”; from the fifth on it is the last."""
        local = first.astimezone(self._zone(self.cleaned_data.get("time_zone") or "UTC"))
        number = (local.day - 1) // 7 + 1
        return f"FREQ=MONTHLY;BYDAY={number if number < 5 else -1}{WEEKDAYS[local.weekday()]}"


class EndRecurrenceForm(ConsoleForm):
    """The last word on what came back."""

    body = MarkdownField(label=_("What readers should know"))
    notify = NotifyField()


class SkipForm(ConsoleForm):
    """One date that is left out."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    body = MarkdownField(label=_("What readers should know"), rows=3)
    notify = NotifyField()
