"""Before: a brief maintenance is planned for the evening of 13 December."""

from typing import Final

from statuspage.demo.company import MAILSTORE
from statuspage.demo.plans import Plan
from statuspage.demo.steps import Story

MAINTENANCE: Final = "maintenance"

EVE: Final[Story] = (
    Plan(
        at="12 Dec 10:00",
        on=MAINTENANCE,
        title="Brief maintenance of Mailstore",
        body="""
            We are moving Mailstore to other mail software and have to restart it for that.
            Stored mail cannot be read for a few minutes; nothing is lost, new mail waits.

            The evening of 13 December was planned; the exact hour shown here is assumed.
            """,
        start="13 Dec 22:00",
        end="13 Dec 22:30",
        components=[MAILSTORE],
        max_minutes=30,
    ),
)
