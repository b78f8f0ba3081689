"""How entries of the record hang together."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.reaching import leads_to
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.journal import Journal
    from incidents.models.story.incident import Incident


class LinkKind(models.TextChoices):
    """What the source is to the target."""

    SAME_SERIES = "same_series", _("belongs to the same series as")
    DUPLICATE_OF = "duplicate_of", _("is a duplicate of")
    RECURRENCE_OF = "recurrence_of", _("is a recurrence of")
    CAUSED_BY_FIX_OF = "caused_by_fix_of", _("was caused by the fix of")
    OVERTOOK = "overtook", _("overtook")
    FOLLOW_UP = "follow_up", _("follows up on")


# Whatever these tie together is told as one series, with one total.
IN_SERIES: Final = (LinkKind.SAME_SERIES, LinkKind.RECURRENCE_OF, LinkKind.CAUSED_BY_FIX_OF)


class IncidentLink(models.Model):
    """One directed link; pages show both ends of it."""

    source = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="links_out")
    target = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=20, choices=LinkKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"

    @classmethod
    def tie(
        cls, source: "Incident", target: "Incident", kind: str, *, by: Actor, at: datetime
    ) -> Self:
        """Link two entries of one page, once, and never in a circle.

        Raises ValidationError on "target" or "kind".
        """
        checks.choice(kind, LinkKind.values, field="kind")
        _check_ends(source, target)
        with source.page.writing(by=by, at=at) as journal:
            if cls.between(source, target, kind) is not None:
                raise checks.refusal(
                    "target", f"“{target}” is linked with this in that way already."
                )
            return cls.ensure(journal, source, target, kind)

    @classmethod
    def ensure(cls, journal: "Journal", source: "Incident", target: "Incident", kind: str) -> Self:
        """Let the link be there, within a verb; raises ValidationError on "target" for a circle."""
        _check_ends(source, target)
        cls._check_no_circle(source, target, kind)
        link, created = cls.objects.get_or_create(
            source_id=source.pk, target_id=target.pk, kind=kind
        )
        if created:
            after = {"kind": kind, "target": target.public_id}
            journal.append("incident.linked", source, incident=source, after=after)
        return link

    @classmethod
    def between(cls, one: "Incident", other: "Incident", kind: str) -> Self | None:
        """Return the link of that kind between two entries, whichever way it points."""
        out = Q(source_id=one.pk, target_id=other.pk)
        back = Q(source_id=other.pk, target_id=one.pk)
        ways = out | back if kind == LinkKind.SAME_SERIES else out
        return cls.objects.filter(ways, kind=kind).first()

    def untie(self, *, by: Actor, at: datetime) -> None:
        """Take the link away: it was a mistake. The journal keeps that it stood."""
        with self.source.page.writing(by=by, at=at) as journal:
            self.undo(journal)

    def undo(self, journal: "Journal") -> None:
        """Take the link away, within a verb; once is enough."""
        gone, _rows = type(self).objects.filter(pk=self.pk).delete()
        if gone:
            before = {"kind": self.kind, "target": self.target.public_id}
            journal.append("incident.unlinked", self.source, incident=self.source, before=before)

    @classmethod
    def _check_no_circle(cls, source: "Incident", target: "Incident", kind: str) -> None:
        if kind == LinkKind.SAME_SERIES:
            return
        links = cls.objects.filter(kind=kind, source__page=source.page_id)
        pairs: Iterable[tuple[int, int]] = links.values_list("source_id", "target_id")
        if leads_to(pairs, target.pk, source.pk):
            raise checks.refusal(
                "target",
                f"“{target}” {LinkKind(kind).label} this already, if only through others; "
                "the two cannot both come first. Turn the link around, or remove the other.",
            )


def _check_ends(source: "Incident", target: "Incident") -> None:
    if source.pk == target.pk:
        raise checks.refusal("target", "This is the very same entry; choose another one.")
    if source.page_id != target.page_id:
        raise checks.refusal("target", "Link two different entries of the same page.")
