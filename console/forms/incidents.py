"""What staff say about an incident: opening it, posting on it, ending it, mending it."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, GuardedForm
from console.forms.fields import (
    InstantField,
    LevelsField,
    LineField,
    MarkdownField,
    PickField,
    PickManyField,
)
from console.forms.promises import SaysNext, next_update
from incidents.core.lifecycles import LIFECYCLES, OVER, Kind, Status
from incidents.models import Commitment, Component, Incident, Page, Update
from incidents.models.story.commitment import CommitmentQuerySet
from incidents.models.story.keeping import BY_THE_END

UNDER_WAY = (Status.IN_PROGRESS, Status.VERIFYING)
FIRST = ("investigating", "identified", "monitoring")


class NotifyField(forms.BooleanField):
    """Whether subscribers are told."""

    shape = "check"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Tell the subscribers"))
        super().__init__(required=False, initial=True, **kwargs)


class SaidForm(SaysNext):
    """Words that subscribers get; what is rarely needed stands behind “More”."""

    more: ClassVar[tuple[str, ...]] = ("headline", "social_text", "signature")

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["headline"] = LineField(
            label=_("Headline"), required=False, help_text=_("One line above the text.")
        )
        self.fields["social_text"] = LineField(
            label=_("Text for social networks"),
            required=False,
            help_text=_("At most 280 characters; left empty, it is made from title and link."),
        )
        self.fields["signature"] = LineField(
            label=_("Signed by"), required=False, help_text=_("Shown to readers, if you wish.")
        )


class OpenForm(SaidForm):
    """A new incident with its first update: six fields and “More”."""

    more = ("started_at", *SaidForm.more, "rehearsal")

    def __init__(self, page: Page, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(page, *args, **kwargs)
        components = page.components.with_levels(now)
        first = {
            "title": LineField(
                label=_("Title"), help_text=_("What readers notice, in their words.")
            ),
            "body": MarkdownField(label=_("First update")),
            "levels": LevelsField(components, label=_("What is affected")),
            "status": forms.ChoiceField(
                label=_("Status"), choices=[(each, Status(each).label) for each in FIRST]
            ),
            **next_update(page, now),
            "notify": NotifyField(),
            "started_at": InstantField(
                page,
                label=_("Began at"),
                required=False,
                help_text=_("If it began before now. Impact counts from then."),
            ),
            "rehearsal": RehearsalField(),
        }
        self.fields |= first
        self.order_fields([*first])


class RehearsalField(forms.BooleanField):
    """Whether it is for practice only."""

    shape = "check"

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("Rehearsal"),
            help_text=_("For practice: nobody outside sees it, nobody is told."),
        )


class AfterField(forms.IntegerField):
    """The number of the newest update that its author has read."""

    def __init__(self, incident: Incident) -> None:
        newest = max((update.number for update in incident.updates.all()), default=0)
        super().__init__(required=False, initial=newest, min_value=0, widget=forms.HiddenInput)


class PostForm(SaidForm):
    """One more update."""

    guard = "after"
    more = ("happened_at", "corrects", *SaidForm.more)

    def __init__(self, incident: Incident, *args: Any, now: datetime, **kwargs: Any) -> None:
        page = incident.page
        super().__init__(page, *args, **kwargs)
        updates = incident.updates.filter(redacted_at=None).order_by("-number")
        first = {
            "body": MarkdownField(label=_("Update")),
            "status": forms.ChoiceField(label=_("Status"), choices=_next_statuses(incident)),
            "levels": LevelsField(
                page.components.with_levels(now), near=_hurt(incident), label=_("What changes")
            ),
            **next_update(page, now, _usual(incident)),
            "notify": NotifyField(),
            "happened_at": InstantField(
                page,
                label=_("Was so at"),
                required=False,
                help_text=_("If this was true before now; readers see that time."),
            ),
            "corrects": PickField(
                updates, empty=_("Nothing"), label=_("Corrects update"), required=False
            ),
        }
        self.fields |= first | {"after": AfterField(incident)}
        self.initial.setdefault("status", incident.status)
        self.order_fields([*first])


class CorrectForm(PostForm):
    """An update that puts an earlier one right: which one is known already."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(incident, *args, **kwargs)
        del self.fields["corrects"]


class ResolveForm(SaidForm):
    """The end, at a stated time."""

    guard = "after"
    more = (*SaidForm.more, "postmortem_due")

    def __init__(self, incident: Incident, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(incident.page, *args, **kwargs)
        first = {
            "body": MarkdownField(label=_("What readers should know")),
            "resolved_at": InstantField(
                incident.page,
                label=_("Over since"),
                required=False,
                help_text=_("When it was really over; left empty, now. Impact ends then."),
            ),
            "notify": NotifyField(),
        }
        if owed := list(_owed(incident)):
            first["still_owed"] = PickManyField(
                owed, label=_("Promised, but not done with this"), required=False,
                help_text=_("Every other promise of a fix is kept by resolving."),
            )  # fmt: skip
        self.fields |= first | {"after": AfterField(incident)}
        self.fields["postmortem_due"] = InstantField(
            incident.page, label=_("Postmortem by"), required=False,
            help_text=_("A promise: readers see it with its clock, and you are reminded."),
        )  # fmt: skip
        self.order_fields([*first])


class ReopenForm(SaidForm):
    """It came back; what is down again."""

    def __init__(self, incident: Incident, *args: Any, now: datetime, **kwargs: Any) -> None:
        page = incident.page
        super().__init__(page, *args, **kwargs)
        components = page.components.with_levels(now)
        before = {each.public_id: level for each, level in Update.levels_ended(incident).items()}
        first = {
            "body": MarkdownField(label=_("What readers should know")),
            "levels": LevelsField(components, label=_("What is affected"), initial=before),
            **next_update(page, now),
            "notify": NotifyField(),
        }
        self.fields |= first
        self.order_fields([*first])


class EditForm(GuardedForm):
    """A slip mended within the grace."""

    headline = LineField(label=_("Headline"), required=False)
    body = MarkdownField(label=_("Update"))


class ReasonForm(ConsoleForm):
    """A reason that readers will see."""

    reason = LineField(
        label=_("Reason"), help_text=_("Readers see it: “Removed: it named a customer.”")
    )


class SummaryForm(GuardedForm):
    """The standing summary."""

    summary = MarkdownField(
        label=_("Summary"), required=False, help_text=_("Stands above the updates. Empty: none.")
    )


def _usual(incident: Incident) -> str:
    """An outage that goes on owes its readers a next word; nothing else does."""
    return "30" if incident.kind == Kind.INCIDENT and incident.is_open else ""


def _owed(incident: Incident) -> CommitmentQuerySet:
    """Promises that resolving would keep."""
    return Commitment.objects.standing().filter(incident=incident, kind__in=BY_THE_END)


def _hurt(incident: Incident) -> list[Component]:
    return [window.component for window in incident.windows.all()]


def _next_statuses(incident: Incident) -> list[tuple[str, Any]]:
    """What a post may set: every end, and the start of planned work, have their own screens."""
    current = Status(incident.status)
    following = LIFECYCLES[incident.kind][current] - OVER
    if incident.is_maintenance and current not in UNDER_WAY:
        following = frozenset()
    return [(each.value, each.label) for each in Status if each in following | {current}]
