"""The account afterwards: its head, its sections, its review, its publication."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, GuardedForm
from console.forms.fields import (
    CheckField,
    InstantField,
    LineField,
    MarkdownField,
    PickField,
    PickManyField,
)
from console.forms.incidents import NotifyField
from incidents.core.lifecycles import Kind
from incidents.core.roles import Ability, roles_with
from incidents.models import Incident, Page, Postmortem, PostmortemSection
from incidents.models.guarding import fingerprint
from people.models import User

HEAD = ("title", "signatories", "interim", "internal_notes")
SECTION = ("body", "author", "dated_at")


class LinesField(forms.CharField):
    """Several lines of plain text."""

    shape = "input"

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), required=False, **kwargs)


def _about(page: Page, chosen: Iterable[Incident] = ()) -> PickManyField:
    begun = page.incidents.begun().filter(withdrawn_at=None).exclude(kind=Kind.ANNOUNCEMENT)
    # What was chosen once can be kept, whatever became of it.
    told = dict.fromkeys([*begun[:60], *chosen])
    return PickManyField(told, dated=page, label=_("About"), required=False)


def _signed() -> LinesField:
    help_text = _("Teams and names with their functions, one a line.")
    return LinesField(label=_("Signed by"), help_text=help_text)


class DraftForm(ConsoleForm):
    """The beginning: a title over one or several incidents."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "title": LineField(label=_("Title")),
            "incidents": _about(page),
            "signatories": _signed(),
            "interim": CheckField(_("Interim: a final one follows")),
        }


class HeadForm(GuardedForm):
    """What stands above and below the sections, and what stays in the house."""

    more = ("incidents", "internal_notes")

    def __init__(self, postmortem: Postmortem, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "title": LineField(label=_("Title")),
            "signatories": _signed(),
            "interim": CheckField(_("Interim: a final one follows")),
            "incidents": _about(postmortem.page, postmortem.incidents.all()),
            "internal_notes": LinesField(
                label=_("Internal notes"), rows=5, help_text=_("No reader ever sees these.")
            ),
        }
        self.initial.update({name: getattr(postmortem, name) for name in HEAD})
        self.initial["incidents"] = [each.public_id for each in postmortem.incidents.all()]
        self.initial["seen"] = fingerprint(postmortem, *HEAD)


class SectionForm(GuardedForm):
    """One section; it may carry an author and a date of its own."""

    more = ("author", "dated_at")

    def __init__(self, page: Page, section: PostmortemSection, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "body": MarkdownField(
                label=_("Text"), required=False, rows=16, help_text=_("Markdown. Empty: left out.")
            ),
            "author": LineField(label=_("Author"), required=False),
            "dated_at": InstantField(page, label=_("Dated"), required=False),
        }
        self.initial.update({name: getattr(section, name) for name in SECTION})
        self.initial["seen"] = fingerprint(section, *SECTION)


class PublishForm(ConsoleForm):
    """The last look before it is public."""

    notify = NotifyField()


class AmendForm(ConsoleForm):
    """What was changed, in words for readers."""

    note = LineField(
        label=_("What was amended"),
        help_text=_("Readers see this above the text, with the date and a way to what changed."),
    )
    notify = CheckField(_("Tell the subscribers"), help_text=_("Usually not: the page says it."))


class ReasonForm(ConsoleForm):
    """Why it is taken back."""

    reason = LineField(label=_("Reason"), help_text=_("Shown to whoever opens its address."))


class SubmitForm(ConsoleForm):
    """Who is to look at it."""

    def __init__(self, postmortem: Postmortem, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = (postmortem.prepared_by_person_id, postmortem.written_by_person_id)
        wrote = [person for person in people if person is not None]
        roles = roles_with(Ability.RESPOND)
        members = User.objects.filter(
            memberships__page=postmortem.page, memberships__role__in=roles, is_active=True
        )
        self.fields["reviewer"] = PickField(
            members.exclude(pk__in=wrote).order_by("name", "email"),
            empty=_("Anybody else who may write here"),
            label=_("Who reviews it"),
            required=False,
            help_text=_("Whoever prepared or last wrote it cannot."),
        )


class VerdictForm(ConsoleForm):
    """What the reviewer says."""

    remark = LinesField(
        label=_("Remark"), rows=4, help_text=_("Needed to send it back; stays in the house.")
    )


class MannersForm(ConsoleForm):
    """How postmortems are done on a page."""

    postmortem_review = CheckField(_("Somebody else approves before anything is published"))
    postmortem_days = forms.IntegerField(
        label=_("Days within which a major incident is explained"), min_value=0, max_value=365,
        help_text=_("After that staff are asked for a postmortem. 0: never."),
    )  # fmt: skip
