"""What a server's refusal means for a mail."""

import re
from typing import Final

from notifications.mail.bounces.fates import is_about_sender
from notifications.mail.smtp.replies import Reply
from notifications.outcomes import Outcome

NO_SUCH_ADDRESS: Final = re.compile(r"\b5\.1\.(1|2|3|6|10)\b")
UNANSWERED: Final = "Unanswered: it may have arrived"


def on_recipient(reply: Reply) -> Outcome:
    """What becomes of a mail whose address, or whose text, was refused.

    Many servers judge the sender only once they know the recipient, and then say so in words.
    """
    words = str(reply)[:300]
    if is_about_sender(words):
        return on_sender(reply)
    if not reply.lasting:
        return Outcome.retry(words)
    unknown = NO_SUCH_ADDRESS.search(words)
    return Outcome.undeliverable(words) if unknown else Outcome.failed(words)


def on_sender(reply: Reply) -> Outcome:
    """Whoever refuses the sender says nothing of the reader: somebody has to put it right first."""
    return Outcome.retry(f"Sender refused: {reply}"[:300])


def unanswered(why: str) -> Outcome:
    """The whole mail was written and the line broke before the answer: it is sent once more."""
    return Outcome.retry(f"{UNANSWERED} ({why})"[:300])


def unsent(why: str) -> Outcome:
    """Nothing of the mail itself was written."""
    return Outcome.retry(why[:300])
