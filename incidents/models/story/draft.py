"""Words that are not said yet: nothing of a draft is in the record before it is published."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.conflicts import Conflict
from incidents.core.instants import require_aware
from incidents.core.roles import Ability
from incidents.models.clock import CLOCK
from incidents.models.fields import PublicIdField
from incidents.models.site.membership import Membership
from incidents.models.site.page import Page
from incidents.models.story import drafting
from incidents.models.story.drafting import Made
from incidents.models.story.update import Update
from people.actors import Actor
from people.models import User

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.story.incident import Incident

logger = logging.getLogger(__name__)

OUR_FAULT: Final = "This failed through a fault of ours, which has been logged; publish it by hand."


class DraftKind(models.TextChoices):
    """What a draft becomes once it is published."""

    INCIDENT = "incident", _("New incident")
    UPDATE = "update", _("Update")
    ANNOUNCEMENT = "announcement", _("Announcement")
    MAINTENANCE = "maintenance", _("Maintenance")


class Draft(models.Model):
    """What a verb will be given, kept apart from the record; `publish_at` lets the clock do it."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="drafts")
    public_id = PublicIdField()
    kind = models.CharField(max_length=12, choices=DraftKind)
    incident = models.ForeignKey(
        "incidents.Incident", models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    title = models.CharField(max_length=checks.TITLE_LIMIT, blank=True)
    content = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField(default=1)
    publish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    became = models.ForeignKey(
        "incidents.Update", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    problem = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=200)
    author_person_id = models.BigIntegerField(null=True)
    face = models.CharField(max_length=16, default="console")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-changed_at", "-pk")
        indexes = [
            models.Index(
                fields=["publish_at"],
                condition=Q(published_at=None, publish_at__isnull=False),
                name="draft_by_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(DraftKind(self.kind).label)

    @classmethod
    def keep(
        cls,
        page: Page,
        kind: str,
        content: Mapping[str, Any],
        *,
        by: Actor,
        at: datetime,
        incident: "Incident | None" = None,
    ) -> "Draft":
        """Keep what a verb will be given; it may be unfinished.

        Raises ValidationError on "kind", "incident", or the field that cannot be kept.
        """
        checks.choice(kind, DraftKind.values, field="kind")
        _check_incident(page, kind, incident)
        said = drafting.stored(page, kind, content)
        with page.writing(by=by, at=at) as journal:
            draft = cls._default_manager.create(
                page=page,
                kind=kind,
                incident=incident,
                title=drafting.heading(said),
                content=said,
                created_at=at,
                changed_at=at,
                **_signed(by),
            )
            draft._note(journal, "draft.kept")
        return draft

    def change(
        self, content: Mapping[str, Any], *, by: Actor, at: datetime, seen: int | None = None
    ) -> None:
        """Replace its content; `seen` is the version that was read. Raises Conflict on "body"."""
        said = drafting.stored(self.page, self.kind, content)
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing(seen, said)
            changes = {"content": said, "title": drafting.heading(said)}
            self._set(by, at, version=self.version + 1, problem="", **changes)
            self._note(journal, "draft.changed")

    def schedule(
        self, publish_at: datetime, *, by: Actor, at: datetime, seen: int | None = None
    ) -> None:
        """Let the clock publish it then, in the name of `by`.

        What the verb would refuse at that time it refuses now, on the verb's own fields; a time
        that has passed is refused on "publish_at".
        """
        moment = require_aware(publish_at, "publish_at")
        if moment <= at:
            raise checks.refusal("publish_at", "This time has passed; publish it now instead.")
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing(seen)
            self._rehearse(by, moment)
            self._set(by, at, publish_at=moment, problem="")
            self._note(journal, "draft.scheduled", publish_at=moment)

    def unschedule(self, *, by: Actor, at: datetime) -> None:
        """Take it from the clock; it stays a draft."""
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing()
            self._set(by, at, publish_at=None, problem="")
            self._note(journal, "draft.unscheduled")

    def publish(self, *, by: Actor, at: datetime) -> Made:
        """Say it now, by the very verb; subscribers are told as if it had just been typed.

        Raises ValidationError as the verb does; then it stays a draft, with all it holds.
        """
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing()
            return self._publish(journal)

    def discard(self, *, by: Actor, at: datetime) -> None:
        """Throw it away: what was never said leaves no words behind."""
        with self.page.writing(by=by, at=at) as journal:
            self._refresh_for_writing()
            self._note(journal, "draft.discarded")
            self.delete()

    @classmethod
    def publish_due(cls, *, at: datetime) -> int:
        """Publish what is due; returns how many were. What fails keeps all it holds."""
        due = cls._default_manager.filter(publish_at__lte=at, published_at=None, problem="")
        return sum(each._publish_by_clock(at) for each in due.select_related("page"))

    @property
    def is_published(self) -> bool:
        """Whether it has become part of the record."""
        return self.published_at is not None

    @property
    def aging_words(self) -> list[str]:
        """Words like “tonight”, which mean another day to whoever reads them later."""
        return drafting.aging_words(self.content)

    def _publish_by_clock(self, at: datetime) -> bool:
        """Take it once, however many clocks there are, in the name of who had it scheduled."""
        with self.page.writing(by=CLOCK, at=at) as journal:
            held = type(self)._default_manager.filter(pk=self.pk, publish_at__lte=at)
            if not held.filter(published_at=None, problem="").exists():
                return False
            self.refresh_from_db()
            if problem := self._tried(at):
                self._fail(journal, problem)
        return not problem

    def _tried(self, at: datetime) -> str:
        """Publish within the lock; what goes wrong is taken back, and returned as a sentence."""
        try:
            with transaction.atomic():
                author = self._author()
                with self.page.writing(by=author, at=at) as journal:
                    self._publish(journal)
        except ValidationError as error:
            problem = " ".join(error.messages)
        except OperationalError:
            # The database's trouble, not the draft's: the clock comes back to it.
            raise
        except Exception:
            logger.exception("The clock could not publish the draft %s", self.public_id)
            problem = OUR_FAULT
        else:
            return ""
        return problem

    def _fail(self, journal: "Journal", problem: str) -> None:
        self.refresh_from_db()
        self.problem = problem[:500]
        self.save(update_fields=["problem"])
        self._note(journal, "draft.failed")

    def _author(self) -> Actor:
        """Return who had it scheduled; raises on "author" once they may not post any more."""
        if self.author_person_id is None:
            return Actor.system(self.author, self.face)
        person = User.objects.filter(pk=self.author_person_id).first()
        if person is None or not Membership.objects.can(person, self.page, Ability.RESPOND):
            raise checks.refusal(
                "author",
                f"{self.author} may not post on this page any more; somebody else has to publish.",
            )
        return Actor.user(person, self.face)

    def _publish(self, journal: "Journal") -> Made:
        made = self._become(journal.by, journal.at)
        update = made if isinstance(made, Update) else made.updates.first()
        self.published_at, self.became, self.problem = journal.at, update, ""
        self.save(update_fields=["published_at", "became", "problem"])
        self._note(journal, "draft.published")
        return made

    def _become(self, by: Actor, at: datetime) -> Made:
        verb = drafting.verb_of(self.kind, self.content)
        subject = self.page if self.incident is None else self.incident
        return verb(subject, **drafting.arguments(self, at), by=by, at=at)

    def _rehearse(self, by: Actor, at: datetime) -> None:
        """Let the verb judge it as of `at`, and take everything back."""
        with transaction.atomic():
            self._become(by, at)
            transaction.set_rollback(True)
        self.refresh_from_db()

    def _refresh_for_writing(
        self, seen: int | None = None, mine: Mapping[str, Any] | None = None
    ) -> None:
        """Read it anew under the lock, and refuse what came too late or unseen."""
        held = type(self)._default_manager.filter(pk=self.pk).first()
        if held is None:
            raise checks.refusal("draft", "This draft was discarded meanwhile.")
        self.refresh_from_db()
        if self.published_at:
            raise checks.refusal("draft", "This was published already; post an update instead.")
        if seen is not None and seen != self.version:
            raise self._conflict(mine or {})

    def _conflict(self, mine: Mapping[str, Any]) -> Conflict:
        theirs = {
            name: value for name, value in self.content.items() if mine.get(name) != value
        } or {"body": self.content.get("body", "")}
        return Conflict(theirs, seen=str(self.version), who=self.author, when=self.changed_at)

    def _set(self, by: Actor, at: datetime, **changes: Any) -> None:
        changes |= _signed(by) | {"changed_at": at}
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))

    def _note(self, journal: "Journal", kind: str, **after: Any) -> None:
        journal.append(kind, self, incident=self.incident, after={"kind": self.kind} | after)


def _signed(by: Actor) -> dict[str, Any]:
    return {"author": by.label, "author_person_id": by.person_id, "face": by.face}


def _check_incident(page: Page, kind: str, incident: "Incident | None") -> None:
    if (kind == DraftKind.UPDATE) != (incident is not None):
        raise checks.refusal("incident", "An update belongs to an incident, and nothing else does.")
    if incident is not None and incident.page_id != page.pk:
        raise checks.refusal("incident", "That incident is on another page.")
