"""Fields of planned work: lengths, further windows, dates."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incidents.core.instants import parse_instant, spell
from incidents.models import Page

REMINDERS: Final = (1440, 60)
_LENGTH: Final = re.compile(r"(\d{1,5})\s*(d|days?|h|hours?|min|minutes?)", re.IGNORECASE)
_MINUTES: Final = {"d": 1440, "h": 60, "m": 1}
_LINE: Final = re.compile(r"(.+?)\s+(?:to|-|–)\s+(.+)")
_CLOCK: Final = re.compile(r"\d\d:\d\d")


class RemindersField(forms.CharField):
    """How long before each window readers are reminded: “24 h, 1 h”."""

    shape = "input"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Reminders before each window"))
        kwargs.setdefault("initial", REMINDERS)
        kwargs.setdefault("help_text", _("From 28 d to 5 min, for example: 7 d, 24 h, 15 min."))
        super().__init__(required=False, max_length=255, **kwargs)

    def clean(self, value: Any) -> list[int]:
        words = re.split(r"[,;\n]+", super().clean(value) or "")
        return [self._minutes(word.strip()) for word in words if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else ", ".join(map(_short, value))

    def _minutes(self, word: str) -> int:
        match = _LENGTH.fullmatch(word)
        if match is None:
            raise ValidationError(_("“%s” is no length; write 24 h, 7 d or 15 min.") % word[:40])
        return int(match[1]) * _MINUTES[match[2][0].lower()]


class FurtherWindowsField(forms.CharField):
    """Further windows on the same terms, one a line, on the page's clock."""

    shape = "input"

    def __init__(self, page: Page, **kwargs: Any) -> None:
        self.zone = page.zone
        help_text = _("One a line, in %s: 2027-03-08 02:00 to 04:00") % page.time_zone
        super().__init__(
            label=_("Further windows"), required=False, help_text=help_text, max_length=4000,
            widget=forms.Textarea(attrs={"rows": 2}), **kwargs,
        )  # fmt: skip

    def clean(self, value: Any) -> list[tuple[datetime, datetime]]:
        lines = (super().clean(value) or "").splitlines()
        return [self._window(line.strip()) for line in lines if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return "\n".join(f"{self._told(start)} to {self._told(end)}" for start, end in value)

    def _window(self, line: str) -> tuple[datetime, datetime]:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValidationError(_("“%s” names no window; write two times.") % line[:60])
        begins, ends = match[1], match[2]
        if _CLOCK.fullmatch(ends):
            ends = f"{begins[:10]} {ends}"
        return self._instant(begins), self._instant(ends)

    def _instant(self, text: str) -> datetime:
        try:
            return parse_instant(text, field="further", zone=self.zone)
        except ValidationError as error:
            raise ValidationError(error.messages) from error

    def _told(self, moment: Any) -> str:
        at = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


class DaysField(forms.CharField):
    """Days on the calendar, separated by commas."""

    shape = "input"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=1000, **kwargs)

    def clean(self, value: Any) -> list[date]:
        words = re.split(r"[,;\s]+", super().clean(value) or "")
        return [self._day(word) for word in words if word]

    def _day(self, word: str) -> date:
        try:
            return date.fromisoformat(word)
        except ValueError as error:
            raise ValidationError(_("“%s” is no day; write 2027-03-31.") % word[:40]) from error


def _short(minutes: int) -> str:
    if minutes % 1440 == 0 and minutes > 1440:
        return f"{minutes // 1440} d"
    return spell(timedelta(minutes=minutes)) if minutes % 60 == 0 else f"{minutes} min"
