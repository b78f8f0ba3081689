"""E-mail over the configured mailer, on one kept connection a batch."""

import re
import smtplib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.mail import mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from notifications.addresses import validate_address
from notifications.bulletins import Bulletin, bulletins
from notifications.channels import Attempts, Example
from notifications.details import Details
from notifications.kinds import Stream
from notifications.mails import Mail, mail_for
from notifications.models import Delivery
from notifications.outcomes import MAIL_SCHEDULE, Outcome
from notifications.stationery import Sheet, Wire

NO_SUCH_ADDRESS = re.compile(r"\b5\.1\.(0|1|2|3|6|10)\b")
SHUTTING_DOWN = 421


class Email:
    """Mail to readers, staff and accounts."""

    name = "email"
    label = "E-mail"
    lane = "mail"
    schedule = MAIL_SCHEDULE
    jitter = 0.0
    public = True
    destination = "Address, like ada@example.com"
    details: Details = ()

    def validate_destination(self, text: str) -> str:
        """Exactly one address."""
        return validate_address(text, "destination")

    def validate_config(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing to keep: the mailer is the installation's."""
        return {}

    def example(self, base_url: str) -> Example:
        """A reader whose mail server is at `base_url`."""
        place = urlsplit(base_url)
        options = {"host": place.hostname, "port": place.port, "timeout": 1}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        mailers = {"default": {"BACKEND": backend, "OPTIONS": options}}
        return Example("ada@example.com", settings={"MAILERS": mailers})

    def send(self, batch: Sequence[Delivery], at: datetime) -> Attempts:
        """Hands each mail over; the outcome of one is known before the next one goes."""
        line, threads = Line(mailers.default), _threads(batch)
        desk = Desk(bulletins(batch), printing=isinstance(line.backend, EmailBackend))
        try:
            for delivery in batch:
                yield delivery, _one(delivery, threads[delivery.pk], desk, line)
        finally:
            line.hang_up()


class Desk:
    """Writes mails: printed ones for subscribers over SMTP, ordinary ones for all others."""

    def __init__(self, news: Mapping[int, Bulletin], *, printing: bool) -> None:
        self._news, self._printing = news, printing
        self._sheets: dict[int, Sheet] = {}

    def mail(self, delivery: Delivery, earlier: Sequence[str]) -> Mail | Wire:
        """The mail of a delivery, ready to go."""
        bulletin = self._news.get(delivery.broadcast_id or 0)
        if bulletin is None or delivery.subscription is None or not self._printing:
            return mail_for(delivery, bulletin, earlier)
        key = delivery.broadcast_id or 0
        if key not in self._sheets:
            self._sheets[key] = Sheet(bulletin)
        return self._sheets[key].addressed(delivery, earlier)


def _one(delivery: Delivery, earlier: Sequence[str], desk: Desk, line: "Line") -> Outcome:
    try:
        mail = desk.mail(delivery, earlier)
    except Exception as unfit:  # noqa: BLE001 -- one mail that cannot be written holds up no other
        return Outcome.retry(_words(unfit))
    return line.deliver(mail)


class Line:
    """A connection to the mail server, opened when needed and again after it broke."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self.backend = backend
        self._dead = ""

    def deliver(self, mail: Mail | Wire) -> Outcome:
        """Hands one mail over."""
        if self._dead:
            return Outcome.retry(self._dead)
        try:
            self.backend.open()
        except (OSError, smtplib.SMTPException) as problem:
            # Whoever cannot be reached now is not asked again for every mail of the batch.
            self._dead = _words(problem)
            return Outcome.retry(self._dead)
        return self._hand_over(mail)

    def hang_up(self) -> None:
        """Ends the connection, whatever state it is in."""
        try:
            self.backend.close()
        except (OSError, smtplib.SMTPException):
            # The other side may have hung up first.
            return

    def _hand_over(self, mail: Mail | Wire) -> Outcome:
        try:
            self._give(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            code, reason = next(iter(refused.recipients.values()))
            return self._judge(code, _text(reason), of_recipient=True)
        except smtplib.SMTPSenderRefused as refused:
            return self._judge(450, f"sender refused: {_text(refused.smtp_error)}")
        except smtplib.SMTPResponseException as refused:
            return self._judge(refused.smtp_code, _text(refused.smtp_error))
        except ValueError as unfit:
            return Outcome.failed(_words(unfit))
        except (OSError, smtplib.SMTPException) as broken:
            self.hang_up()
            return Outcome.retry(_words(broken))
        return Outcome.sent()

    def _give(self, mail: Mail | Wire) -> None:
        if isinstance(mail, Mail):
            self.backend.send_messages([mail])
        elif isinstance(self.backend, EmailBackend) and self.backend.connection:
            self.backend.connection.sendmail(mail.sender, [mail.recipient], mail.data)

    def _judge(self, code: int, reason: str, *, of_recipient: bool = False) -> Outcome:
        words = f"{code} {reason}"
        if code == SHUTTING_DOWN:
            self.hang_up()
        if 500 <= code < 600:
            unknown = of_recipient and NO_SUCH_ADDRESS.search(words)
            return Outcome.undeliverable(words) if unknown else Outcome.failed(words)
        return Outcome.retry(words)


def _threads(batch: Sequence[Delivery]) -> dict[int, list[str]]:
    """The ids of earlier mails on the same incident to the same address, oldest first."""
    incidents = {each.broadcast.incident_id for each in batch if each.broadcast}
    addresses = {each.destination for each in batch}
    sent = Delivery.objects.filter(
        channel=Email.name,
        state=Delivery.State.SENT,
        stream=Stream.UPDATE,
        broadcast__incident__in=incidents - {None},
        destination__in=addresses,
    ).select_related("page", "broadcast")
    earlier: dict[tuple[int | None, str], list[Delivery]] = defaultdict(list)
    for delivery in sent.order_by("broadcast__sequence"):
        if delivery.broadcast:
            earlier[delivery.broadcast.incident_id, delivery.destination].append(delivery)
    return {each.pk: _before(each, earlier) for each in batch}


def _before(delivery: Delivery, sent: Mapping[tuple[int | None, str], list[Delivery]]) -> list[str]:
    if delivery.broadcast is None or delivery.stream != Stream.UPDATE:
        return []
    mine = sent.get((delivery.broadcast.incident_id, delivery.destination), [])
    sequence = delivery.broadcast.sequence
    return [
        each.message_id for each in mine if each.broadcast and each.broadcast.sequence < sequence
    ]


def _text(reason: bytes | str) -> str:
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:300]


CHANNEL = Email()
