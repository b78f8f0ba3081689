"""What a page says in its own words in its mails, by kind of mail and language."""

from dataclasses import astuple
from datetime import datetime
from typing import Any, Final

from django.db import models

from incidents.core import checks
from incidents.core.languages import SPOKEN
from incidents.models import Page
from notifications.kinds import Kind
from notifications.mail.wordings import PLAIN, Wording, checked
from people.actors import Actor

# For whichever language has no words of its own.
ANY_LANGUAGE: Final = ""


class MailKind(models.TextChoices):
    """The mails that a page can have words of its own in."""

    EVERY = "every", "Every mail"
    UPDATE = "update", "Incidents"
    MAINTENANCE = "maintenance", "Maintenance"
    POSTMORTEM = "postmortem", "Postmortems"
    COMPONENT = "component", "Changes of a component"
    CONFIRMATION = "confirmation", "Confirmation of a subscription"
    ANSWER = "answer", "Answers to readers"

    @classmethod
    def of(cls, kind: str) -> "MailKind":
        """The kind of mail in which a kind of news is told."""
        return cls.UPDATE if kind == Kind.INCIDENT or kind not in cls.values else cls(kind)

    @property
    def titled(self) -> bool:
        """Whether such a mail is about something that has a title."""
        return self not in {MailKind.EVERY, MailKind.CONFIRMATION}


class MailText(models.Model):
    """Words for one kind of mail in one language, or in all others."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="mail_texts")
    kind = models.CharField(max_length=12, choices=MailKind)
    language = models.CharField(max_length=16, blank=True)
    prefix = models.CharField(max_length=60, blank=True)
    introduction = models.TextField(blank=True)
    footer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "kind", "language"], name="mail_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.language or 'any language'}"

    @classmethod
    def write(
        cls, page: Page, *, kind: str, language: str, wording: Wording, by: Actor, at: datetime
    ) -> None:
        """Keeps a page's own words; blank ones take them away.

        Raises ValidationError on "kind", "language", "prefix", "introduction" or "footer".
        """
        checks.choice(kind, MailKind.values, field="kind")
        checks.choice(language, [ANY_LANGUAGE, *SPOKEN], field="language")
        kept = checked(wording, titled=MailKind(kind).titled)
        named: dict[str, Any] = {"page": page, "kind": kind, "language": language}
        with page.writing(by=by, at=at) as journal:
            if kept == PLAIN:
                cls.objects.filter(**named).delete()
            else:
                cls.objects.update_or_create(**named, defaults=vars(kept))
            journal.append("mail_text.changed", page, after={"kind": kind, "language": language})

    @classmethod
    def kept(cls, page: Page, kind: str, language: str) -> Wording:
        """What is written for exactly this kind and language."""
        found = cls.objects.filter(page=page, kind=kind, language=language).first()
        return found.wording if found else PLAIN

    @classmethod
    def wording_for(cls, page: Page, kind: str, language: str, *, title: str = "") -> Wording:
        """What a mail says: of its kind before every kind, its language before any language."""
        wanted = [(each, code) for each in (kind, MailKind.EVERY) for code in (language, "")]
        rows = {(row.kind, row.language): row.wording for row in cls.objects.filter(page=page)}
        found = [astuple(rows[key]) for key in wanted if key in rows]
        if not found:
            return PLAIN
        first = (next(filter(None, words), "") for words in zip(*found, strict=True))
        return Wording(*first).filled(page=page.name, url=page.url(), title=title)

    @property
    def wording(self) -> Wording:
        """The words themselves."""
        return Wording(self.prefix, self.introduction, self.footer)
