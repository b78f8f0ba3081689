"""The interim postmortem of the activity-feed trouble, published before it is over."""

from typing import Final

from incidents.models import SectionKind
from statuspage.demo.accounts import Act, Report
from statuspage.demo.plans import Account, Section
from statuspage.demo.steps import Story

AUTHOR: Final = "Head of engineering"

SECTIONS: Final = (
    Section(
        kind=SectionKind.SUMMARY,
        author=AUTHOR,
        body="""
            For about a week and a half the activity feed has been missing, delaying and
            doubling messages. This is not over yet; we write now because you should not have
            to wait for the end to learn why. We are sorry.
            """,
    ),
    Section(
        kind=SectionKind.IMPACT,
        body="""
            The harm was confusion, not delay: the feed in the web front end showed wrong data.
            About 10 % of messages showed both “queued” and “sent”. What is shown wrongly is
            excluded from uptime and credits by our terms, so there is no credit for it.
            """,
    ),
    Section(
        kind=SectionKind.NOT_AFFECTED,
        body="The API, sending and delivery were never affected.",
    ),
    Section(
        kind=SectionKind.TRIGGER,
        body="""
            A routine move of four database servers to another cabinet, one at a time. They
            are a clustered document store that a vendor runs for us.
            """,
    ),
    Section(
        kind=SectionKind.CONTRIBUTING_FACTORS,
        body="""
            - When the cluster was together again, the plug-in that streams messages to the
              search index had stopped.
            - Our application moved messages to “sent” before “queued” was durable on a quorum
              of the cluster.
            - Bonding the network interfaces, our own remedy, put the index out of step again.
            """,
    ),
    Section(
        kind=SectionKind.RECOVERY_ATTEMPTS,
        body="""
            Several repairs of the index failed; it is being built from nothing on a sturdier
            set-up. The application now guarantees that a message is written before it is
            changed. Network interfaces were bonded for bandwidth.
            """,
    ),
    Section(
        kind=SectionKind.WENT_BADLY,
        body="""
            It has lasted far longer than we expected, and it is below the standard that we set
            ourselves. We apologise.
            """,
    ),
    Section(
        kind=SectionKind.WHAT_YOU_CAN_DO,
        body="""
            Ask the API what became of a message; it has been right all along. The index will
            be complete and accurate by {{6 hours ahead}}, and everything resolved by then.
            """,
    ),
    Section(
        kind=SectionKind.APOLOGY,
        author=AUTHOR,
        body="You rely on seeing what you sent, and could not. Once more: we are sorry.",
    ),
)

ON: Final = "activity postmortem"
TEAM: Final = "Infrastructure"

POSTMORTEM: Final = Account(
    at="18 hours ago",
    title="Ten days of trouble with the activity feed: what we know so far",
    signatories=f"The Northmail team\n{AUTHOR}",
    sections=SECTIONS,
    over=("index", "double", "again"),
    interim=True,
    key=ON,
)

ACTIONS: Final[Story] = (
    Act(
        at="18 hours ago",
        on=ON,
        key="rebuild action",
        team=TEAM,
        title="Build the search index anew, on a sturdier set-up",
        due="1 days ahead, 12:00",
    ),
    Act(
        at="18 hours ago",
        on=ON,
        key="bonding",
        team=TEAM,
        title="Bond the network interfaces for bandwidth",
    ),
    Act(
        at="18 hours ago",
        on=ON,
        key="durable",
        team="Application",
        title="Guarantee that a message is written before it is changed",
    ),
    Report(at="18 hours ago", action="bonding", state="done", text="In place."),
    Report(at="18 hours ago", action="durable", state="done", text="In production."),
    Report(
        at="6 hours ago",
        action="rebuild action",
        state="in_progress",
        text="It is being filled from the beginning.",
    ),
)
