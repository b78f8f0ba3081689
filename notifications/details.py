"""What a channel asks of whoever connects it: one list behind its form, the API and its checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError

LONGEST: Final = 2000


@dataclass(frozen=True)
class Detail:
    """One thing to fill in: a line, a secret line, or one of several choices."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    """Goes in and never comes out again: left blank when a connection is changed, it stays."""
    required: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    """What may be picked, with its words; any line when empty."""
    usual: str = ""
    """What holds when nothing is filled in."""
    most: int = 0
    """A whole number from 0 up to this; any line when 0."""

    def read(self, given: object) -> str:
        """The value to keep; ValidationError naming this detail otherwise."""
        if given is not None and not isinstance(given, str | int):
            raise self._refused("Write this as text.")
        text = str("" if given is None else given).strip() or self.usual
        if not text and self.required:
            raise self._refused("Fill this in.")
        if len(text) > LONGEST or not text.isprintable():
            raise self._refused(f"One line of at most {LONGEST} characters.")
        if text and self.choices and text not in self.choices:
            raise self._refused(f"Pick one of {', '.join(self.choices)}.")
        if text and self.most and not self._is_number(text):
            raise self._refused(f"Write a whole number from 0 to {self.most}.")
        return text

    def _is_number(self, text: str) -> bool:
        return text.isascii() and text.isdecimal() and int(text) <= self.most

    def _refused(self, why: str) -> ValidationError:
        return ValidationError({self.name: [why]})


Details = Sequence[Detail]


def read(details: Details, config: Mapping[str, Any]) -> dict[str, str]:
    """The settings to keep; ValidationError with every detail that is missing or wrong."""
    kept: dict[str, str] = {}
    wrong: dict[str, list[str]] = {}
    for detail in details:
        try:
            kept[detail.name] = detail.read(config.get(detail.name))
        except ValidationError as refused:
            wrong |= refused.message_dict
    if wrong:
        raise ValidationError(wrong)
    return kept


def filled(details: Details, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with what is usual in place of what they do not say."""
    usual = {each.name: each.usual for each in details if each.usual}
    return usual | {name: value for name, value in settings.items() if value}


def open_ones(details: Details, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What of the settings may be shown again."""
    return {each.name: settings.get(each.name, each.usual) for each in details if not each.secret}


def secrets_of(details: Details, settings: Mapping[str, Any]) -> list[str]:
    """What of the settings must be seen nowhere."""
    found = [settings.get(each.name) for each in details if each.secret]
    flat = [word for value in found for word in (value if isinstance(value, list) else [value])]
    return [word for word in flat if isinstance(word, str) and word]


def merged(
    details: Details, settings: Mapping[str, Any], typed: Mapping[str, Any]
) -> dict[str, Any]:
    """What was typed, over what is kept: a secret that is left blank stays as it is."""
    blank = {each.name for each in details if each.secret and not typed.get(each.name)}
    return {**settings, **{name: value for name, value in typed.items() if name not in blank}}
