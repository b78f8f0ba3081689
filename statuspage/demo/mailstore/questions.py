"""What readers asked, in their order; the answers change with the outage."""

from typing import Final

from incidents.models import NoteKind
from statuspage.demo.asides import Change, Remark
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

OVER: Final = Change(
    at="15 Dec 10:00",
    note="is it over",
    answer="""
        Yes, as far as we can see. If mail is still missing, or you cannot sign in, please
        report it to us: we look at every single case.
        """,
)
