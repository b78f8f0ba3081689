"""Of which shape a draft's fields are: JSON that somebody sent is no argument of a verb yet."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from django.core.exceptions import ValidationError

from incidents.core import checks
from incidents.core.instants import parse_instant
from incidents.models.planned.plan import Plan

_INSTANTS: Final = ("_at", "_due", "start", "end")
_PLAN: Final = tuple(field.name for field in fields(Plan))


def check(said: Mapping[str, Any]) -> None:
    """Raise ValidationError on the first field of another shape than its verb takes."""
    for name, value in said.items():
        if is_instant(name):
            parse_instant(str(value), field=name)
        elif name in _SHAPES:
            fits, wanted = _SHAPES[name]
            if not fits(value):
                raise checks.refusal(name, wanted)
        if name == "windows":
            _check_windows(value)


def is_instant(name: str) -> bool:
    """Whether a field of this name holds a time."""
    return name.endswith(_INSTANTS)


def is_number(value: Any) -> bool:
    """Whether this is a whole number, which true and false are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def _check_windows(windows: list[Mapping[str, Any]]) -> None:
    for window in windows:
        if strange := sorted(set(window) - set(_PLAN)):
            raise checks.refusal(
                "windows", f"A window has no “{strange[0]}”; use {', '.join(_PLAN)}."
            )
        if not (window.get("start") and window.get("end")):
            raise checks.refusal("windows", "Each window has a start and an end.")
        check({name: value for name, value in window.items() if value is not None})


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_texts_by_name(value: Any) -> bool:
    return _is_object(value) and all(map(_is_text, value.values()))


def _all(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _is_stretch(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_time, value))


def _is_time(value: Any) -> bool:
    try:
        parse_instant(str(value), field="further")
    except ValidationError:
        return False
    return True


_KINDS: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "title headline body social_text signature next_update_unknown external_id impact_override "
    "status corrects follows_up audience": (_is_text, "Send a text."),
    "notify rehearsal pinned ends_by_itself": (_is_flag, "Send true or false."),
    "max_minutes": (is_number, "Send a whole number."),
    "components still_owed": (_all(_is_text), "Send a list of ids."),
    "reminders": (_all(is_number), "Send a list of whole numbers: minutes before the start."),
    "levels": (_is_texts_by_name, "Send an object: a level by each component's id."),
    "metadata": (_is_object, "Send an object."),
    "further": (_all(_is_stretch), "Send a list of pairs: a start and an end."),
    "windows": (_all(_is_object), "Send a list of objects, each with a start and an end."),
}
_SHAPES: Final = {name: shape for names, shape in _KINDS.items() for name in names.split()}
