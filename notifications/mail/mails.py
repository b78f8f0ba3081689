"""Mails as they are on the wire: one recipient, text and HTML, headers that machines can read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from incidents.models import Page
from notifications import digests, replies
from notifications.alarms import alarm_of
from notifications.bulletins import Bulletin
from notifications.kinds import Stream
from notifications.mail.threads import references
from notifications.mail.wordings import PLAIN, Wording
from notifications.models import Delivery, MailKind, MailText, Subscription
from notifications.models.quarantine import REASON
from notifications.monthly import Report

LITERAL = frozenset(
    "list-unsubscribe list-unsubscribe-post list-id message-id references in-reply-to".split()
)
_GAPS = re.compile(r"\n{3,}")


class WirePolicy(EmailPolicy):
    """Keeps headers that machines read on one line: folding turns a long URL into a code word."""

    def fold(self, name: str, value: Any) -> str:
        """One header as text."""
        if name.lower() in LITERAL:
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject":
            return f"{name}: {_subject(str(value), self.linesep)}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header as bytes."""
        if name.lower() in {*LITERAL, "subject"}:
            return self.fold(name, value).encode("ascii")
        return bytes(super().fold_binary(name, value))


def _subject(words: str, linesep: str) -> str:
    """Plain words on one line, all others as code words throughout.

    Where the standard library folds, and where it mixes the two, a space comes or goes.
    """
    if words.isascii():
        return words
    return Header(words, "utf-8", header_name="Subject").encode(linesep=linesep)


# Seven bits pass through every server, and quoted-printable keeps lines short.
WIRE = WirePolicy(linesep="\r\n", cte_type="7bit")


class Mail(EmailMultiAlternatives):
    """A mail that is written in our policy, whatever the backend asks for."""

    page_id: int | None = None

    def message(self, **_policy: Any) -> "EmailMessage[Any, Any]":
        """The message object that a backend turns into bytes."""
        return super().message(policy=WIRE)


@dataclass(frozen=True)
class Letter:
    """What a mail says, before it is addressed to somebody."""

    subject: str
    template: str
    context: dict[str, Any]
    own: Wording = PLAIN


def mail_for(delivery: Delivery, bulletin: Bulletin | None, earlier: Sequence[str] = ()) -> Mail:
    """The mail of a delivery; `earlier` are the ids of mails on the same incident, oldest first."""
    with translation.override(language_of(delivery)):
        letter = _letter(delivery, bulletin)
        text, html = rendered(letter.template, letter.context | _links(delivery), letter.own)
    mail = Mail(
        subject=subject_line(letter.subject),
        body=text,
        from_email=sender(delivery.page),
        to=[delivery.destination],
        headers=common_headers(delivery.page) | own_headers(delivery, earlier),
    )
    mail.page_id = delivery.page_id
    mail.attach_alternative(html, "text/html")
    return mail


def language_of(delivery: Delivery) -> str:
    """Readers are written to in theirs, or else in the page's; staff in the console's."""
    if delivery.alarm:
        return settings.LANGUAGE_CODE
    chosen = delivery.subscription.language if delivery.subscription else ""
    return chosen or delivery.page.language


def time_zone_of(delivery: Delivery) -> str:
    """Whose clock the reader goes by; empty for the page's own."""
    return delivery.subscription.time_zone if delivery.subscription else ""


def rendered(template: str, context: dict[str, Any], own: Wording) -> tuple[str, str]:
    """The text and the HTML of a mail, with the page's own words."""
    context = context | {"own": own}
    text = render_to_string(f"notifications/{template}.txt", context).strip() + "\n"
    text = _GAPS.sub("\n\n", text)
    return text, render_to_string(f"notifications/{template}.html", context)


def subject_line(subject: str) -> str:
    """The subject on one line and as it is written, whatever a title holds."""
    return literal(" ".join(subject.split()))


def literal(words: str) -> str:
    """Words in a header that no program takes for a code word (RFC 2047)."""
    return words.replace("=?", "=\N{WORD JOINER}?")


def sender(page: Page) -> str:
    """The page's own address with its name."""
    address = page.sender_email or f"status@{_host(page)}"
    name = subject_line(page.sender_name or page.name)
    return str(Address(display_name=name, addr_spec=address))


def common_headers(page: Page) -> dict[str, str]:
    """What all mails of a page say to machines."""
    return {"Auto-Submitted": "auto-generated", "List-Id": f"<{page.slug}.status.{_host(page)}>"}


def own_headers(delivery: Delivery, earlier: Sequence[str]) -> dict[str, str]:
    """What only this mail says: its id, its way out, the mails before it."""
    headers = {"Message-ID": delivery.message_id}
    if delivery.subscription and delivery.stream != Stream.CONFIRMATION:
        headers["List-Unsubscribe"] = f"<{delivery.subscription.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers | (references(earlier) if earlier else {})


def _letter(delivery: Delivery, bulletin: Bulletin | None) -> Letter:
    page = delivery.page
    common = {"page": page, "bulletin": bulletin}
    if bulletin is not None:
        return Letter(bulletin.subject, "update", common, bulletin.own)
    if write := _writer(delivery):
        return write(delivery, common)
    if delivery.alarm is not None:
        alarm = alarm_of(delivery.alarm)
        about = f"{alarm.heading}: {alarm.about}"
        return Letter(PLAIN.subject(page.name, about), "alarm", common | {"alarm": alarm})
    own = _own(delivery, MailKind.EVERY)
    return Letter(own.subject(page.name, _("Test message")), "test", common, own)


def _writer(delivery: Delivery) -> Callable[[Delivery, dict[str, Any]], Letter] | None:
    """Whoever writes what is not news, where it has words of its own."""
    if delivery.stream == Stream.CONFIRMATION:
        return _confirmation
    if delivery.stream == Stream.DIGEST:
        return _digest
    if delivery.stream == Stream.REPORT:
        return _report
    if replies.is_reply(delivery):
        return _answer
    return _quarantine if REASON in delivery.merge else None


def _confirmation(delivery: Delivery, common: dict[str, Any]) -> Letter:
    page, subscription = delivery.page, delivery.subscription
    own = _own(delivery, MailKind.CONFIRMATION)
    common |= delivery.merge | {"incident": subscription.incident if subscription else None}
    if subscription and subscription.state == Subscription.State.PENDING:
        subject, template = _("Confirm your subscription to %s") % page.name, "confirmation"
    else:
        subject, template = _("Your subscription to %s") % page.name, "known"
    return Letter(f"{own.prefix} {subject}", template, common, own)


def _digest(delivery: Delivery, common: dict[str, Any]) -> Letter:
    spoken = language_of(delivery), time_zone_of(delivery)
    news = [Bulletin.of(each, *spoken) for each in digests.told_in(delivery)]
    shown = digests.fitting(news)
    own = _own(delivery, MailKind.EVERY)
    subject = own.subject(delivery.page.name, _("Daily digest"))
    said = {"news": shown, "further": len(news) - len(shown)}
    return Letter(subject, "digest", common | said, own)


def _report(delivery: Delivery, common: dict[str, Any]) -> Letter:
    report, own = Report.of(delivery), _own(delivery, MailKind.EVERY)
    return Letter(
        own.subject(delivery.page.name, report.title), "report", common | {"report": report}, own
    )


def _quarantine(delivery: Delivery, common: dict[str, Any]) -> Letter:
    mine, own = delivery.subscription, _own(delivery, MailKind.EVERY)
    known = {
        "why": delivery.merge[REASON],
        "endpoint": mine.destination if mine else "",
        "webhook_url": f"{mine.manage_url}webhook/" if mine else "",
    }
    subject = own.subject(delivery.page.name, _("Your webhook is not called any more"))
    return Letter(subject, "quarantined", common | known, own)


def _answer(delivery: Delivery, common: dict[str, Any]) -> Letter:
    known = replies.facts(delivery)
    title = known["asked"].incident.title
    own = _own(delivery, MailKind.ANSWER, title=title)
    subject = own.subject(delivery.page.name, _("Your question: %s") % title)
    return Letter(subject, "answer", common | known, own)


def _own(delivery: Delivery, kind: MailKind, *, title: str = "") -> Wording:
    return MailText.wording_for(delivery.page, kind, language_of(delivery), title=title)


def _links(delivery: Delivery) -> dict[str, str]:
    subscription = delivery.subscription
    if subscription is None:
        return {"manage_url": "", "unsubscribe_url": "", "confirm_url": ""}
    return {
        "manage_url": subscription.manage_url,
        "unsubscribe_url": subscription.unsubscribe_url,
        "confirm_url": subscription.confirm_url,
    }


def _host(page: Page) -> str:
    return urlsplit(page.site).hostname or "localhost"
