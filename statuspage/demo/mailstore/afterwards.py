"""4 January: the standing summary, the postmortem, and what is still to come."""

from typing import Final

from incidents.models import CommitmentKind
from statuspage.demo.asides import Change, Meet, Promise
from statuspage.demo.company import MAILSTORE
from statuspage.demo.impact import SLOW, NameCohort, Progress, Refine
from statuspage.demo.mailstore.first_day import STAFF
from statuspage.demo.mailstore.questions import STILL_AFFECTED
from statuspage.demo.mailstore.report import ACCOUNT, AMENDED
from statuspage.demo.plans import Announce, Recommend
from statuspage.demo.steps import Cause, Post, Story, Summary

AFTERWARDS: Final[Story] = (
    *STILL_AFFECTED,
    *ACCOUNT,
    Summary(
        at="4 Jan 13:45",
        text="""
            **We consider this fixed.** New storage hardware is deployed. About 75 % of the
            Mailstore users have been moved to it; about 25 % are still to go. Both backups
            work, the hot one on site and the cold one off site, and faster backup hardware is
            expected.

            Stored mail could not be read for 19 h 27 min. About 8,000 messages were bounced.
            All Mailstore accounts get six months of service for it.
            """,
    ),
    Cause(
        at="4 Jan 13:45",
        state="confirmed",
        cause="One storage device did not survive a reset, and nothing could take its place",
    ),
    NameCohort(
        at="4 Jan 13:45",
        name="Mailstore users moved to the new hardware",
        share=100,
        key="moved",
    ),
    Progress(at="4 Jan 13:45", cohort="moved", percent=75),
    Change(
        at="4 Jan 13:45",
        note="leave forwarding",
        state="changed",
        body="""
            It may be removed by whoever can bear an outage of an hour. If access to new mail
            is critical for you, leave it for now: short maintenances are still to come.
            """,
    ),
    Refine(
        at="4 Jan 13:45",
        component=MAILSTORE,
        level=SLOW,
        about=True,
        note="How long it stayed slow is not recorded; counted until the last accounts were back.",
        because="Its end stood here as exact. In truth nobody noted when it was quick again.",
    ),
    Meet(at="4 Jan 13:45", promise="replacement"),
    Announce(
        at="4 Jan 13:45",
        on="follow-up",
        title="Short maintenances for users who were moved",
        body="""
            In the coming weeks we will work on the new storage a few times. We will name the
            dates in advance. Each maintenance takes 1 hour at most; should one take longer,
            this page says by how much.
            """,
        components=("Mailstore",),
        max_minutes=60,
        audience="moved",
        follows_up="incident",
    ),
    Post(
        at="4 Jan 13:45",
        headline="What this outage came to",
        body="""
            The full analysis is on this page. The figures:

            - Stored mail could not be read for 19 h 27 min.
            - We said nothing for 8 h 14 min of it, and came 10 min late with a report that we
              had promised for {{14 Dec 08:10}}.
            - About 8,000 messages were bounced to their senders.
            - All mail that waited was delivered 31 h 59 min after the start.
            - 24 accounts with corrupted indexes were back after 45 h 14 min.
            - 75 % of the users are moved to new hardware, 25 % are to go.
            - Not affected: forwarding, sending by SMTP, spam processing and the web site's other
              functions.
            - All Mailstore accounts get six months of service. We are sorry.
            """,
        signature=STAFF,
        key="figures",
    ),
    Promise(
        at="4 Jan 13:45",
        kind=CommitmentKind.MAINTENANCE_DATES,
        text="Dates of the short maintenances",
        because="users are moved one by one, and the dates follow from that",
        key="dates",
    ),
    *AMENDED,
    Recommend(
        at="4 Jan 13:45",
        on="announcement",
        title="Read the Mailstore outage",
        body="""
            A real outage, every word at the time at which it was said:
            [19 h 27 min without stored mail](ADDRESS). Its year, 2012, is an assumption.
            """,
    ),
)
