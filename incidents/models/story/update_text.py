"""An update in a further language; it may come later, and no mail waits for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from incidents.core import checks, markup, own_words
from incidents.models.guarding import guarded
from incidents.models.story.wording import Wording
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.story.update import Update


class UpdateText(models.Model):
    """The words of one update in one language."""

    update = models.ForeignKey("incidents.Update", models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    headline = models.CharField(max_length=checks.TITLE_LIMIT, blank=True)
    body = models.TextField()
    html = models.TextField()
    author = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("language",)
        constraints = [
            models.UniqueConstraint(fields=["update", "language"], name="update_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.language} of {self.update_id}"

    @classmethod
    def write(
        cls,
        update: "Update",
        language: str,
        *,
        body: str,
        by: Actor,
        at: datetime,
        headline: str = "",
        seen: str = "",
    ) -> "UpdateText":
        """Say the same in another language of the page, or put right how it is said.

        A translation may be mended at any time, dated: what was first said stands in the original.
        `seen` is the fingerprint of the translation that was read. Raises ValidationError on
        "language", "headline" or "body", Conflict on "headline" or "body".
        """
        page = update.incident.page
        if not body.strip():
            raise checks.refusal("body", "Write the translation here.")
        words = {"body": body, "html": markup.render(body)}
        words |= {"headline": checks.line(headline, field="headline", required=False)}
        with page.writing(by=by, at=at) as journal:
            page.refresh_from_db(fields=["language", "languages"])
            _check_language(language, page.languages, page.language)
            _check_stands(update)
            text = cls._default_manager.filter(update=update, language=language).first()
            if text is None:
                text = cls(update=update, language=language)
            else:
                words = guarded(journal, text, seen, words)
            for name, value in (words | {"author": by.label, "written_at": at}).items():
                setattr(text, name, value)
            text.save()
            after = {"language": language, "no": update.number}
            journal.append("update.translated", update, incident=update.incident, after=after)
        return text

    @classmethod
    def say_alike(cls, update: "Update", elsewhere: Mapping[str, Wording]) -> None:
        """Keep what Candor said by itself in further languages too, with the update."""
        cls._default_manager.bulk_create(
            cls(
                update=update, language=language, body=words.body, html=words.html,
                author=update.author, written_at=update.posted_at,
            )
            for language, words in elsewhere.items()
        )  # fmt: skip

    @classmethod
    def take_back_alike(cls, update: "Update") -> None:
        """Drop what Candor said with the update, and nobody else: staff says it otherwise now."""
        for text in cls._default_manager.filter(update=update, written_at=update.posted_at):
            if own_words.in_each(text.body, text.language, ()):
                text.delete()


def _check_language(language: str, known: list[str], original: str) -> None:
    if language == original:
        raise checks.refusal("language", f"The update itself is in “{language}”; mend that.")
    if language not in known:
        listed = ", ".join(known) or "none yet"
        raise checks.refusal(
            "language",
            f"“{language}” is no further language of this page ({listed}); see its settings.",
        )


def _check_stands(update: "Update") -> None:
    update.refresh_from_db(fields=["redacted_at"])
    if update.redacted_at:
        raise checks.refusal("body", "This was redacted; its words are gone in every language.")
