"""The account afterwards: one text over one or several incidents, interim or final."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks, markup
from incidents.core.viewers import PUBLIC, Viewer
from incidents.models.fields import PublicIdField
from incidents.models.site.page import Page
from incidents.models.story.commitment import Commitment, CommitmentKind
from incidents.models.story.incident import Incident
from people.actors import Actor


class PostmortemStatus(models.TextChoices):
    """From a first line to the public."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    AMENDED = "amended", _("Amended")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SectionKind(models.TextChoices):
    """The headings that readers look for, in the order in which they are printed."""

    SUMMARY = "summary", _("Summary")
    IMPACT = "impact", _("Impact")
    NOT_AFFECTED = "not_affected", _("What was not affected")
    REPORT = "report", _("Report from the staff")
    EARLIER_CONDITIONS = "earlier_conditions", _("Earlier conditions")
    TRIGGER = "trigger", _("Trigger")
    CONTRIBUTING_FACTORS = "contributing_factors", _("Contributing factors")
    DETECTION = "detection", _("Detection")
    RECOVERY_ATTEMPTS = "recovery_attempts", _("Recovery attempts")
    RESOLUTION = "resolution", _("Resolution")
    WENT_WELL = "went_well", _("What went well")
    WENT_BADLY = "went_badly", _("What went badly")
    GOT_LUCKY = "got_lucky", _("Where we got lucky")
    WHAT_YOU_CAN_DO = "what_you_can_do", _("What you can do")
    APOLOGY = "apology", _("Apology")


STEPS: Final[dict[str, tuple[str, ...]]] = {
    PostmortemStatus.DRAFT: (PostmortemStatus.IN_REVIEW, PostmortemStatus.PUBLISHED),
    PostmortemStatus.IN_REVIEW: (PostmortemStatus.DRAFT, PostmortemStatus.PUBLISHED),
    PostmortemStatus.PUBLISHED: (),
    PostmortemStatus.AMENDED: (),
    PostmortemStatus.WITHDRAWN: (),
}


class PostmortemQuerySet(models.QuerySet["Postmortem"]):
    """Ways to pick postmortems."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return what `viewer` may read."""
        if viewer is not PUBLIC:
            return self
        published = self.filter(status=PostmortemStatus.PUBLISHED)
        return published.filter(page__visibility=Page.Visibility.PUBLIC)


class Postmortem(models.Model):
    """What happened, why, and what is done about it; the original updates stay beneath, linked."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="postmortems")
    public_id = PublicIdField()
    title = models.CharField(max_length=checks.TITLE_LIMIT)
    status = models.CharField(
        max_length=12, choices=PostmortemStatus, default=PostmortemStatus.DRAFT
    )
    interim = models.BooleanField(default=False)
    incidents = models.ManyToManyField(Incident, related_name="postmortems")
    signatories = models.CharField(max_length=255, blank=True)
    internal_notes = models.TextField(blank=True)
    preview_nonce = models.CharField(max_length=32, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    prepared_by = models.CharField(max_length=200)
    prepared_by_person_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    amended_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    credit_statement = models.JSONField(null=True, blank=True)

    objects = PostmortemQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=PostmortemStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="postmortem_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

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
        """Begin a postmortem over one or several incidents of one page."""
        title = checks.line(title, field="title")
        signatories = checks.line(signatories, field="signatories", required=False)
        _check_incidents(page, incidents)
        with page.writing(by=by, at=at) as journal:
            postmortem = cls._default_manager.create(
                page=page,
                title=title,
                interim=interim,
                signatories=signatories,
                prepared_by=by.label,
                prepared_by_person_id=by.person_id,
                created_at=at,
                updated_at=at,
            )
            postmortem.incidents.set(incidents)
            journal.append("postmortem.drafted", postmortem, incident=incidents[0])
        return postmortem

    def change(self, *, by: Actor, at: datetime, **changes: Any) -> None:
        """Change title, interim or signatories of a postmortem that is not public yet."""
        for field in ("title", "signatories"):
            if field in changes:
                changes[field] = checks.line(changes[field], field=field, required=field == "title")
        with self.page.writing(by=by, at=at) as journal:
            self._refuse_if_public()
            self._set(at, **changes)
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
    ) -> None:
        """Write one section, or take it out with an empty body. Raises on "kind" or "body"."""
        checks.choice(kind, SectionKind.values, field="kind")
        html = markup.render(body) if body.strip() else ""
        author = checks.line(author, field="author", limit=120, required=False)
        with self.page.writing(by=by, at=at) as journal:
            self._refuse_if_public()
            if html:
                fields = {"body": body, "html": html, "author": author, "dated_at": dated_at}
                self.sections.update_or_create(kind=kind, defaults=fields)
            else:
                self.sections.filter(kind=kind).delete()
            self._set(at)
            after = {"section": kind}
            journal.append("postmortem.written", self, incident=self.first_incident, after=after)

    def submit(self, *, by: Actor, at: datetime) -> None:
        """Hand it to a reviewer."""
        with self.page.writing(by=by, at=at) as journal:
            self._check_step(PostmortemStatus.IN_REVIEW)
            self._set(at, status=PostmortemStatus.IN_REVIEW, submitted_at=at)
            journal.append("postmortem.submitted", self, incident=self.first_incident)

    def publish(self, *, by: Actor, at: datetime, notify: bool = True) -> None:
        """Make it public and, unless asked not to, tell the subscribers; keeps that promise."""
        with self.page.writing(by=by, at=at) as journal:
            self._check_step(PostmortemStatus.PUBLISHED)
            if not PostmortemSection.objects.filter(postmortem=self).exists():
                raise checks.refusal("sections", "Write at least one section before publishing.")
            self._set(at, status=PostmortemStatus.PUBLISHED, published_at=at)
            self._keep_promises(by, at)
            journal.append("postmortem.published", self, incident=self.first_incident, tell=notify)

    def state_credit(self, snapshot: dict[str, Any], *, by: Actor, at: datetime) -> None:
        """Show what the accounts were given; a finished snapshot, pushed down from credits."""
        with self.page.writing(by=by, at=at) as journal:
            self._set(at, credit_statement=snapshot)
            journal.append(
                "postmortem.credit_stated", self, incident=self.first_incident, after=snapshot
            )

    @property
    def first_incident(self) -> Incident | None:
        """The incident under which the journal files this."""
        return self.incidents.order_by("started_at", "pk").first()

    @property
    def public_path(self) -> str:
        """Where the world reads it, within the page."""
        return f"postmortems/{self.public_id}/"

    @property
    def public_url(self) -> str:
        """Where the world reads it."""
        return self.page.url(self.public_path)

    def ordered_sections(self) -> list["PostmortemSection"]:
        """Return the sections as printed; reads what was prefetched."""
        order = {kind: rank for rank, kind in enumerate(SectionKind.values)}
        return sorted(self.sections.all(), key=lambda section: order[section.kind])

    def _check_step(self, status: PostmortemStatus) -> None:
        self.refresh_from_db(fields=["status"])
        if status not in STEPS[self.status]:
            raise checks.refusal("status", f"This is {self.get_status_display().lower()} already.")

    def _set(self, at: datetime, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self, name, value)
        self.updated_at = at
        self.save(update_fields=[*changes, "updated_at"])

    def _refuse_if_public(self) -> None:
        self.refresh_from_db(fields=["status"])
        if self.status == PostmortemStatus.PUBLISHED:
            raise checks.refusal("status", "This is public; it cannot be rewritten in silence.")

    def _keep_promises(self, by: Actor, at: datetime) -> None:
        promised = Commitment.objects.filter(
            incident__in=self.incidents.all(),
            kind=CommitmentKind.POSTMORTEM,
            met_at=None,
            withdrawn_at=None,
        )
        for promise in promised.select_related("page", "incident"):
            promise.meet(by=by, at=at)


class PostmortemSection(models.Model):
    """One section; it may carry an author and a date of its own."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=24, choices=SectionKind)
    body = models.TextField()
    html = models.TextField()
    author = models.CharField(max_length=120, blank=True)
    dated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "kind"], name="section_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.postmortem_id}"


def _check_incidents(page: Page, incidents: Sequence[Incident]) -> None:
    if not incidents:
        raise checks.refusal("incidents", "A postmortem is about one incident at least.")
    if any(incident.page_id != page.pk for incident in incidents):
        raise checks.refusal("incidents", "All incidents must be on the page of the postmortem.")
