"""A mail as it would read with words that are not kept yet; for the console's preview."""

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from incidents.core.clocks import moment
from incidents.core.lifecycles import Status
from incidents.models import Page
from notifications.bulletins import Bulletin
from notifications.mail.mails import rendered, subject_line
from notifications.mail.wordings import Wording
from notifications.models import MailKind

GAP = "…"


def sample(page: Page, kind: MailKind, language: str, wording: Wording, at: datetime) -> str:
    """Subject and text of such a mail, about the newest incident where there is one."""
    newest = page.incidents.order_by("-pk").first()
    title = newest.title if newest else page.name
    own = wording.filled(page=page.name, url=page.url(), title=title)
    with translation.override(language or page.language):
        subject, template, context = _mail(page, kind, title, own, at)
        text, _html = rendered(template, {"page": page} | context, own)
    return f"{subject_line(subject)}\n\n{text}"


def _mail(
    page: Page, kind: MailKind, title: str, own: Wording, at: datetime
) -> tuple[str, str, dict[str, Any]]:
    if kind == MailKind.CONFIRMATION:
        subject = f"{own.prefix} {_('Confirm your subscription to %s') % page.name}"
        return subject, "confirmation", {"confirm_url": page.url(f"subscriptions/confirm/{GAP}/")}
    if kind == MailKind.EVERY:
        return own.subject(page.name, _("Test message")), "test", {}
    if kind == MailKind.ANSWER:
        incident = {"title": title, "public_url": page.url(f"incidents/{GAP}/")}
        asked = {"incident": incident, "text": GAP}
        subject = own.subject(page.name, _("Your question: %s") % title)
        return subject, "answer", {"asked": asked, "text": GAP, "html": ""}
    return own.subject(page.name, title), "update", {"bulletin": _news(page, kind, title, at)}


def _news(page: Page, kind: MailKind, title: str, at: datetime) -> Bulletin:
    return Bulletin(
        page=page,
        title=title,
        label=str(Status.INVESTIGATING.label if kind == MailKind.UPDATE else kind.label),
        when=moment(at, page.zone),
        text=GAP,
        html="",
        url=page.url(f"incidents/{GAP}/"),
    )
