"""Somebody else looks at the notifier, and says aloud when it stands still and when it goes on.

What it says goes past the notifier: straight to the mail server, and as an absent sign of life.
"""

import logging
import threading
from datetime import datetime
from time import monotonic
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.db import connection

from incidents.core.instants import spell
from incidents.models import Page
from notifications.clock import database_now
from notifications.mail.mails import sender
from notifications.mail.routes import providers
from notifications.models import Stall
from notifications.outbound.door import Door
from notifications.outbound.results import OutboundError
from notifications.pulse import pulse

logger = logging.getLogger(__name__)

EVERY: Final = 15.0
"""Seconds between two looks: with the minute that `pulse` allows, well within two minutes."""
ADVICE: Final = (
    "Pages are published all the same; mails, webhooks and posts wait, and go out in order once the"
    " notifier runs again.\n\nLook at its log and at the mail server, and at Deliveries here:"
)
HEADERS: Final = {"Auto-Submitted": "auto-generated"}


def look(at: datetime) -> str:
    """Looks once; returns what is wrong, in words, or nothing."""
    wrong = pulse(at).alarm
    if wrong:
        _stands_still(wrong, at)
    else:
        _goes_on(at)
    return wrong


class Watcher:
    """Looks again and again, in a thread of a process that is not the notifier's."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self.run, name="watcher", daemon=True)

    def start(self) -> None:
        """Looks from now on, beside everything else."""
        self._thread.start()

    def run(self) -> None:
        """Looks until it is stopped."""
        while not self._over.wait(self._every):
            try:
                look(database_now())
            except Exception:
                # No look, no sign of life: whoever waits for it hears of this, too.
                logger.exception("The watcher could not look")
            finally:
                connection.close()

    def stop(self) -> None:
        """Leaves off at once."""
        self._over.set()


def _stands_still(wrong: str, at: datetime) -> None:
    if Stall.begin(wrong, at):
        logger.error("Telling stands still: %s", wrong)
    Stall.tell(_alarm, at)


def _alarm(stall: Stall) -> bool:
    text = f"{stall.reason}\n\n{ADVICE}\n{settings.SITE_URL}/console/"
    return _mail("Candor tells nobody", text)


def _goes_on(at: datetime) -> None:
    if (stall := Stall.end(at)) and stall.ended_at:
        length = spell(stall.ended_at - stall.began_at)
        logger.error("Telling goes on after %s", length)
        _mail("Candor tells again", f"It stood still for {length}. It had said: {stall.reason}")
    _sign_of_life()


def _sign_of_life() -> None:
    """Tells an outside watch that all is well; its alarm is our silence."""
    if not settings.WATCH_PING_URL:
        return
    try:
        answer = Door.of_settings().get(settings.WATCH_PING_URL)
    except OutboundError as problem:
        logger.warning("The sign of life did not arrive: %s", problem)
        return
    if answer.status >= 300:
        logger.warning("The sign of life was answered with HTTP %s", answer.status)


def _mail(subject: str, text: str) -> bool:
    """Whether anybody was reached, or nobody is to be; whoever was is not mailed again."""
    pages = Page.objects.exclude(on_call_email="").order_by("-pk")
    calls = {each.on_call_email: each for each in pages}
    sent = [
        _send(EmailMessage(subject, text, sender(page), [address], headers=HEADERS))
        for address, page in calls.items()
    ]
    return any(sent) or not sent


def _send(mail: EmailMessage) -> bool:
    """One by one, since an address that is refused must keep nobody else from knowing."""
    for mailer in providers(monotonic()):
        try:
            mailers[mailer].send_messages([mail])
        except Exception:
            logger.exception("Whoever is on call could not be mailed over “%s”", mailer)
        else:
            return True
    return False
