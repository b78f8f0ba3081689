"""Where a story is played: a page, a clock, an actor, and what the story has made so far."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypedDict, cast

from django.db.models import Model

from incidents.models import Component, Incident, Page
from people.actors import Actor
from statuspage.demo.clocks import Clock

# A line break within a paragraph is how the source is set, not what a reader is to see.
_WRAPPED: Final = re.compile(r"(?<!\n)\n *(?![ \n>|-])")
_TIME: Final = re.compile(r"\{\{(.+?)\}\}")


class Pen(TypedDict):
    """Who writes, and when: what every verb asks for."""

    by: Actor
    at: datetime


@dataclass
class Scene:
    """One playing of a story; the same story can be played on another page by another clock."""

    page: Page
    clock: Clock
    by: Actor
    notify: bool = False
    reference: str = ""
    things: dict[str, Model] = field(default_factory=dict)

    def pen(self, at: str) -> Pen:
        """Return the hand that writes at a time of the story."""
        return {"by": self.by, "at": self.clock(at)}

    def moment(self, words: str) -> datetime | None:
        """Return the instant of a time that a step may leave out."""
        return self.clock(words) if words else None

    def words(self, text: str) -> str:
        """Return a text as it is posted: unwrapped, with {{13 Dec 18:26}} told by this clock."""
        plain = _WRAPPED.sub(" ", textwrap.dedent(text).strip())
        return _TIME.sub(lambda match: self._told(match[1]), plain)

    def levels(self, levels: Mapping[str, str]) -> dict[Component, str]:
        """Return levels by component instead of by its name."""
        return {self.component(name): level for name, level in levels.items()}

    def component(self, name: str) -> Component:
        """Return the page's component of that name."""
        return self.page.components.get(name=name)

    def external_id(self, key: str) -> str:
        """Return under which id an entry of this playing is found again."""
        return f"{self.reference}:{key}" if self.reference else ""

    def incident(self, key: str) -> Incident:
        """Return an entry that an earlier step made."""
        return cast("Incident", self.things[key])

    def get[T: Model](self, key: str, kind: type[T]) -> T:
        """Return a thing that an earlier step made, as what it is."""
        thing = self.things[key]
        assert isinstance(thing, kind)  # noqa: S101 -- a slip in a story is a slip of ours
        return thing

    def _told(self, words: str) -> str:
        local = self.clock(words).astimezone(self.page.zone)
        return f"{local:%H:%M} {local.tzname()} on {local.day} {local:%B}"
