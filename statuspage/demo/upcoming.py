"""Planned work: one that overran, one still ahead, and one that comes back every week."""

from typing import Final

from statuspage.demo.plans import Plan
from statuspage.demo.running import Begin, ComeBack, Finish
from statuspage.demo.steps import Story

OVERRAN: Final = "overran"

UPCOMING: Final[Story] = (
    Plan(
        at="12 days ago, 10:00",
        on=OVERRAN,
        title="New certificates on the web servers",
        body="""
            We replace the certificates of the web site and restart its servers. The account
            page cannot be reached for up to 30 minutes; mail is not touched.
            """,
        start="9 days ago, 02:00",
        end="9 days ago, 02:30",
        components=["Web site"],
        max_minutes=30,
        ends_by_itself=False,
    ),
    Begin(at="9 days ago, 02:00", on=OVERRAN, body="We restart the web servers now."),
    Finish(
        at="9 days ago, 02:55",
        on=OVERRAN,
        body="""
            Done, 25 minutes later than we said: one server did not come back by itself. We are
            sorry.
            """,
    ),
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
        reminders=[1440, 60],
    ),
    ComeBack(
        at="2 hours ago",
        on="weekly",
        title="Weekly restart of the web servers",
        body="""
            Security updates need a restart. The web site may answer slowly for some minutes;
            mail is not touched.
            """,
        rule="FREQ=WEEKLY;COUNT=26",
        first="5 days ahead, 03:00",
        minutes=30,
        components=["Web site"],
        reminders=[60],
    ),
)
