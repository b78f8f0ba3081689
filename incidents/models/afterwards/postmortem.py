"""The account afterwards: one text over one or several incidents, interim or final."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from incidents.core import checks, markup
from incidents.core.sections import SectionKind
from incidents.models.afterwards import crediting, rules
from incidents.models.afterwards.record import (
    PostmortemQuerySet,
    PostmortemRecord,
    PostmortemStatus,
)
from incidents.models.afterwards.review import PostmortemReview, Verdict
from incidents.models.afterwards.revision import PostmortemRevision
from incidents.models.afterwards.section import PostmortemSection
from incidents.models.event import Event
from incidents.models.guarding import guarded
from incidents.models.journal import Journal
from incidents.models.site.page import Page
from incidents.models.story.commitment import Commitment, CommitmentKind
from incidents.models.story.incident import Incident
from people.actors import Actor
from people.models import User

__all__ = [
    "Postmortem",
    "PostmortemQuerySet",
    "PostmortemSection",
    "PostmortemStatus",
    "SectionKind",
]

NOTE_LIMIT: Final = 500
REMIND_BEFORE: Final = timedelta(days=1)
DUE_SOON: Final = "postmortem.due_soon"


class Postmortem(PostmortemRecord):
    """What happened, why, and what is done about it; the original updates stay beneath, linked.

    Readers read the newest revision. What is written on a published one is an amendment in
    preparation, and is seen by nobody outside until it is published with a note.
    """

    objects = PostmortemQuerySet.as_manager()

    class Meta(PostmortemRecord.Meta):
        abstract = False

    @classmethod
    def draft(
        cls,
        page: Page,
        *,
        title: str,
        incidents: Sequence[Incident],
        by: Actor,
        at: datetime,
        interim: bool = False,
        signatories: str = "",
    ) -> "Postmortem":
        """Begin a postmortem over one or several incidents of one page.

        `signatories`: one a line. Raises ValidationError on "title", "incidents", "signatories".
        """
        title = checks.line(title, field="title")
        signatories = rules.signatories(signatories)
        rules.check_incidents(page, incidents)
        with page.writing(by=by, at=at) as journal:
            postmortem = cls._default_manager.create(
                page=page,
                title=title,
                interim=interim,
                signatories=signatories,
                prepared_by=by.label,
                prepared_by_person_id=by.person_id,
                written_by=by.label,
                written_by_person_id=by.person_id,
                created_at=at,
                updated_at=at,
                credit_statement=crediting.of_incidents(incidents),
            )
            postmortem.incidents.set(incidents)
            journal.append("postmortem.drafted", postmortem, incident=postmortem.first_incident)
        return postmortem

    def change(self, *, by: Actor, at: datetime, seen: str = "", **changes: Any) -> None:
        """Change title, interim, signatories, incidents or internal_notes.

        Of a published one this prepares an amendment. `seen` is the fingerprint of what the form
        showed. Raises ValidationError on these fields, or on "status" once it is withdrawn,
        Conflict on what somebody else has changed meanwhile.
        """
        if "title" in changes:
            changes["title"] = checks.line(changes["title"], field="title")
        if "signatories" in changes:
            changes["signatories"] = rules.signatories(changes["signatories"])
        incidents = changes.pop("incidents", None)
        if incidents is not None:
            rules.check_incidents(self.page, incidents)
        with self.rewriting(by=by, at=at) as journal:
            self._set(at, **guarded(journal, self, seen, changes))
            if incidents is not None:
                self.incidents.set(incidents)
            journal.append("postmortem.changed", self, incident=self.first_incident)

    def write_section(
        self,
        kind: str,
        body: str,
        *,
        by: Actor,
        at: datetime,
        author: str = "",
        dated_at: datetime | None = None,
        seen: str = "",
    ) -> None:
        """Write one section, or take it out with an empty body.

        Of a published one this prepares an amendment. Raises ValidationError on "kind", "body",
        "author" or "dated_at", Conflict on what somebody else has changed since it was `seen`.
        """
        checks.choice(kind, SectionKind.values, field="kind")
        html = markup.render(body) if body.strip() else ""
        author = checks.line(author, field="author", limit=120, required=False)
        if dated_at is not None:
            checks.not_in_future(dated_at, at, field="dated_at")
        with self.rewriting(by=by, at=at) as journal:
            fields = {"body": body, "html": html, "author": author, "dated_at": dated_at}
            if (stored := self.sections.filter(kind=kind).first()) is not None:
                fields = guarded(journal, stored, seen, fields)
            if fields.get("html", True):
                self.sections.update_or_create(kind=kind, defaults=fields)
            else:
                self.sections.filter(kind=kind).delete()
            after = {"section": kind}
            journal.append("postmortem.written", self, incident=self.first_incident, after=after)

    def submit(self, *, by: Actor, at: datetime, reviewer: User | None = None) -> None:
        """Hand it, or an amendment of it, to somebody else for review.

        Raises ValidationError on "reviewer", or on "status" if that was done already.
        """
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            if self.open_review is not None:
                raise checks.refusal("status", "This is in review already.")
            rules.check_words(self)
            PostmortemReview.ask(journal, self, reviewer=reviewer)
            status = self.status if self.is_public else PostmortemStatus.IN_REVIEW
            self._set(at, status=status)
            journal.append("postmortem.submitted", self, incident=self.first_incident)

    def publish(self, *, by: Actor, at: datetime, notify: bool = True) -> None:
        """Make it public and, unless asked not to, tell the subscribers; keeps that promise.

        Raises ValidationError on "status", "sections", "incidents", or on "review" while one is
        open or the page wants one.
        """
        with self.page.writing(by=by, at=at) as journal:
            rules.check_step(self, PostmortemStatus.PUBLISHED)
            rules.check_words(self)
            rules.check_review(self)
            self._release(journal, status=PostmortemStatus.PUBLISHED, published_at=at)
            self._keep_promises(by, at)
            journal.append("postmortem.published", self, incident=self.first_incident, tell=notify)

    def amend(self, note: str, *, by: Actor, at: datetime, notify: bool = False) -> None:
        """Publish what was written since as a new revision; readers read `note` above it.

        Raises ValidationError on "note", "sections", "status" or "review".
        """
        note = checks.line(note, field="note", limit=NOTE_LIMIT)
        with self.page.writing(by=by, at=at) as journal:
            rules.check_step(self, PostmortemStatus.AMENDED)
            rules.check_words(self)
            if not self.afresh().has_amendment:
                raise checks.refusal(
                    "sections", "Nothing was changed since it was published; change it first."
                )
            rules.check_review(self)
            self._release(journal, note, status=PostmortemStatus.AMENDED, amended_at=at)
            journal.append("postmortem.amended", self, incident=self.first_incident, tell=notify)

    def drop_amendment(self, *, by: Actor, at: datetime) -> None:
        """Give up what was written since; it stands again as readers read it."""
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            newest = self.afresh().newest
            if newest is None:
                raise checks.refusal("status", "This was never published; there is no amendment.")
            if review := self.open_review:
                review.call_off(by=by, at=at)
            newest.restore(self)
            journal.append("postmortem.amendment_dropped", self, incident=self.first_incident)

    def withdraw(self, reason: str, *, by: Actor, at: datetime) -> None:
        """Take it back: its page says so, with the reason. Raises ValidationError on "reason"."""
        reason = checks.line(reason, field="reason", limit=NOTE_LIMIT)
        with self.page.writing(by=by, at=at) as journal:
            rules.check_step(self, PostmortemStatus.WITHDRAWN)
            if review := self.open_review:
                review.call_off(by=by, at=at)
            self._set(
                at,
                status=PostmortemStatus.WITHDRAWN,
                withdrawn_at=at,
                withdrawal_reason=reason,
                preview_nonce="",
            )
            journal.append("postmortem.withdrawn", self, incident=self.first_incident)

    def share_preview(self, *, by: Actor, at: datetime) -> None:
        """Make a preview link for people without an account; an earlier one stops working."""
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            self._set(at, preview_nonce=secrets.token_hex(16))
            journal.append("postmortem.preview_shared", self, incident=self.first_incident)

    def revoke_preview(self, *, by: Actor, at: datetime) -> None:
        """Let the preview link lead nowhere."""
        with self.page.writing(by=by, at=at) as journal:
            self._set(at, preview_nonce="")
            journal.append("postmortem.preview_revoked", self, incident=self.first_incident)

    def state_credit(self, snapshot: dict[str, Any], *, by: Actor, at: datetime) -> None:
        """Show what the accounts were given; a finished snapshot, pushed down from credits."""
        with self.page.writing(by=by, at=at) as journal:
            self._set(at, credit_statement=snapshot)
            journal.append(
                "postmortem.credit_stated", self, incident=self.first_incident, after=snapshot
            )

    @classmethod
    def remind_by_clock(cls, *, at: datetime) -> int:
        """Remind staff once of each postmortem promised for within a day; returns how many."""
        soon = Commitment.objects.filter(
            kind=CommitmentKind.POSTMORTEM,
            met_at=None,
            withdrawn_at=None,
            due__gt=at,
            due__lte=at + REMIND_BEFORE,
        ).exclude(incident__withdrawn_at__isnull=False)
        # Whoever opens the page for writing calls everybody to read it anew: not for nothing.
        unreminded = soon.exclude(Exists(_reminders(OuterRef("public_id"))))
        found = unreminded.select_related("page", "incident")
        return sum(_remind(promise, at) for promise in found)

    @contextmanager
    def rewriting(self, *, by: Actor, at: datetime) -> Iterator[Journal]:
        """One change of the words: an approval does not outlive it, an amendment begins with it.

        Raises ValidationError on "status" once it is withdrawn.
        """
        with self.page.writing(by=by, at=at) as journal:
            self.refresh_for_writing()
            before = self.afresh()
            yield journal
            if self.afresh().snapshot() == before.snapshot():
                return
            if before.is_public and not before.has_amendment:
                self._set(at, prepared_by=by.label, prepared_by_person_id=by.person_id)
            self._set(at, written_by=by.label, written_by_person_id=by.person_id)
            last = self.last_review
            if last is not None and last.verdict == Verdict.APPROVED:
                last.ask_again(journal)

    def refresh_for_writing(self) -> None:
        """Read the row anew inside the transaction that holds the page's lock."""
        self.refresh_from_db(fields=_DECIDING)
        if self.is_over:
            raise checks.refusal("status", "This was withdrawn; draft a new one instead.")

    def settle_review(self, journal: Journal, *, approved: bool) -> None:
        """A reviewer answered: what is sent back is a draft again; inside a verb."""
        self.refresh_from_db(fields=["status"])
        if self.status == PostmortemStatus.IN_REVIEW and not approved:
            self._set(journal.at, status=PostmortemStatus.DRAFT)

    @property
    def last_review(self) -> PostmortemReview | None:
        """The newest review of what is to be published next."""
        return self.reviews.filter(number=self.revisions.count() + 1).last()

    @property
    def open_review(self) -> PostmortemReview | None:
        """The review that waits for a verdict."""
        return self.reviews.filter(verdict="").last()

    def afresh(self) -> "Postmortem":
        """Return it as it is stored now, with its text."""
        return Postmortem.objects.with_text().get(pk=self.pk)

    def _release(self, journal: Journal, note: str = "", **changes: Any) -> None:
        given = self.credit_statement or crediting.of_incidents(self.incidents.all())
        self._set(journal.at, credit_statement=given, preview_nonce="", **changes)
        kept = PostmortemRevision.keep(journal, self.afresh(), change_note=note)
        told = {name: kept.snapshot[name] for name in ("title", "interim", "incidents")}
        self._set(journal.at, edition=told)

    def _set(self, at: datetime, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.updated_at = at
        self.save(update_fields=[*changes, "updated_at"])

    def _keep_promises(self, by: Actor, at: datetime) -> None:
        promised = Commitment.objects.filter(
            incident__in=self.incidents.all(),
            kind=CommitmentKind.POSTMORTEM,
            met_at=None,
            withdrawn_at=None,
        )
        for promise in promised.select_related("page", "incident"):
            promise.meet(by=by, at=at)


_DECIDING: Final = (
    "title interim signatories status published_at amended_at withdrawn_at credit_statement "
    "prepared_by prepared_by_person_id written_by written_by_person_id preview_nonce edition"
).split()


def _reminders(public_id: str | OuterRef) -> QuerySet[Event]:
    return Event.objects.filter(kind=DUE_SOON, object_id=public_id)


def _remind(promise: Commitment, at: datetime) -> int:
    """The event itself is the mark that it was done; the page's lock keeps a second clock out."""
    with promise.page.writing(by=Actor.system("clock"), at=at) as journal:
        promise.refresh_from_db(fields=["met_at", "withdrawn_at"])
        reminded = _reminders(promise.public_id).exists()
        if reminded or promise.met_at or promise.withdrawn_at:
            return 0
        journal.append(DUE_SOON, promise, incident=promise.incident, after={"due": promise.due})
    return 1
