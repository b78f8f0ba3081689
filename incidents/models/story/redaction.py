"""Taking words out for good: everywhere in the record where those of an update are kept."""

from typing import TYPE_CHECKING, Final

from django.apps import apps

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.story.update import Update

WORDS: Final = ("headline", "body", "html", "social_text", "signature")


def wipe(journal: "Journal", update: "Update", reason: str) -> None:
    """Leave a dated stub of `update`; what it was said in otherwise loses its words, too."""
    for name in WORDS:
        setattr(update, name, "")
    update.redacted_at, update.redaction_reason = journal.at, reason
    update.save(update_fields=[*WORDS, "redacted_at", "redaction_reason"])
    update.texts.all().delete()
    drafts = apps.get_model("incidents", "Draft")._default_manager.filter(became=update)
    drafts.update(content={}, title="")
    update.messages.all().update(answer="")
    # Feeds and the JSON of others say by this stamp that there is something to fetch anew.
    update.incident.updated_at = journal.at
    update.incident.save(update_fields=["updated_at"])
