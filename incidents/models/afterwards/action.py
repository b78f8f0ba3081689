"""What is done so that it does not happen again, with progress that readers can follow."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.models.afterwards.postmortem import Postmortem
from incidents.models.fields import PublicIdField


class ActionKind(models.TextChoices):
    """What an action is for."""

    PREVENT = "prevent", _("Prevent")
    DETECT = "detect", _("Detect sooner")
    MITIGATE = "mitigate", _("Mitigate")
    PROCESS = "process", _("Process")


class ActionState(models.TextChoices):
    """How far an action has come."""

    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    WONT_DO = "wont_do", _("Will not be done")


class ActionItem(models.Model):
    """One action of a postmortem: the team is public, the owner is not."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="actions")
    public_id = PublicIdField()
    title = models.CharField(max_length=checks.TITLE_LIMIT)
    kind = models.CharField(max_length=10, choices=ActionKind, default=ActionKind.PREVENT)
    team = models.CharField(max_length=120, blank=True)
    owner = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True, blank=True)
    tracking_url = models.URLField(blank=True)
    public = models.BooleanField(default=True)
    state = models.CharField(max_length=12, choices=ActionState, default=ActionState.OPEN)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class ActionProgress(models.Model):
    """One dated word on an action."""

    action = models.ForeignKey(ActionItem, models.CASCADE, related_name="progress")
    public_id = PublicIdField()
    at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ActionState)
    text = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.state} at {self.at:%Y-%m-%d %H:%M}"
