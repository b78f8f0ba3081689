"""14 and 15 December: silence, a promise kept late, access again, and the last 24 accounts."""

from typing import Final

from incidents.models import CommitmentKind, NoteKind
from statuspage.demo.asides import Change, Meet, Promise, Remark
from statuspage.demo.company import MAILSTORE
from statuspage.demo.impact import (
    DOWN,
    SLOW,
    UNAVAILABLE,
    CloseWindow,
    NameCohort,
    Progress,
    Window,
)
from statuspage.demo.mailstore.first_day import STAFF
from statuspage.demo.mailstore.questions import OVER, WHY_NO_NOTICE, WHY_SO_LONG
from statuspage.demo.readers import Report, Withdraw
from statuspage.demo.steps import Post, Resolve, Story

NIGHT: Final[Story] = (
    Meet(at="14 Dec 00:00", promise="notices"),
    Remark(
        at="14 Dec 00:00",
        kind=NoteKind.MILESTONE,
        headline="Personal notices sent",
        body="To every account with bounced mail: who had written, and when.",
        happened="14 Dec 00:00",
        about=True,
    ),
    Post(
        at="14 Dec 02:40",
        headline="Waiting for slow hardware",
        body="""
            You have not heard from us for hours, and we are sorry for that too.

            The backup storage turned out to be wholly corrupted, so that way is closed. We are
            waiting for the old hardware, which is slow and degraded. Once it is up, reading
            mail will work but **will still be slow**. The hardware will be replaced on the
            weekend of 15 and 16 December.

            We promise a full analysis of all this.
            """,
        signature=STAFF,
        key="night",
    ),
    Change(at="14 Dec 02:40", note="from backup", state="failed"),
    Remark(
        at="14 Dec 02:40",
        kind=NoteKind.WORK,
        headline="Restore of the storage device",
        body="Under way since the evening; it shows no progress that we could pass on.",
        happened="13 Dec 20:00",
        about=True,
        key="restore",
    ),
    Report(
        at="14 Dec 02:40",
        note="restore",
        percent=0,
        text="Begun; the hour is assumed",
        happened="13 Dec 20:00",
    ),
    Promise(
        at="14 Dec 02:40",
        kind=CommitmentKind.FIX,
        text="Replace the storage hardware on the weekend of 15 and 16 December",
        because="the hour depends on how long the old device needs",
        made_in="night",
        key="replacement",
    ),
    Promise(
        at="14 Dec 02:40",
        kind=CommitmentKind.POSTMORTEM,
        text="A full analysis",
        because="first everybody has to be able to read mail again",
        made_in="night",
        key="analysis",
    ),
    WHY_SO_LONG,
    WHY_NO_NOTICE,
)

MORNING: Final[Story] = (
    Post(
        at="14 Dec 07:40",
        headline="Other ways are being tried",
        body="""
            The restore still runs. We are working on several other ways beside it, and will
            give you a firmer report in about 30 minutes, by {{14 Dec 08:10}}.
            """,
        next_update="14 Dec 08:10",
        signature=STAFF,
        key="morning",
    ),
    Remark(
        at="14 Dec 07:40",
        kind=NoteKind.ATTEMPT,
        headline="Plans D and E to K",
        body="Further ways to bring mail back, each with its letter: tried, or ruled out.",
        key="alphabet",
    ),
    Post(
        at="14 Dec 08:20",
        happened="14 Dec 08:13",
        headline="Stored mail can be read again, slowly",
        body="""
            Mailstore has been up again since {{14 Dec 08:13}}. It is slow. Your mail program
            may still ask for your password now and then: your password is not wrong, please
            try again later. The mail that waited is being delivered now.

            Nobody needs to add a forwarding address any more. If you have added one, leave it in
            place for now.

            A small number of accounts cannot sign in yet because their indexes are corrupted.
            We are rebuilding those one by one.

            We had promised this report for {{14 Dec 08:10}}. It is late, and we are sorry.
            """,
        status="monitoring",
        levels={MAILSTORE: SLOW},
        signature=STAFF,
        key="restored",
    ),
    Meet(at="14 Dec 08:20", promise="access"),
    Remark(
        at="14 Dec 08:20",
        kind=NoteKind.MILESTONE,
        headline="Access to stored mail restored",
        happened="14 Dec 08:13",
    ),
    Report(
        at="14 Dec 08:20",
        note="restore",
        percent=100,
        text="The device is up again",
        happened="14 Dec 08:13",
    ),
    Change(
        at="14 Dec 08:20",
        note="restore",
        state="done",
        body="It had been running for over 12 hours when it ended.",
    ),
    Change(at="14 Dec 08:20", note="repair", state="abandoned"),
    Change(at="14 Dec 08:20", note="alphabet", state="abandoned"),
    Remark(
        at="14 Dec 08:20",
        kind=NoteKind.ATTEMPT,
        headline="Wait for the old, degraded device to come up",
        body="Slow, but it came back with all mail.",
        state="worked",
    ),
    Remark(
        at="14 Dec 08:20",
        kind=NoteKind.SYMPTOM,
        headline="Password prompts though the password is right",
        body="A sign of slowness since {{14 Dec 08:13}}: the sign-in takes too long.",
    ),
    Withdraw(at="14 Dec 08:20", note="add forwarding", told_in="restored"),
    Remark(
        at="14 Dec 08:20",
        kind=NoteKind.ADVICE,
        headline="Leave an added forwarding address in place for now",
        body="If access to new mail is critical for you, leave it until we say that this is fixed.",
        key="leave forwarding",
    ),
    NameCohort(at="14 Dec 08:20", name="Accounts with corrupted indexes", size=24, key="corrupted"),
    Progress(at="14 Dec 08:20", cohort="corrupted", percent=0),
    Window(
        at="14 Dec 08:20",
        component=MAILSTORE,
        level=DOWN,
        kind=UNAVAILABLE,
        start="13 Dec 12:46",
        cohort="corrupted",
        count=24,
        unit="accounts",
        note="Corrupted indexes kept these accounts from signing in.",
        key="cohort window",
    ),
)

LAST_ACCOUNTS: Final[Story] = (
    Remark(
        at="14 Dec 20:45",
        kind=NoteKind.MILESTONE,
        headline="Backlog drained: all mail that waited is delivered",
        happened="14 Dec 20:45",
    ),
    Progress(at="15 Dec 10:00", cohort="corrupted", percent=100),
    CloseWindow(at="15 Dec 10:00", window="cohort window", end="15 Dec 10:00"),
    Resolve(
        still_owed=("replacement",),
        at="15 Dec 10:00",
        resolved="15 Dec 10:00",
        headline="The last accounts are back",
        body="""
            The indexes of the last 24 accounts are rebuilt, and all mail that waited has been
            delivered since {{14 Dec 20:45}}.

            If mail is still missing, or you still cannot sign in, please report it: we look at
            every single case. We are sorry for what this has cost you.
            """,
        signature=STAFF,
    ),
    Remark(
        at="15 Dec 10:00",
        kind=NoteKind.MILESTONE,
        headline="Last accounts with corrupted indexes rebuilt",
        happened="15 Dec 10:00",
    ),
    OVER,
)

SECOND_DAY: Final[Story] = (*NIGHT, *MORNING, *LAST_ACCOUNTS)
