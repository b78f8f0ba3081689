"""What a postmortem is made of, and how it is read; its verbs are one file up."""

from typing import TYPE_CHECKING, Any, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.core import blameless, checks, editions
from incidents.core.editions import Edition, Snapshot
from incidents.core.sections import in_order
from incidents.core.viewers import PUBLIC, Viewer, limited_to
from incidents.models.afterwards.revision import PostmortemRevision
from incidents.models.afterwards.section import PostmortemSection
from incidents.models.fields import PublicIdField
from incidents.models.sight import is_in_sight
from incidents.models.site.page import Page, readable
from incidents.models.story.incident import Incident
from people.models import User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from incidents.models.afterwards.postmortem import Postmortem  # noqa: F401 -- named below
    from incidents.models.afterwards.timeline import TimelineEntry


class PostmortemStatus(models.TextChoices):
    """From a first line to the public, and what comes after."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    AMENDED = "amended", _("Amended")
    WITHDRAWN = "withdrawn", _("Withdrawn")


STEPS: Final[dict[str, tuple[str, ...]]] = {
    PostmortemStatus.DRAFT: (
        PostmortemStatus.IN_REVIEW,
        PostmortemStatus.PUBLISHED,
        PostmortemStatus.WITHDRAWN,
    ),
    PostmortemStatus.IN_REVIEW: (
        PostmortemStatus.DRAFT,
        PostmortemStatus.PUBLISHED,
        PostmortemStatus.WITHDRAWN,
    ),
    PostmortemStatus.PUBLISHED: (PostmortemStatus.AMENDED, PostmortemStatus.WITHDRAWN),
    PostmortemStatus.AMENDED: (PostmortemStatus.AMENDED, PostmortemStatus.WITHDRAWN),
    PostmortemStatus.WITHDRAWN: (),
}
READABLE: Final = (PostmortemStatus.PUBLISHED, PostmortemStatus.AMENDED)


class PostmortemQuerySet(models.QuerySet["Postmortem"]):
    """Ways to pick postmortems."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return what `viewer` may read."""
        if viewer is not PUBLIC:
            return self
        return self.published().filter(readable("page__")).in_sight()

    def published(self) -> Self:
        """Return what was published, whoever may read its page."""
        return self.filter(status__in=READABLE)

    def in_sight(self) -> Self:
        """Return those about an incident that whoever is looking sees."""
        if limited_to() is None:
            return self
        about = self.model.incidents.through.objects.filter(
            incident__in=Incident.objects.all().in_sight()
        )
        return self.filter(pk__in=about.values("postmortem"))

    def with_text(self) -> Self:
        """Fetch what staff and readers read of each, in a constant number of queries."""
        return self.select_related("page").prefetch_related(
            "sections", "timeline_entries", "incidents", "revisions", "actions__progress", "reviews"
        )


class PostmortemRecord(models.Model):
    """The columns of a postmortem; `edition` is what lists tell of the newest published wording."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="postmortems")
    public_id = PublicIdField()
    title = models.CharField(max_length=checks.TITLE_LIMIT)
    status = models.CharField(
        max_length=12, choices=PostmortemStatus, default=PostmortemStatus.DRAFT
    )
    interim = models.BooleanField(default=False)
    incidents = models.ManyToManyField(Incident, related_name="postmortems")
    signatories = models.TextField(blank=True, help_text=_("Teams and names, one a line."))
    internal_notes = models.TextField(blank=True)
    preview_nonce = models.CharField(max_length=32, blank=True)
    prepared_by = models.CharField(max_length=200)
    prepared_by_person_id = models.BigIntegerField(null=True)
    written_by = models.CharField(max_length=200, blank=True)
    written_by_person_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    amended_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    credit_statement = models.JSONField(null=True, blank=True)
    edition = models.JSONField(default=dict, blank=True)

    if TYPE_CHECKING:
        sections: RelatedManager[PostmortemSection]
        timeline_entries: RelatedManager[TimelineEntry]
        revisions: RelatedManager[PostmortemRevision]

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=READABLE) | Q(published_at__isnull=False),
                name="postmortem_public_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """The rule of `visible_to(PUBLIC)` for a row that was fetched; its page has one more."""
        return self.status in READABLE and is_in_sight(self)

    @property
    def is_over(self) -> bool:
        """Whether it was withdrawn: nothing of it changes any more."""
        return self.status == PostmortemStatus.WITHDRAWN

    @property
    def public_path(self) -> str:
        """Where the world reads it, within the page."""
        return f"postmortems/{self.public_id}/"

    @property
    def public_url(self) -> str:
        """Where the world reads it."""
        return self.page.url(self.public_path)

    @property
    def signed_by(self) -> list[str]:
        """Teams and people who sign it, each by itself."""
        return self.signatories.splitlines()

    @property
    def first_incident(self) -> Incident | None:
        """The incident under which the journal files this."""
        return self.incidents.order_by("started_at", "pk").first()

    @property
    def newest(self) -> PostmortemRevision | None:
        """The newest published revision; reads revisions that were prefetched."""
        kept = list(self.revisions.all())
        return kept[-1] if kept else None

    @property
    def wording(self) -> Edition:
        """What is written by now, published or not; reads what was prefetched."""
        return Edition.of(self.snapshot())

    @property
    def has_amendment(self) -> bool:
        """Whether a published one was written on since: readers see nothing of that yet."""
        newest = self.newest if self.is_public else None
        return newest is not None and not editions.says_the_same(newest.snapshot, self.snapshot())

    def tells_of(self, incident: Incident) -> bool:
        """Whether the published wording is about `incident`."""
        return self.is_public and incident.public_id in self.edition.get("incidents", [])

    def ordered_sections(self) -> list[PostmortemSection]:
        """Return the sections as printed; reads what was prefetched."""
        return in_order(list(self.sections.all()))

    def snapshot(self) -> Snapshot:
        """Return the whole wording as JSON; reads what was prefetched."""
        told = sorted(self.timeline_entries.all(), key=lambda each: (each.at, each.pk))
        about = sorted(self.incidents.all(), key=lambda each: (each.started_at, each.pk))
        return {
            "title": self.title,
            "interim": self.interim,
            "signatories": self.signed_by,
            "incidents": [incident.public_id for incident in about],
            "sections": [_section(section) for section in self.ordered_sections()],
            "timeline": [
                {"id": e.public_id, "at": editions.stamp(e.at), "precision": e.precision,
                 "text": e.text}
                for e in told if e.public
            ],
            "credit_statement": self.credit_statement or None,
        }  # fmt: skip

    def staff_named(self) -> list[str]:
        """Return which people of the page the text names: it tells what happened, not who."""
        people = User.objects.filter(memberships__page=self.page_id).order_by("pk")
        texts = [section.body for section in self.sections.all()]
        texts += [entry.text for entry in self.timeline_entries.all() if entry.public]
        return blameless.named(texts, [each.name for each in people], apart_from=self.page.name)


def _section(section: PostmortemSection) -> dict[str, Any]:
    return {
        "kind": section.kind,
        "body": section.body,
        "html": section.html,
        "author": section.author,
        "dated_at": editions.stamp(section.dated_at),
    }
