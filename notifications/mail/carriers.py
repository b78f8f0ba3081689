"""Who takes mails from us: an SMTP server over many lines, or a Django back end one by one."""

from collections.abc import Iterator
from typing import Final, Protocol

from anymail.exceptions import AnymailRecipientsRefused
from django.core.mail import DNS_NAME, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import Error

from notifications.mail.backends import SmtpBackend
from notifications.mail.desk import Desk
from notifications.mail.mails import Mail
from notifications.mail.smtp.pool import Pool
from notifications.mail.smtp.server import CONNECTIONS, Patience, Server
from notifications.outcomes import Outcome, Verdict
from notifications.parcels import Accepted, Settled

SECONDS: Final = 20.0
# What an API says of the mail itself; all else is about us, or about the API.
NOT_THIS_MAIL: Final = frozenset({400, 406, 413, 422})
REFUSALS: Final = (ValueError, TypeError)


class Carrier(Protocol):
    """Takes what a desk writes; `trouble` says why it took no more, if so."""

    trouble: str

    def run(self, accepted: Accepted) -> Iterator[list[Settled]]:
        """Rounds of what came of the mails."""


def carrier(mailer: str, desk: Desk, connections: int) -> Carrier:
    """The carrier that a mailer of the settings names; it opens so many connections at most."""
    backend = mailers[mailer]
    if isinstance(backend, EmailBackend):
        return Pool(server_of(backend, connections), desk.letters())
    return OneByOne(backend, desk)


def server_of(backend: EmailBackend, connections: int = CONNECTIONS) -> Server:
    """The server behind Django's own SMTP back end."""
    most, per_second = CONNECTIONS, 0.0
    if isinstance(backend, SmtpBackend):
        most, per_second = backend.connections, backend.per_second
    return Server(
        host=backend.host,
        port=int(backend.port),
        username=backend.username or "",
        password=backend.password or "",
        tls=backend.ssl_context if backend.use_ssl or backend.use_tls else None,
        starttls=bool(backend.use_tls),
        own_name=DNS_NAME.get_fqdn(),
        connections=min(most, connections),
        per_second=per_second,
        patience=Patience.of(float(backend.timeout or SECONDS)),
    )


class OneByOne:
    """Any other back end of Django: kept mails, providers with an API."""

    def __init__(self, backend: BaseEmailBackend, desk: Desk) -> None:
        self.trouble = ""
        self._backend, self._desk = backend, desk

    def run(self, accepted: Accepted) -> Iterator[list[Settled]]:
        """Each mail is a round of its own."""
        for key, mail in self._desk.mails():
            outcome = self._hand_over(mail)
            if self.trouble:
                return
            if outcome.verdict is Verdict.SENT:
                accepted([key])
            yield [(key, outcome)]

    def _hand_over(self, mail: Mail) -> Outcome:
        try:
            self._backend.send_messages([mail])
        except Exception as problem:  # noqa: BLE001 -- each back end has its own
            return self._judge(problem)
        return Outcome.sent(provider_id=_provider_id(mail))

    def _judge(self, problem: Exception) -> Outcome:
        words = f"{type(problem).__name__}: {' '.join(str(problem).split())}"[:300]
        status = getattr(problem, "status_code", None)
        if isinstance(problem, AnymailRecipientsRefused):
            # The provider has this address on a list of its own: it bounced, or complained.
            return Outcome.undeliverable(words)
        if isinstance(problem, REFUSALS) or status in NOT_THIS_MAIL:
            return Outcome.failed(words)
        if isinstance(problem, OSError | Error):
            # Whoever cannot be reached, or knows us no more, is not asked again for every mail.
            self.trouble = words
        return Outcome.retry(words)


def _provider_id(mail: Mail) -> str:
    """The id under which an API took the mail, by which it speaks of it later."""
    status = getattr(mail, "anymail_status", None)
    return str(getattr(status, "message_id", None) or "")
