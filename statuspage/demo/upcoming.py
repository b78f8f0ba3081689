"""Planned work that is still ahead."""

from typing import Final

from statuspage.demo.plans import Plan
from statuspage.demo.steps import Story

UPCOMING: Final[Story] = (
    Plan(
        at="2 hours ago",
        on="upcoming",
        title="Replacement of a switch in front of the sending servers",
        body="""
            While we replace it, sending by SMTP pauses for a few minutes at a time. Mail
            programs try again by themselves; nothing is lost.
            """,
        start="3 days ahead, 06:00",
        end="3 days ahead, 07:00",
        components=["SMTP sending"],
        max_minutes=60,
    ),
)
