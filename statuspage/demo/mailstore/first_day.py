"""13 December: the storage cluster is reset and does not come back."""

from typing import Final

from incidents.models import CommitmentKind, NoteKind
from statuspage.demo.asides import Change, Promise, Remark
from statuspage.demo.company import MAILSTORE
from statuspage.demo.impact import DATA_LOSS, DEGRADED, DOWN, PARTLY, SLOW, Window
from statuspage.demo.mailstore.eve import MAINTENANCE
from statuspage.demo.mailstore.questions import ASKED
from statuspage.demo.plans import CallOff
from statuspage.demo.steps import Cause, Open, Origin, Post, Story

STAFF: Final = "System administration staff"

DOWN_SINCE_NOON: Final[Story] = (
    Open(
        at="13 Dec 12:58",
        started="13 Dec 12:46",
        title="Mailstore is down: stored mail cannot be read",
        headline="Mailstore is down after a reset",
        body="""
            Mailstore has been down since {{13 Dec 12:46}}. It had been slow and full of errors
            all day, so we reset the storage cluster, and it did not come back up.

            We expect the reset to fix this quickly. We are sorry.
            """,
        levels={MAILSTORE: DOWN},
        signature=STAFF,
    ),
    Origin(
        at="13 Dec 12:58",
        note="""
            Retold in our own words from the provider's write-up, which moved to an archive when
            the company was acquired. It names no year: 2012 is an assumption. Its “EST (-0400
            GMT)” contradicts itself and is read as -05:00. Assumed too: the hours of the first
            three updates, of the planned maintenance and of publication, and when bouncing and
            slowness ended.
            """,
    ),
    Window(
        at="13 Dec 12:58",
        component=MAILSTORE,
        level=SLOW,
        kind=DEGRADED,
        start="13 Dec 00:00",
        end="13 Dec 12:46",
        about=True,
        note="Slowness and errors all day; nobody wrote down when they began.",
    ),
    Remark(
        at="13 Dec 12:58",
        kind=NoteKind.ATTEMPT,
        headline="Plan A: reset of the storage cluster",
        body="It was meant to end a day of slowness and errors.",
        happened="13 Dec 12:46",
        key="reset",
    ),
    *(
        Remark(
            at="13 Dec 12:58",
            kind=NoteKind.NOT_AFFECTED,
            headline=what,
        )
        for what in (
            "Forwarding",
            "Sending by SMTP",
            "Spam processing",
            "The web site's other functions",
        )
    ),
    Remark(
        at="13 Dec 12:58",
        kind=NoteKind.ADVICE,
        headline="Add a forwarding address now",
        body="""
            New mail then reaches you elsewhere while Mailstore is down. In your account choose
            *Settings*, then *Forwarding*, then *Add an address*, and keep Mailstore ticked.
            """,
        key="add forwarding",
    ),
    *ASKED,
)

NO_QUICK_FIX: Final[Story] = (
    Post(
        at="13 Dec 14:40",
        headline="We were wrong: the reset does not fix it",
        body="""
            We wrote that a reset would fix this quickly. That was wrong: the cluster does not
            come up again. The vendor's engineers are on the case with us and suspect the
            power-supply backplane or the motherboard. That is a suspicion, not yet a finding.

            The maintenance that was planned for {{13 Dec 22:00}} is cancelled.
            """,
        status="identified",
        corrects="first",
        signature=STAFF,
        key="correction",
    ),
    Change(at="13 Dec 14:40", note="reset", state="failed"),
    Cause(
        at="13 Dec 14:40",
        state="suspected",
        cause="Power-supply backplane or motherboard of the storage device, the vendor suspects",
    ),
    CallOff(
        at="13 Dec 14:42",
        on=MAINTENANCE,
        body="Mailstore failed before this maintenance could begin; it is cancelled.",
    ),
    Remark(
        at="13 Dec 14:45",
        kind=NoteKind.ATTEMPT,
        headline="Plan B: repair of the device by its vendor",
        body="Find the broken part and replace it.",
        key="repair",
    ),
    Post(
        at="13 Dec 16:35",
        headline="Raising the backup hardware takes long, and we cannot say how long",
        body="""
            Beside the repair we are raising the backup hardware. It is slow because of the
            amount of data on it, and it shows no progress that we could read. So we have no
            time to give you, and we will not guess one.
            """,
        next_unknown="it depends on hardware that shows no progress",
        signature=STAFF,
        key="backup",
    ),
    Promise(
        at="13 Dec 16:35",
        kind=CommitmentKind.FIX,
        text="Stored mail can be read again",
        because="raising the backup is slow and shows no progress that we could read",
        made_in="backup",
        key="access",
    ),
    Remark(
        at="13 Dec 16:35",
        kind=NoteKind.ATTEMPT,
        headline="Plan C: start from the backup hardware",
        body="Run Mailstore from the on-site backup storage.",
        key="from backup",
    ),
)

BOUNCES: Final[Story] = (
    Post(
        at="13 Dec 18:26",
        headline="Some mail was bounced to its senders",
        body="""
            About {{13 Dec 18:00}} our mail firewall took over the address of Mailstore and,
            for a while, refused mail for stored mailboxes: about 8,000 messages went back to
            their senders. That mail is not with us and has to be sent again. This is our
            fault, and we are sorry.

            Senders saw one of these:

            > Relay access denied

            > mail for mailstore.<domain> loops back to myself

            Every account with bounced mail gets a personal e-mail that names who wrote to it,
            and when. If you get none, none of your mail was bounced.
            """,
        signature=STAFF,
        key="bounces",
    ),
    Window(
        at="13 Dec 18:26",
        component=MAILSTORE,
        level=PARTLY,
        kind=DATA_LOSS,
        start="13 Dec 18:00",
        end="13 Dec 18:26",
        about=True,
        count=8000,
        unit="messages",
        note="Bounced by the mail firewall; its end is assumed to be the hour it was told.",
    ),
    Remark(
        at="13 Dec 18:26",
        kind=NoteKind.SYMPTOM,
        headline="Relay access denied",
        body="What senders saw when their mail was bounced, about {{13 Dec 18:00}}.",
    ),
    Remark(
        at="13 Dec 18:26",
        kind=NoteKind.SYMPTOM,
        headline="mail for mailstore.<domain> loops back to myself",
        body="The other text that senders of bounced mail saw.",
    ),
    Promise(
        at="13 Dec 18:26",
        kind=CommitmentKind.PERSONAL_NOTICE,
        text="A personal e-mail to every account with bounced mail: who wrote, and when",
        because="the list is being drawn from the logs of the mail firewall",
        made_in="bounces",
        key="notices",
    ),
)

FIRST_DAY: Final[Story] = (*DOWN_SINCE_NOON, *NO_QUICK_FIX, *BOUNCES)
