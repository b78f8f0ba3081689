"""The account afterwards, section by section."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import InstantField, LineField, MarkdownField, PickManyField
from console.forms.incidents import NotifyField
from incidents.core.lifecycles import Kind
from incidents.models import Page


class InterimField(forms.BooleanField):
    """Whether a final one follows."""

    shape = "check"

    def __init__(self) -> None:
        super().__init__(required=False, label=_("Interim: a final one follows"))


class DraftForm(ConsoleForm):
    """The beginning: a title over one or several incidents."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = page.incidents.filter(withdrawn_at=None).exclude(kind=Kind.ANNOUNCEMENT)[:60]
        self.fields |= {
            "title": LineField(label=_("Title")),
            "incidents": PickManyField(told, label=_("About"), required=False),
            "signatories": LineField(
                label=_("Signed by"),
                required=False,
                help_text=_("Names and functions."),
            ),
            "interim": InterimField(),
        }


class HeadForm(ConsoleForm):
    """What stands above and below the sections."""

    title = LineField(label=_("Title"))
    signatories = LineField(label=_("Signed by"), required=False)
    interim = InterimField()


class SectionForm(ConsoleForm):
    """One section; it may carry an author and a date of its own."""

    more = ("author", "dated_at")

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "body": MarkdownField(
                label=_("Text"), required=False, rows=16, help_text=_("Markdown. Empty: left out.")
            ),
            "author": LineField(label=_("Author"), required=False),
            "dated_at": InstantField(page, label=_("Dated"), required=False),
        }


class PublishForm(ConsoleForm):
    """The last look before it is public."""

    notify = NotifyField()
