"""A second pair of eyes on a postmortem."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.afterwards.postmortem import Postmortem


class Verdict(models.TextChoices):
    """What a reviewer said."""

    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Sent back")


class PostmortemReview(models.Model):
    """One review, open until somebody other than the author has a verdict."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="reviews")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    asked_by_person_id = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    remark = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_by_person_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["postmortem"], condition=Q(verdict=""), name="review_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.postmortem_id}: {self.verdict or 'open'}"
