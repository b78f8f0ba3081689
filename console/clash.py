"""Two people at one text: what the other wrote beside what was typed here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from console.forms.base import ConsoleForm
from incidents.core.conflicts import Conflict


class Side(NamedTuple):
    """One field as the other left it, and as it was typed here."""

    label: Any
    theirs: str
    mine: str


@dataclass(frozen=True)
class Clash:
    """What a screen shows of a conflict; what was typed stays in its field."""

    form: ConsoleForm
    conflict: Conflict

    @property
    def who(self) -> str:
        """Who wrote the other words."""
        return self.conflict.who or _("Somebody")

    @property
    def when(self) -> datetime | None:
        """When they were stored."""
        return self.conflict.when

    @property
    def is_news(self) -> bool:
        """Whether the other words are a new update: nothing of ours is in their place."""
        return self.form.guard == "after"

    @property
    def sides(self) -> Iterator[Side]:
        """Both texts, field by field."""
        for name, theirs in self.conflict.theirs.items():
            known = name in self.form.fields
            label = self.form.fields[name].label if known else name
            yield Side(label, _text(theirs), _text(self.form[name].value()) if known else "")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)
