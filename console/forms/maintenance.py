"""Planned work, and announcements."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import InstantField, LineField, MarkdownField, PickField, PickManyField
from console.forms.incidents import NotifyField
from console.forms.planned import FurtherWindowsField, RemindersField
from incidents.core.lifecycles import Kind
from incidents.models import Incident, Maintenance, Page, ScheduledWindow


class EndForm(ConsoleForm):
    """The last word on an announcement."""

    body = MarkdownField(label=_("What readers should know"))
    notify = NotifyField()


class AnnounceForm(ConsoleForm):
    """Work that is coming without dates yet."""

    more = ("audience", "follows_up")

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "title": LineField(label=_("Title")),
            "body": MarkdownField(label=_("What readers should know")),
            "components": _components(page),
            "max_minutes": _bound(),
            "notify": NotifyField(),
            "audience": _audience(page),
            "follows_up": PickField(
                page.incidents.filter(kind=Kind.INCIDENT)[:100],
                empty=_("No incident"), dated=page, label=_("Follows up on"), required=False,
            ),
        }  # fmt: skip


class DatesForm(ConsoleForm):
    """When and on what; behind “More” how long at most, who ends it, who is reminded when."""

    more: ClassVar[tuple[str, ...]] = ("reminders", "further", "max_minutes", "ends_by_itself")

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "body": MarkdownField(label=_("What readers should know")),
            "start": InstantField(page, label=_("Starts")),
            "end": InstantField(page, label=_("Ends")),
            "components": _components(page),
            "notify": NotifyField(),
            "reminders": RemindersField(),
            "further": FurtherWindowsField(page),
            "max_minutes": _bound(),
            "ends_by_itself": EndsByItselfField(),
        }


class ScheduleForm(DatesForm):
    """Planned work with its dates."""

    more = (*DatesForm.more, "audience")

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(page, *args, **kwargs)
        self.fields["title"] = LineField(label=_("Title"))
        self.fields["audience"] = _audience(page)
        self.order_fields(["title", "body", "start", "end", "components", "notify"])


class WindowForm(DatesForm):
    """One further window."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(page, *args, **kwargs)
        del self.fields["further"]


class MoveForm(ConsoleForm):
    """Another time for a window that has not begun; reminders move along."""

    def __init__(self, window: ScheduledWindow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = window.maintenance.page
        self.fields |= {
            "body": MarkdownField(label=_("What readers should know")),
            "start": InstantField(page, label=_("Starts"), initial=window.start),
            "end": InstantField(page, label=_("Ends"), initial=window.end),
            "notify": NotifyField(),
        }


class ExtendForm(ConsoleForm):
    """A later end for a window that is under way."""

    def __init__(self, window: ScheduledWindow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = window.maintenance.page
        self.fields |= {
            "body": MarkdownField(label=_("What readers should know")),
            "end": InstantField(page, label=_("Ends"), initial=window.end),
            "notify": NotifyField(),
        }


class EdgeForm(ConsoleForm):
    """Beginning or ending by hand; the clock does it otherwise."""

    def __init__(self, page: Page, when: str, label: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "body": MarkdownField(label=_("What readers should know")),
            when: InstantField(page, label=label, required=False, help_text=_("Left empty: now.")),
            "notify": NotifyField(),
        }


class CancelForm(ConsoleForm):
    """Calling it off."""

    stands_at: ClassVar[dict[str, str]] = {"target": "overtaken_by"}

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        going_on = Incident.objects.filter(page=page, kind=Kind.INCIDENT)[:100]
        self.fields |= {
            "body": MarkdownField(label=_("What readers should know")),
            "overtaken_by": PickField(
                going_on,
                empty=_("No incident"),
                dated=page,
                label=_("Overtaken by"),
                required=False,
            ),
            "notify": NotifyField(),
        }


class OvertakeForm(ConsoleForm):
    """Planned work that an incident leaves no room for."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        planned = Maintenance.objects.filter(page=page, withdrawn_at=None)
        waiting = [each for each in planned.order_by("started_at")[:200] if each.is_open]
        self.fields |= {
            "maintenance": PickField(
                waiting, empty=_("Pick one"), dated=page, label=_("Planned work")
            ),
            "body": MarkdownField(label=_("What readers should know")),
            "notify": NotifyField(),
        }


class EndsByItselfField(forms.BooleanField):
    """Whether the clock ends a window, or staff do."""

    shape = "check"

    def __init__(self, **kwargs: Any) -> None:
        label = _("It ends by itself at its planned end")
        hint = _("Otherwise staff end it; past its end readers see by how much it overruns.")
        super().__init__(required=False, initial=True, label=label, help_text=hint, **kwargs)


def _components(page: Page) -> PickManyField:
    return PickManyField(page.components.all(), label=_("Components"), required=False)


def _bound() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Longest interruption in minutes"), required=False, min_value=1
    )


def _audience(page: Page) -> PickField:
    return PickField(
        page.cohorts.order_by("-pk")[:100],
        empty=_("Everybody"), label=_("Concerns only"), required=False,
    )  # fmt: skip
