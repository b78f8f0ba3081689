"""The postmortem of the Mailstore outage, what is done about it, and how it was amended."""

from typing import Final

from incidents.models import ActionKind, SectionKind
from statuspage.demo.accounts import Act, Amend, Dated, Instant, Report
from statuspage.demo.mailstore.first_day import STAFF
from statuspage.demo.plans import Account, Section
from statuspage.demo.steps import Story

SECTIONS: Final = (
    Section(
        kind=SectionKind.SUMMARY,
        body="""
            At {{13 Dec 12:46}} Mailstore failed, and for 19 h 27 min nobody could read mail
            that was stored there. We bounced about 8,000 messages along the way, left you
            without a word for 8 h 14 min during the night, and came 10 min late with the one
            report that we had promised for a time. (The account names no year; 2012 is an
            assumption.)
            """,
    ),
    Section(
        kind=SectionKind.IMPACT,
        body="""
            - {{13 Dec 12:46}} to {{14 Dec 08:13}}: no access to stored mail (19 h 27 min).
            - About {{13 Dec 18:00}}: about 8,000 messages bounced by the mail firewall.
            - {{14 Dec 20:45}}: all mail that had waited was delivered, 31 h 59 min after the start.
            - {{15 Dec 10:00}}: the last 24 accounts had their indexes back, after 45 h 14 min.
              Corrupted indexes kept them not only from reading, but from signing in.
            """,
    ),
    Section(
        kind=SectionKind.NOT_AFFECTED,
        body="""
            Forwarding, sending by SMTP, spam processing and the web site's other functions.
            Only access to stored mail was affected.
            """,
    ),
    Section(
        kind=SectionKind.REPORT,
        author=STAFF,
        dated="14 Dec 08:20",
        body="""
            We write this while we work on it, and leave it as it is.

            You asked under our updates how one device can take all stored mail down. It can
            because nothing else could take its place: a single point of failure. We knew that
            the device was troubled. Its replacement had been ordered and was not here yet. We
            hoped that it would hold until then, and it did not.

            Plan A was a reset. Plan B was to repair the device, plan C the backup hardware.
            D, and E to K after it, were ideas that we tried or had to rule out one by one.
            What brought your mail back was waiting: the restore ran for over 12 hours.
            """,
    ),
    Section(
        kind=SectionKind.EARLIER_CONDITIONS,
        body="""
            For weeks we had been changing over to other mail software. Mailstore stood on a
            new storage device that had given trouble from the start; its replacement had not
            been delivered yet. Hot backups on site and cold backups off site were being set
            up. Accounts were migrated one by one, to keep each one's downtime short.
            """,
    ),
    Section(
        kind=SectionKind.TRIGGER,
        body="""
            A day of slowness and errors led us to reset the storage cluster. It did not come
            back.
            """,
    ),
    Section(
        kind=SectionKind.CONTRIBUTING_FACTORS,
        body="""
            There is not one root cause. Each of these had its part:

            - One storage device without a stand-in: a single point of failure.
            - A device that was known to be troubled stayed in service until its replacement.
            - The backup storage was wholly corrupted, and we learned it when we needed it.
            - The backup hardware was slow for that much data and showed no progress.
            - The mail firewall took over the address of a dead server, and bounced its mail.
            - We assumed that a reset would fix it quickly, and said so.

            The vendor suspected the power-supply backplane or the motherboard; that stayed a
            suspicion.
            """,
    ),
    Section(
        kind=SectionKind.RECOVERY_ATTEMPTS,
        body="""
            - A: reset of the cluster. Failed.
            - B: repair by the vendor. Abandoned.
            - C: start from the backup storage. Failed, it was corrupted.
            - D, and E to K: tried or ruled out.
            - Waiting for the old device: worked, after more than 12 hours.
            """,
    ),
    Section(
        kind=SectionKind.RESOLUTION,
        body="""
            The old device came up at {{14 Dec 08:13}}, slow and degraded. It is to be
            replaced by new hardware.
            """,
    ),
    Section(
        kind=SectionKind.WENT_WELL,
        body="""
            This page stands on a host apart from our web site. Each account whose mail was
            bounced was told by name who had written to it, and when.
            """,
    ),
    Section(
        kind=SectionKind.WENT_BADLY,
        body="""
            We said nothing from {{13 Dec 18:26}} to {{14 Dec 02:40}}. Notices about bounced
            mail went out about {{14 Dec 00:00}}, but for everybody without a forwarding
            address they waited in the very backlog of the outage.
            """,
    ),
    Section(
        kind=SectionKind.WHAT_YOU_CAN_DO,
        body="""
            If you added a forwarding address and can bear an outage of an hour, you may remove
            it. If mail is still missing, or you cannot sign in, please report it.
            """,
    ),
    Section(
        kind=SectionKind.APOLOGY,
        body="""
            You trusted us with your mail and could not read it. We are sorry. Because of the
            nature of this outage and of its clean-up, all Mailstore accounts get six months of
            service. You need not ask for it.
            """,
    ),
)

NOW_RESOLVED: Final = Section(
    kind=SectionKind.RESOLUTION,
    body="""
        The old device came up at {{14 Dec 08:13}}, slow and degraded. New hardware has
        taken its place since. About 75 % of the users have been moved to it, 25 % are to
        go. Both backups work now, and faster backup hardware is expected.
        """,
)

# The write-up says when it was last edited, and not when it first stood there: the 20th is ours.
FIRST: Final = "20 Dec 12:00"
LAST: Final = "4 Jan 13:45"

ACCOUNT: Final[Story] = (
    Account(
        at=FIRST,
        title="The Mailstore outage of 13 December",
        signatories=f"The Northmail team\n{STAFF}",
        sections=SECTIONS,
        instants=(
            Instant(
                at=FIRST,
                happened="14 Dec 00:00",
                about=True,
                text="Each account with bounced mail is sent a mail of its own",
            ),
        ),
    ),
    Dated(at=FIRST, mitigated="14 Dec 08:13"),
    Act(at=FIRST, key="hardware", team=STAFF, title="Put new storage hardware into service"),
    Act(at=FIRST, key="move", team=STAFF, title="Move all Mailstore users to the new hardware"),
    Act(
        at=FIRST,
        key="backups",
        team=STAFF,
        kind=ActionKind.MITIGATE,
        title="Have both backups work: the hot one on site, the cold one off site",
    ),
    Act(
        at=FIRST,
        key="faster",
        team=STAFF,
        kind=ActionKind.MITIGATE,
        title="Faster backup hardware",
    ),
    Report(at=FIRST, action="hardware", state="in_progress", text="Its delivery is awaited."),
)

AMENDED: Final[Story] = (
    Report(at=LAST, action="hardware", state="done", text="New storage hardware is deployed."),
    Report(
        at=LAST, action="move", state="in_progress",
        text="About 75 % of the users are moved, about 25 % are to go.",
    ),
    Report(at=LAST, action="backups", state="done", text="Both backups work."),
    Report(at=LAST, action="faster", state="in_progress", text="It is expected."),
    Amend(
        at=LAST,
        note="New hardware is deployed, about 75 % of the users are moved, both backups work.",
        sections=(NOW_RESOLVED,),
    ),
)  # fmt: skip
