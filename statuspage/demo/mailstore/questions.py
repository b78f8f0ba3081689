"""What readers asked, in their order; the answers change with the outage."""

from typing import Final

from incidents.models import MessageKind, NoteKind
from statuspage.demo.asides import Change, Remark
from statuspage.demo.company import MAILSTORE
from statuspage.demo.readers import Answer, Ask
from statuspage.demo.steps import Story

ASKED: Final[Story] = (
    Remark(
        at="13 Dec 12:58",
        kind=NoteKind.QUESTION,
        headline="What happened?",
        answer="""
            The storage cluster behind Mailstore was reset at {{13 Dec 12:46}} and did not come
            back. Mail that was stored there cannot be read until it is up again.
            """,
        key="what happened",
    ),
    Remark(
        at="13 Dec 12:58",
        kind=NoteKind.QUESTION,
        headline="What can I do to get my mail?",
        answer="""
            Add a forwarding address to your account: new mail then reaches you there. Mail
            from before stays on Mailstore and waits for you.
            """,
    ),
    Remark(
        at="13 Dec 12:58",
        kind=NoteKind.QUESTION,
        headline="How can I get updates?",
        answer="""
            Here: this page runs on a host of its own, apart from our main site. Also by our
            tweets and on the account page.
            """,
    ),
    Remark(
        at="13 Dec 12:58",
        kind=NoteKind.QUESTION,
        headline="What is not affected?",
        answer="""
            Forwarding, sending by SMTP, spam processing and the web site's other functions
            work. Only access to stored mail is affected.
            """,
    ),
    Remark(
        at="13 Dec 12:58",
        kind=NoteKind.QUESTION,
        headline="Is it over?",
        answer="No. Stored mail cannot be read.",
        key="is it over",
    ),
)

WHY_SO_LONG: Final = Remark(
    at="14 Dec 02:40",
    kind=NoteKind.QUESTION,
    headline="Why does the backup hardware take so long?",
    answer="""
        It holds a great amount of data and is slow at it. It shows no progress while it comes
        up, so we cannot say when it will be done. It was meant to save data, not to serve
        it: nothing stood ready to take the place of the one storage device. That is a single
        point of failure, and it is ours.
        """,
)

WHY_NO_NOTICE: Final = Remark(
    at="14 Dec 02:40",
    kind=NoteKind.QUESTION,
    headline="I had mail bounced: why did I get no notice?",
    answer="""
        Accounts with an extra forwarding address had theirs at once. For all others it waits
        in the very backlog of this outage and arrives with the other mail. The account page
        shows the same list.
        """,
)

STILL_AFFECTED: Final[Story] = (
    Ask(
        at="15 Dec 16:10",
        kind=MessageKind.STILL_AFFECTED,
        component=MAILSTORE,
        text="My program keeps asking for my password. It is right, I have checked.",
        key="prompts",
    ),
    Ask(
        at="15 Dec 16:45",
        kind=MessageKind.STILL_AFFECTED,
        component=MAILSTORE,
        text="I cannot sign in at all, since Thursday.",
        key="sign-in",
    ),
    Ask(
        at="15 Dec 17:05",
        kind=MessageKind.STILL_AFFECTED,
        component=MAILSTORE,
        text="Password prompts on the phone, not on the computer.",
        key="phone",
    ),
    Answer(
        at="15 Dec 18:00",
        asked="prompts",
        headline="I am still asked for my password: is it wrong?",
        answer="""
            No. The device is slow, and signing in takes too long for some programs: please try
            again later. Whoever cannot sign in at all has an index that we have to rebuild;
            tell us, and we do.
            """,
        key="passwords",
    ),
    Answer(at="15 Dec 18:02", asked="phone", note="passwords"),
    Answer(at="15 Dec 18:05", asked="sign-in", note="passwords"),
)

OVER: Final = Change(
    at="15 Dec 10:00",
    note="is it over",
    answer="""
        Yes, as far as we can see. If mail is still missing, or you cannot sign in, please
        report it to us: we look at every single case.
        """,
)
