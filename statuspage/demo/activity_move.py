"""What set off the activity-feed trouble: a routine move, one server at a time."""

from typing import Final

from incidents.models import LinkKind
from statuspage.demo.plans import Plan
from statuspage.demo.running import Begin, Finish
from statuspage.demo.steps import Story, Tie

MOVE: Final = "move"

THE_MOVE: Final[Story] = (
    Plan(
        at="14 days ago, 10:00",
        on=MOVE,
        title="Move of four database servers to another cabinet",
        body="""
            We move the four database servers of the activity feed to another cabinet, one at a
            time, with their vendor. It is routine; we expect nobody to notice.
            """,
        start="10 days ago, 08:00",
        end="10 days ago, 12:00",
    ),
    Begin(at="10 days ago, 08:00", on=MOVE, body="The first server is on its way."),
    Finish(
        at="10 days ago, 12:00",
        on=MOVE,
        body="All four stand in the new cabinet. The activity feed has lagged behind since.",
    ),
)


def moved(at: str, index: str) -> Tie:
    """The incident that began with the move belongs to one series with it."""
    return Tie(at=at, on=index, to=MOVE, kind=LinkKind.SAME_SERIES)
