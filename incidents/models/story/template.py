"""Words kept ready: fixed names in double braces are filled in, and nothing else is a language."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db import models

from incidents.core import checks, markup, templates
from incidents.core.levels import Level
from incidents.core.lifecycles import LIFECYCLES, Kind, Status
from incidents.models.fields import PublicIdField
from incidents.models.guarding import guarded
from incidents.models.site.page import Page
from incidents.models.story.draft import DraftKind
from people.actors import Actor

if TYPE_CHECKING:
    from incidents.models.site.component import Component
    from incidents.models.story.incident import Incident

LONGEST_PROMISE: Final = 10_080


class IncidentTemplate(models.Model):
    """A text to start from; `core.templates` says which names it may hold."""

    # What a form shows and a verb may change.
    guarded: ClassVar[tuple[str, ...]] = (
        "name", "kind", "title", "headline", "body", "status", "levels", "notify",
        "next_update_minutes",
    )  # fmt: skip

    page = models.ForeignKey(Page, models.CASCADE, related_name="templates")
    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=checks.TITLE_LIMIT, blank=True)
    headline = models.CharField(max_length=checks.TITLE_LIMIT, blank=True)
    body = models.TextField()
    status = models.CharField(max_length=16, blank=True)
    levels = models.JSONField(default=dict)
    notify = models.BooleanField(default=True)
    next_update_minutes = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["page", "name"], name="template_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> str:
        """What it is for, in words."""
        return str(DraftKind(self.kind).label)

    @classmethod
    def write(
        cls, page: Page, *, name: str, kind: str, body: str, by: Actor, at: datetime, **rest: Any
    ) -> "IncidentTemplate":
        """Keep words ready. `rest`: title, headline, status, levels, notify, next_update_minutes.

        Raises ValidationError on the field at fault; a name in braces that does not exist is
        refused by name, with those that do.
        """
        fields = _checked(page, {"name": name, "kind": kind, "body": body} | rest)
        with page.writing(by=by, at=at) as journal:
            _check_unused(page, fields["name"])
            template = cls._default_manager.create(
                page=page, created_at=at, changed_at=at, **fields
            )
            journal.append("template.written", template, after={"name": template.name})
        return template

    def change(self, *, by: Actor, at: datetime, seen: str = "", **changes: Any) -> None:
        """Change it; `seen` is the fingerprint of what was read. Raises like `write`; Conflict."""
        before = {name: getattr(self, name) for name in self.guarded}
        checked = _checked(self.page, before | changes)
        changes = {name: checked[name] for name in changes}
        with self.page.writing(by=by, at=at) as journal:
            changes = guarded(journal, self, seen, changes)
            _check_unused(self.page, changes.get("name", self.name), but=self.pk)
            for name, value in (changes | {"changed_at": at}).items():
                setattr(self, name, value)
            self.save(update_fields=[*changes, "changed_at"])
            journal.append("template.changed", self, after={"name": self.name})

    def remove(self, *, by: Actor, at: datetime) -> None:
        """Throw it away; what was said with it stands."""
        with self.page.writing(by=by, at=at) as journal:
            journal.append("template.removed", self, before={"name": self.name})
            self.delete()

    def filled(
        self,
        *,
        at: datetime,
        incident: "Incident | None" = None,
        components: Iterable["Component"] = (),
        **given: Any,
    ) -> dict[str, Any]:
        """Return arguments of a verb, the names filled in; whatever is `given` wins.

        `levels` are by component. A name without a value stays, so that somebody notices it.
        """
        levels = given.get("levels") or self.component_levels()
        due = given.get("next_update_due") or self._due(at)
        named = list(components) or list(levels)
        values = self._values(at, incident, named, due, given)
        texts = {"title": self.title, "headline": self.headline, "body": self.body}
        words = {name: templates.fill(text, values) for name, text in texts.items() if text}
        said: dict[str, Any] = words | {"levels": levels, "notify": self.notify}
        said |= {"status": self.status} if self.status else {}
        said |= {"next_update_due": due} if due else {}
        return said | {name: value for name, value in given.items() if value is not None}

    def component_levels(self) -> dict["Component", str]:
        """Return the levels by component; one that was removed meanwhile is left out."""
        found = self.page.components.filter(public_id__in=self.levels)
        return {component: self.levels[component.public_id] for component in found}

    def _due(self, at: datetime) -> datetime | None:
        minutes = self.next_update_minutes
        return at + timedelta(minutes=minutes) if minutes else None

    def _values(
        self,
        at: datetime,
        incident: "Incident | None",
        components: list["Component"],
        due: datetime | None,
        given: Mapping[str, Any],
    ) -> dict[str, str]:
        zone = self.page.zone
        start = incident.started_at if incident else given.get("started_at") or at
        names = [component.name for component in components]
        return {
            "page": self.page.name,
            "incident": incident.title if incident else given.get("title") or "",
            "component": names[0] if names else "",
            "components": ", ".join(names),
            "start": templates.spelt(start, zone),
            "now": templates.spelt(at, zone),
            "next_update": templates.spelt(due, zone) if due else "",
            "support_url": self.page.support_url,
        }


def _checked(page: Page, fields: dict[str, Any]) -> dict[str, Any]:
    kind = checks.choice(fields["kind"], DraftKind.values, field="kind")
    for name, limit in (("name", 120), ("title", 255), ("headline", 255)):
        text = checks.line(fields.get(name, ""), field=name, limit=limit, required=name == "name")
        fields[name] = templates.check(text, field=name)
    markup.check(fields["body"])
    templates.check(fields["body"], field="body")
    if not fields["body"].strip():
        raise checks.refusal("body", "Write the words that are to be kept ready.")
    _check_state(page, kind, fields)
    return fields


def _check_state(page: Page, kind: str, fields: dict[str, Any]) -> None:
    if status := fields.get("status"):
        lifecycle = LIFECYCLES[kind if kind in Kind.values else Kind.INCIDENT]
        checks.choice(status, [Status(each).value for each in lifecycle], field="status")
    for public_id, level in fields.get("levels", {}).items():
        checks.choice(level, Level.values, field="levels")
        if not page.components.filter(public_id=public_id).exists():
            raise checks.refusal("levels", f"There is no component “{public_id}” on this page.")
    minutes = fields.get("next_update_minutes")
    if minutes is not None and not 1 <= minutes <= LONGEST_PROMISE:
        raise checks.refusal(
            "next_update_minutes", f"Promise within 1 to {LONGEST_PROMISE} minutes."
        )


def _check_unused(page: Page, name: str, *, but: int | None = None) -> None:
    others = page.templates.filter(name__iexact=name)
    if (others.exclude(pk=but) if but else others).exists():
        raise checks.refusal("name", f"There is a template “{name}” already; choose another name.")
