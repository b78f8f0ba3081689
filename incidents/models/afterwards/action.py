"""What is done so that it does not happen again, with progress that readers can follow."""

from datetime import date, datetime
from typing import Any, Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.core.instants import require_aware
from incidents.core.viewers import PUBLIC, Viewer
from incidents.models.afterwards.postmortem import Postmortem
from incidents.models.fields import PublicIdField
from incidents.models.site.page import Page
from people.actors import Actor


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


SETTLED: Final = (ActionState.DONE, ActionState.WONT_DO)
WORD_LIMIT: Final = 500


class ActionItem(models.Model):
    """One action of a postmortem: the team is public, the owner is not.

    Actions move on after the publication without a new revision; they have their own history.
    """

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

    @classmethod
    def add(
        cls, postmortem: Postmortem, title: str, *, by: Actor, at: datetime, **told: Any
    ) -> "ActionItem":
        """Add an action. `told`: kind, team, owner, due, tracking_url, public.

        Raises ValidationError on "title" or on one of these.
        """
        fields = _checked(postmortem.page, at, title=title, **told)
        with postmortem.page.writing(by=by, at=at) as journal:
            postmortem.refresh_for_writing()
            action = cls._default_manager.create(
                postmortem=postmortem,
                position=postmortem.actions.count(),
                created_at=at,
                changed_at=at,
                **fields,
            )
            journal.append("action.added", action, incident=postmortem.first_incident)
        return action

    def change(self, *, by: Actor, at: datetime, **told: Any) -> None:
        """Change what it is, who does it, or until when; the same checks as `add`."""
        if told.get("due") == self.due:
            told.pop("due", None)
        fields = _checked(self.postmortem.page, at, **told) | {"changed_at": at}
        with self.postmortem.page.writing(by=by, at=at) as journal:
            self.postmortem.refresh_for_writing()
            before = {"due": self.due, "public": self.public}
            for name, value in fields.items():
                setattr(self, name, value)
            self.save(update_fields=list(fields))
            after = {"due": self.due, "public": self.public}
            incident = self.postmortem.first_incident
            journal.append("action.changed", self, incident=incident, before=before, after=after)

    def report(
        self,
        state: str,
        *,
        by: Actor,
        at: datetime,
        text: str = "",
        happened_at: datetime | None = None,
        notify: bool = False,
    ) -> "ActionProgress":
        """Say how far it has come, as of `happened_at`; readers and feeds see it, if it is public.

        Subscribers are told only if asked. Raises ValidationError on "state", "text" or
        "happened_at".
        """
        checks.choice(state, ActionState.values, field="state")
        text = checks.line(text, field="text", limit=WORD_LIMIT, required=False)
        as_of = checks.not_in_future(
            require_aware(happened_at or at, "happened_at"), at, field="happened_at"
        )
        with self.postmortem.page.writing(by=by, at=at) as journal:
            self.postmortem.refresh_for_writing()
            self.refresh_from_db(fields=["state", "public"])
            if state == self.state and not text:
                raise checks.refusal("text", "This changes nothing; say what has moved.")
            before, self.state, self.changed_at = self.state, ActionState(state), at
            self.save(update_fields=["state", "changed_at"])
            progress = self.progress.create(at=as_of, state=state, text=text, author=by.label)
            journal.append(
                "action.progressed",
                progress,
                incident=self.postmortem.first_incident,
                before={"state": before},
                after={"state": state},
                tell=notify and self.public and self.postmortem.is_public,
            )
        return progress

    def remove(self, *, by: Actor, at: datetime) -> None:
        """Take out one that no reader has seen; raises on "action" for any other."""
        with self.postmortem.page.writing(by=by, at=at) as journal:
            self.postmortem.refresh_for_writing()
            if (self.public and self.postmortem.is_public) or self._was_told():
                raise checks.refusal(
                    "action", "Readers have seen this; report that it will not be done, and why."
                )
            journal.append("action.removed", self, incident=self.postmortem.first_incident)
            self.delete()

    def _was_told(self) -> bool:
        """Whether subscribers were told of it, or are about to be: hidden or not, they know."""
        words = [*self.progress.values_list("public_id", flat=True)]
        progressed = self.postmortem.page.events.filter(kind="action.progressed", tell=True)
        return progressed.filter(object_id__in=words).exists()

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.state in SETTLED

    def is_overdue(self, at: datetime) -> bool:
        """Whether its day has passed, on the page's calendar, and it is not settled."""
        today = at.astimezone(self.postmortem.page.zone).date()
        return not self.is_settled and self.due is not None and self.due < today


class ActionProgressQuerySet(models.QuerySet["ActionProgress"]):
    """Ways to pick words on actions."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Return what `viewer` may read."""
        if viewer is not PUBLIC:
            return self
        read = Postmortem.objects.visible_to(PUBLIC)
        return self.filter(action__public=True, action__postmortem__in=read)


class ActionProgress(models.Model):
    """One dated word on an action."""

    action = models.ForeignKey(ActionItem, models.CASCADE, related_name="progress")
    public_id = PublicIdField()
    at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ActionState)
    text = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=200, blank=True)

    objects = ActionProgressQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.state} at {self.at:%Y-%m-%d %H:%M}"


def _checked(page: Page, at: datetime, **told: Any) -> dict[str, Any]:
    if "title" in told:
        told["title"] = checks.line(told["title"], field="title")
    for name, limit in (("team", 120), ("owner", 200)):
        if name in told:
            told[name] = checks.line(told[name], field=name, limit=limit, required=False)
    if "kind" in told:
        checks.choice(told["kind"], ActionKind.values, field="kind")
    if "tracking_url" in told:
        checks.web_address(told["tracking_url"], field="tracking_url")
    if told.get("due") is not None:
        _check_due(told["due"], at.astimezone(page.zone).date())
    return told


def _check_due(due: date, today: date) -> None:
    if due < today:
        raise checks.refusal("due", f"{due} has passed; name a later day, or report how it ended.")
