"""How an incident hangs together with others, and what it turned out to be."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm
from console.forms.fields import MarkdownField, PickField
from console.forms.incidents import NotifyField, SaidForm
from incidents.core.lifecycles import Kind, Outcome
from incidents.models import Incident, LinkKind

NEWEST = 200


class LinkForm(ConsoleForm):
    """How this hangs together with another entry."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = incident.page.incidents.filter(withdrawn_at=None).exclude(pk=incident.pk)
        self.fields |= {
            "kind": forms.ChoiceField(label=_("This"), choices=LinkKind.choices),
            "target": PickField(
                others[:NEWEST], empty=_("Pick one"), dated=incident.page, label=_("The other")
            ),
        }


class FalseAlarmForm(SaidForm):
    """Nothing was broken."""

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(incident.page, *args, **kwargs)
        first = {
            "body": MarkdownField(label=_("What readers should know")),
            "notify": NotifyField(),
        }
        self.fields |= first
        self.initial.setdefault("body", _("This was a false alarm: nothing was broken."))
        self.order_fields([*first])


class MergeForm(SaidForm):
    """The same trouble, opened twice."""

    stands_at = {"target": "other"}

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(incident.page, *args, **kwargs)
        others = incident.page.incidents.of_kind(Kind.INCIDENT).filter(
            withdrawn_at=None, rehearsal=incident.rehearsal
        )
        others = others.exclude(pk=incident.pk).exclude(outcome=Outcome.DUPLICATE)
        first = {
            "other": PickField(
                others[:NEWEST],
                empty=_("Pick one"),
                dated=incident.page,
                label=_("The incident that stays"),
            ),
            "body": MarkdownField(label=_("What readers should know")),
            "there_too": forms.BooleanField(
                label=_("Post it on the other one, too"), required=False, initial=True
            ),
            "notify": NotifyField(),
        }
        first["there_too"].shape = "check"  # type: ignore[attr-defined]
        self.fields |= first
        self.order_fields([*first])
