"""A state as pictures show it: its word, its colour, and which sign stands for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from incidents.models import Component, Page
from publishing.sitting import state_of
from publishing.words.tongues import spoken

# As the style sheet has them for light paper; white words on each are easy to read.
COLOURS: Final = {
    "good": "#1b7347",
    "maintenance": "#2a5cab",
    "degraded": "#855700",
    "partial": "#a5450c",
    "major": "#b02a22",
}
LOOKS: Final = {
    "none": "good",
    "operational": "good",
    "maintenance": "maintenance",
    "under_maintenance": "maintenance",
    "minor": "degraded",
    "degraded_performance": "degraded",
    "major": "partial",
    "partial_outage": "partial",
    "critical": "major",
    "major_outage": "major",
}


@dataclass(frozen=True)
class State:
    """Whose state it is, and how it is shown."""

    name: str
    word: str
    look: str

    @property
    def colour(self) -> str:
        """`#1b7347`."""
        return COLOURS[self.look]


def of_page(page: Page, at: datetime) -> State:
    """How the whole page is at `at`, in its own language."""
    with spoken(page):
        status = state_of(page, at).shown
        return State(page.name, status.said, LOOKS[status.indicator])


def of_component(component: Component, at: datetime) -> State:
    """How one component is at `at`."""
    level = component.level_at(at)
    with spoken(component.page):
        return State(component.name, str(level.label), LOOKS[level])
