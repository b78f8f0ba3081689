"""Mail back ends that EMAIL_URL names: an SMTP server, or the console."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from notifications.mail.smtp.server import CONNECTIONS
from notifications.models import KeptMail


class SmtpBackend(EmailBackend):
    """Django's own, which also knows how much the server may be asked."""

    def __init__(
        self, *, connections: int = CONNECTIONS, per_second: float = 0.0, **options: Any
    ) -> None:
        super().__init__(**options)
        self.connections, self.per_second = connections, per_second


class KeepBackend(BaseEmailBackend):
    """The default until EMAIL_URL names a server."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keeps each mail, once per recipient."""
        kept = [
            _kept(mail, recipient) for mail in email_messages for recipient in mail.recipients()
        ]
        return len(KeptMail.objects.bulk_create(kept))


def _kept(mail: EmailMessage, recipient: str) -> KeptMail:
    return KeptMail(
        page_id=getattr(mail, "page_id", None),
        kept_at=timezone.now(),
        sender=mail.from_email,
        recipient=recipient,
        subject=str(mail.subject),
        text=str(mail.body),
        html=_html(mail),
        wire=mail.message().as_bytes().decode("utf-8", "replace"),
    )


def _html(mail: EmailMessage) -> str:
    alternatives = mail.alternatives if isinstance(mail, EmailMultiAlternatives) else []
    return next((str(content) for content, kind in alternatives if kind == "text/html"), "")
