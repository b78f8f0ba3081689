"""What is kept ready: drafts as they were typed, templates, remarks among staff, translations."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, GuardedForm
from console.forms.fields import InstantField, LevelsField, LineField, MarkdownField
from console.forms.incidents import NotifyField
from incidents.core.lifecycles import Status
from incidents.core.templates import NAMES
from incidents.models import DraftKind, IncidentTemplate, Page
from incidents.models.guarding import fingerprint

SAID: tuple[Status, ...] = (
    Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED
)  # fmt: skip


class TemplateForm(GuardedForm):
    """Words kept ready."""

    more: ClassVar[tuple[str, ...]] = ("headline", "levels", "next_update_minutes")

    def __init__(
        self, page: Page, *args: Any, template: IncidentTemplate | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = ", ".join(f"{{{{{name}}}}}" for name in NAMES)
        self.fields |= {
            "name": LineField(label=_("Name"), help_text=_("By which staff find it.")),
            "kind": forms.ChoiceField(label=_("For"), choices=DraftKind.choices),
            "title": LineField(label=_("Title"), required=False),
            "body": MarkdownField(
                label=_("Text"), help_text=_("Filled in when it is chosen: %s.") % known
            ),
            "status": forms.ChoiceField(
                label=_("Status"),
                required=False,
                choices=[("", _("As it is")), *[(each.value, each.label) for each in SAID]],
            ),
            "notify": NotifyField(),
            "headline": LineField(label=_("Headline"), required=False),
            "levels": ReadyLevels(page.components.with_levels(page.changed_at), label=_("Levels")),
            "next_update_minutes": forms.IntegerField(
                label=_("Next update within, in minutes"),
                required=False,
                min_value=1,
                max_value=10080,
            ),
        }
        if template is not None:
            shown = template.guarded
            self.initial.update({name: getattr(template, name) for name in shown})
            self.initial["seen"] = fingerprint(template, *shown)


class ReadyLevels(LevelsField):
    """Levels as a template keeps them: by the components' public ids."""

    def clean(self, value: Any) -> Any:
        """Return levels by public id."""
        return {component.public_id: level for component, level in super().clean(value).items()}


class PrivateNoteForm(ConsoleForm):
    """A remark for colleagues."""

    body = MarkdownField(label=_("For colleagues only"), rows=4)


class TranslationForm(GuardedForm):
    """An update in another language."""

    headline = LineField(label=_("Headline"), required=False)
    body = MarkdownField(label=_("Translation"))


class AnnouncementForm(ConsoleForm):
    """Something that readers should know without anything being broken."""

    more: ClassVar[tuple[str, ...]] = ("ends_at", "headline")

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "title": LineField(label=_("Title")),
            "body": MarkdownField(label=_("What readers should know")),
            "notify": NotifyField(),
            "headline": LineField(label=_("Headline"), required=False),
        } | _place(page)
        self.order_fields(["title", "body", "pinned", "notify"])


class PlaceForm(ConsoleForm):
    """Where an announcement stands, and for how long."""

    def __init__(self, page: Page, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= _place(page)


class PinField(forms.BooleanField):
    """Whether an announcement stands above other news."""

    shape = "check"

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("Pin it above other news"),
            help_text=_("It stands at the top of the front page until it is ended."),
        )


class HistoryForm(ConsoleForm):
    """A whole history, written down afterwards."""

    more: ClassVar[tuple[str, ...]] = ("origin_note", "canonical_url", "external_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "title": LineField(label=_("Title")),
            "updates": forms.CharField(
                label=_("Updates"),
                strip=False,
                widget=forms.Textarea(attrs={"rows": 14}),
                help_text=_(
                    "Each begins with a line like [2026-03-02 12:00 UTC] investigating | Headline; "
                    "its text follows below. The last one is resolved."
                ),
            ),
            "windows": forms.CharField(
                label=_("Impact"),
                required=False,
                strip=False,
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text=_(
                    "One stretch a line: component | level | from | until, for example "
                    "API | major_outage | 2026-03-02 12:00 UTC | 2026-03-02 13:10 UTC"
                ),
            ),
            "notify": NotifyField(label=_("Tell the subscribers now")),
            "origin_note": LineField(
                label=_("Where this comes from"), required=False, help_text=_("Readers see it.")
            ),
            "canonical_url": LineField(label=_("Address of the original"), required=False),
            "external_id": LineField(label=_("Id elsewhere"), required=False, max_length=120),
        }
        self.fields["updates"].shape = "markdown"  # type: ignore[attr-defined]
        self.initial.setdefault("notify", False)


def _place(page: Page) -> dict[str, forms.Field]:
    return {
        "pinned": PinField(),
        "ends_at": InstantField(
            page,
            label=_("Ends by itself at"),
            required=False,
            help_text=_("Left empty: it stands until somebody ends it."),
        ),
    }
