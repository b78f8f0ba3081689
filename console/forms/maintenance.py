"""Planned work, and announcements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import InstantField, LineField, MarkdownField, PickField, PickManyField
from console.forms.incidents import NotifyField
from incidents.core.lifecycles import Kind
from incidents.models import Incident, Page


class AnnounceForm(ConsoleForm):
    """Work that is coming without dates yet, or anything else that readers should know."""

    title = LineField(label=_("Title"))
    body = MarkdownField(label=_("What readers should know"))
    notify = NotifyField()


class EndForm(ConsoleForm):
    """The last word on an announcement."""

    body = MarkdownField(label=_("What readers should know"))
    notify = NotifyField()


class DatesForm(ConsoleForm):
    """When, on what, and how long at most."""

    more = ("max_minutes",)

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "body": MarkdownField(label=_("What readers should know")),
            "start": InstantField(page, label=_("Starts")),
            "end": InstantField(page, label=_("Ends")),
            "components": PickManyField(
                page.components.all(), label=_("Components"), required=False
            ),
            "notify": NotifyField(),
            "max_minutes": forms.IntegerField(
                label=_("Longest interruption in minutes"), required=False, min_value=1
            ),
        }


class ScheduleForm(DatesForm):
    """Planned work with its dates."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(page, *args, **kwargs)
        self.fields["title"] = LineField(label=_("Title"))
        self.order_fields(["title", "body", "start", "end", "components", "notify"])


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

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        going_on = Incident.objects.filter(page=page, kind=Kind.INCIDENT)[:100]
        self.fields |= {
            "body": MarkdownField(label=_("What readers should know")),
            "overtaken_by": PickField(
                going_on, empty=_("No incident"), label=_("Overtaken by"), required=False
            ),
            "notify": NotifyField(),
        }
