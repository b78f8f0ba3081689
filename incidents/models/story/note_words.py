"""The words of a note: checked and rendered before any row is locked, and told in an update."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from incidents.core import checks, markup, notes
from incidents.core.instants import require_aware
from incidents.core.notes import NoteKind, NoteState
from incidents.models.story.update import Wording

if TYPE_CHECKING:
    from incidents.models.story.note import Note

TEXTS = {"body": "html", "answer": "answer_html"}


def checked(kind: str, **words: str) -> dict[str, str]:
    """Return words with their HTML; raises ValidationError on "headline", "body" or "answer"."""
    if words.get("answer") and kind != NoteKind.QUESTION:
        raise checks.refusal("answer", "Only a question has an answer; write it into the text.")
    if "headline" in words:
        words["headline"] = checks.line(words["headline"], field="headline")
    html = {
        TEXTS[name]: markup.render(text, field=name) if text.strip() else ""
        for name, text in words.items()
        if name in TEXTS
    }
    return words | html


def beginning(kind: str, answer: str) -> str:
    """Return the state in which a note begins: a question with its answer is answered."""
    answered = kind == NoteKind.QUESTION and answer.strip()
    return NoteState.ANSWERED if answered else notes.first_state(kind)


def stated(happened_at: datetime | None, at: datetime) -> datetime | None:
    """Return a stated time that has come, or None where none was stated."""
    if happened_at is None:
        return None
    return checks.not_in_future(require_aware(happened_at, "happened_at"), at, field="happened_at")


def check_answered(kind: str, state: str, answer: str) -> None:
    """Refuse a question that is said to be answered, but is not."""
    if kind == NoteKind.QUESTION and state == NoteState.ANSWERED and not answer.strip():
        raise checks.refusal("answer", "Write the answer; a question without one is “asked”.")


def of_change(note: "Note", given: dict[str, str]) -> Wording:
    """Return the update that says how advice reads from now on, in the page's language."""
    with translation.override(note.incident.page.language):
        lead = _("We now advise: **%s**")
        about, body = given.get("headline", note.headline), given.get("body", note.body)
        return _wording(_("Advice changed"), lead, about, body)


def of_withdrawal(note: "Note", words: str) -> Wording:
    """Return the update that says which advice no longer holds, in the page's language."""
    with translation.override(note.incident.page.language):
        lead = _("This advice no longer holds: **%s**")
        return _wording(_("Advice withdrawn"), lead, note.headline, words)


def _wording(headline: str, lead: str, about: str, words: str) -> Wording:
    body = f"{lead % markup.literal(about)}\n\n{words}".strip()
    return Wording.of(body=body, headline=headline)
