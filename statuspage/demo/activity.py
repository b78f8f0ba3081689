"""The activity-feed trouble: three incidents still open, and one interim account of them.

Facts and figures are those of a real write-up; every sentence is ours. Times count from the
moment of seeding, so that the promises are running when somebody looks.
"""

from typing import Any, Final

from incidents.models import CommitmentKind, LinkKind, NoteKind
from statuspage.demo.activity_move import THE_MOVE, moved
from statuspage.demo.activity_report import ACTIONS, POSTMORTEM
from statuspage.demo.asides import Promise, Remark
from statuspage.demo.company import FEED
from statuspage.demo.impact import SLOW, WRONG_DATA, Refine
from statuspage.demo.readers import Answer, Ask, Report
from statuspage.demo.steps import Cause, Open, Post, Step, Story, Tie

INDEX: Final = "index"
DOUBLE: Final = "double"
AGAIN: Final = "again"
UNHARMED: Final = ("API", "Sending", "Delivery")


def _not_affected(at: str, on: str) -> tuple[Step, ...]:
    return tuple(
        Remark(at=at, on=on, kind=NoteKind.NOT_AFFECTED, headline=what) for what in UNHARMED
    )


def _wrong_data(at: str, on: str, **known: Any) -> Refine:
    """What the feed showed was wrong, and by our terms that does not count."""
    return Refine(
        at=at,
        on=on,
        component=FEED,
        level=SLOW,
        kind=WRONG_DATA,
        note="Counts neither against uptime nor towards credits.",
        **known,
    )


def _within_a_day(on: str, text: str, made_in: str) -> Promise:
    return Promise(
        at="18 hours ago",
        on=on,
        kind=CommitmentKind.FIX,
        text=text,
        due="6 hours ahead",
        made_in=made_in,
    )


THE_INDEX: Final[Story] = (
    Open(
        at="10 days ago, 11:20",
        started="10 days ago, 10:00",
        on=INDEX,
        title="Activity feed: messages missing or late",
        headline="The activity feed lags behind",
        body="""
            The activity feed misses messages or shows them late. During a routine move of our
            four database servers to another cabinet, one server at a time, the stream from the
            database to the search index stopped. Mail itself is sent and delivered as always.
            """,
        status="identified",
        levels={FEED: SLOW},
        key="index opened",
    ),
    _wrong_data("10 days ago, 11:20", INDEX),
    *_not_affected("10 days ago, 11:20", INDEX),
    Remark(
        at="10 days ago, 11:20",
        on=INDEX,
        kind=NoteKind.QUESTION,
        headline="Was my mail sent?",
        answer="Yes. What is shown is wrong, what is sent is right: ask the API, which knows.",
    ),
    moved("10 days ago, 12:00", INDEX),
    Remark(
        at="9 days ago, 15:00",
        on=INDEX,
        kind=NoteKind.ATTEMPT,
        headline="Restart of the plug-in that streams to the search index",
        state="failed",
    ),
    Remark(
        at="7 days ago, 18:00",
        on=INDEX,
        kind=NoteKind.ATTEMPT,
        headline="Repair of the index in place, several times",
        state="failed",
    ),
    Post(
        at="6 days ago, 10:00",
        on=INDEX,
        headline="Repairing it did not work; we build it anew",
        body="""
            Several attempts to repair the search index have failed. We are building it from
            nothing, on a sturdier set-up.
            """,
    ),
    Remark(
        at="6 days ago, 10:00",
        on=INDEX,
        kind=NoteKind.WORK,
        headline="Search index built from nothing",
        body="On a sturdier set-up than before.",
        happened="6 days ago, 10:00",
        key="rebuild",
    ),
    Report(at="6 days ago, 10:00", on=INDEX, note="rebuild", percent=0, text="Begun"),
    Ask(
        at="5 days ago, 09:15",
        on=INDEX,
        text="Do I have to send again what the feed does not show?",
        key="again?",
    ),
    Answer(
        at="5 days ago, 09:40",
        on=INDEX,
        asked="again?",
        headline="Do I have to send again what the feed does not show?",
        answer="No, please do not: it was sent. Sending it again would send it twice.",
    ),
    Ask(
        at="5 days ago, 11:30",
        on=INDEX,
        text="Will the messages that are missing come back into the feed later?",
        key="come back?",
    ),
)

TWICE: Final[Story] = (
    Open(
        at="8 days ago, 09:40",
        started="10 days ago, 10:00",
        on=DOUBLE,
        title="Activity feed: messages shown as queued and as sent",
        headline="Some messages appear twice",
        body="""
            About 10 % of messages show both “queued” and “sent”. They were sent once; only
            the feed is wrong. We do not know the cause yet.
            """,
        levels={FEED: SLOW},
    ),
    _wrong_data("8 days ago, 09:40", DOUBLE, about=True, share=10, unit="messages"),
    *_not_affected("8 days ago, 09:40", DOUBLE),
    Cause(
        at="4 days ago, 16:00",
        on=DOUBLE,
        state="confirmed",
        cause="Moved to “sent” before “queued” was durable on a quorum of the database",
        category="software",
    ),
    Post(
        at="4 days ago, 16:00",
        on=DOUBLE,
        headline="The cause is found",
        body="""
            Our application tried to move a message to “sent” before its “queued” was safely
            written across the database cluster. We are changing it so that a message is
            certain to be written before it is changed. More bandwidth between the servers,
            by bonding their network interfaces, lets the cluster agree sooner.
            """,
        status="identified",
    ),
)

BY_THE_FIX: Final[Story] = (
    Open(
        at="3 days ago, 14:10",
        started="3 days ago, 13:00",
        on=AGAIN,
        title="Activity feed: search index out of step again",
        headline="Our own fix did this",
        body="""
            Bonding the network interfaces has put the search index out of step again. So the
            feed misses messages once more, this time because of what we did to repair it.
            """,
        status="identified",
        levels={FEED: SLOW},
    ),
    _wrong_data("3 days ago, 14:10", AGAIN),
    *_not_affected("3 days ago, 14:10", AGAIN),
    Tie(at="3 days ago, 14:10", on=AGAIN, to=DOUBLE, kind=LinkKind.CAUSED_BY_FIX_OF),
    Tie(at="3 days ago, 14:10", on=AGAIN, to=INDEX, kind=LinkKind.SAME_SERIES),
)

LATEST: Final[Story] = (
    Post(
        at="18 hours ago",
        on=INDEX,
        headline="Within 24 hours",
        body="The new search index will be complete and 100 % accurate by {{6 hours ahead}}.",
        key="index promised",
    ),
    _within_a_day(INDEX, "Search index rebuilt and 100 % accurate", "index promised"),
    Post(
        at="18 hours ago",
        on=DOUBLE,
        headline="The application is changed",
        body="""
            The application now waits until a message is written before it changes it. We
            expect every problem with the feed to be resolved for good by {{6 hours ahead}}.
            """,
        status="monitoring",
        key="all promised",
    ),
    _within_a_day(DOUBLE, "All problems with the activity feed resolved for good", "all promised"),
    Post(
        at="18 hours ago",
        on=AGAIN,
        headline="The new index makes up for this, too",
        body="The index that is being built from nothing replaces the one that is out of step.",
        status="monitoring",
    ),
    POSTMORTEM,
    *ACTIONS,
    Post(
        at="1 hours ago",
        on=INDEX,
        headline="Seven tenths of the index are built",
        body="It goes on as planned. We write again by {{2 hours ahead}}.",
        next_update="2 hours ahead",
    ),
    Report(at="1 hours ago", on=INDEX, note="rebuild", percent=70, text="It goes on as planned"),
)

ACTIVITY: Final[Story] = (*THE_MOVE, *THE_INDEX, *TWICE, *BY_THE_FIX, *LATEST)
