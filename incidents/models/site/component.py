"""What can break: the parts of a service that a page names."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Max, Prefetch

from incidents.core import checks
from incidents.core.impacts import Source
from incidents.core.instants import YEARS, require_aware
from incidents.core.levels import Level, worst
from incidents.models.fields import PublicIdField
from incidents.models.guarding import guarded
from incidents.models.sight import ComponentsInSight
from incidents.models.site import needs
from incidents.models.site.mirror import Mirror
from incidents.models.site.page import Page
from incidents.models.story.window import ImpactWindow
from people.actors import Actor


class ComponentGroup(models.Model):
    """A heading above components that belong together."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="component_groups")
    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["page", "name"], name="group_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def add(cls, page: Page, name: str, *, by: Actor, at: datetime, description: str = "") -> Self:
        """Add a group at the end of the page."""
        name = checks.line(name, field="name", limit=120)
        with page.writing(by=by, at=at) as journal:
            _check_unused(cls, page, name)
            group = cls.objects.create(
                page=page,
                name=name,
                description=description,
                position=_next_position(page.component_groups.all()),
                created_at=at,
                updated_at=at,
            )
            journal.append("group.added", group, after={"name": name})
        return group


class ComponentQuerySet(models.QuerySet["Component"]):
    """Components with what is known of them at one instant."""

    def with_levels(self, at: datetime) -> Self:
        """Fetch the windows open at `at`, so that `level` costs no query."""
        open_windows = ImpactWindow.objects.counting().covering(at)
        return self.prefetch_related(
            Prefetch("windows", queryset=open_windows, to_attr="open_windows")
        )


class Component(models.Model):
    """One part of the service. It has no status column: its level is that of its open windows."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="components")
    group = models.ForeignKey(
        ComponentGroup, models.SET_NULL, null=True, blank=True, related_name="components"
    )
    public_id = PublicIdField()
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    only_show_if_degraded = models.BooleanField(default=False)
    showcase = models.BooleanField(default=True)
    start_date = models.DateField(null=True, blank=True)
    depends_on = models.ManyToManyField("self", symmetrical=False, related_name="needed_by")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ComponentsInSight.from_queryset(ComponentQuerySet)()

    open_windows: list[ImpactWindow]
    latest_windows: list[ImpactWindow]
    needed: "list[Component]"

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["page", "name"], name="component_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def add(
        cls,
        page: Page,
        name: str,
        *,
        by: Actor,
        at: datetime,
        group: ComponentGroup | None = None,
        start_date: date | None = None,
        depends_on: Collection["Component"] = (),
        **rest: Any,
    ) -> "Component":
        """Add a component at the end of the page.

        Raises ValidationError on "name", "group", "start_date" or "depends_on".
        """
        name = checks.line(name, field="name", limit=120)
        checks.within_years(start_date, YEARS, field="start_date")
        _check_group(group, page)
        with page.writing(by=by, at=at) as journal:
            _check_unused(cls, page, name)
            component = cls.objects.create(
                page=page,
                name=name,
                group=group,
                start_date=start_date,
                position=_next_position(page.components.all()),
                created_at=at,
                updated_at=at,
                **rest,
            )
            needs.check(component, depends_on)
            component.depends_on.set(depends_on)
            journal.append("component.added", component, after={"name": name})
        return component

    def change(
        self,
        *,
        by: Actor,
        at: datetime,
        seen: str = "",
        depends_on: Collection["Component"] | None = None,
        **changes: Any,
    ) -> None:
        """Change what the component is called, how it is shown and what it depends on.

        Raises ValidationError on "name", "group", "start_date" or "depends_on".
        """
        if "name" in changes:
            changes["name"] = checks.line(changes["name"], field="name", limit=120)
        checks.within_years(changes.get("start_date"), YEARS, field="start_date")
        _check_group(changes.get("group"), self.page)
        with self.page.writing(by=by, at=at) as journal:
            changes = guarded(journal, self, seen, changes)
            self.refresh_from_db(fields=[*changes, "name"])
            _check_unused(type(self), self.page, changes.get("name", self.name), but=self.pk)
            before = {name: str(getattr(self, name)) for name in changes}
            for name, value in changes.items():
                setattr(self, name, value)
            self.updated_at = at
            self.save(update_fields=[*changes, "updated_at"])
            after = {name: str(value) for name, value in changes.items()}
            if depends_on is not None:
                before["depends_on"], after["depends_on"] = self._need(depends_on)
            journal.append("component.changed", self, before=before, after=after)

    def set_level(
        self, level: str, *, by: Actor, at: datetime, happened_at: datetime | None = None
    ) -> None:
        """Set the component by hand: opens, changes or closes its baseline window.

        Windows of incidents stay as they are, so the effective level may remain worse.
        """
        level = Level(checks.choice(level, Level.values, field="level"))
        moment = require_aware(happened_at or at, "happened_at")
        checks.not_in_future(moment, at, field="happened_at")
        with self.page.writing(by=by, at=at) as journal:
            self._refuse_if_mirrored()
            before = self.level_at(at)
            ImpactWindow.turn(self, level, source=Source.BASELINE, moment=moment, at=at)
            after = self.level_at(at)
            journal.append(
                "component.level_set",
                self,
                before={"level": before},
                after={"level": after},
                tell=before != after,
            )

    @property
    def public_path(self) -> str:
        """Where the world reads about it, within the page."""
        return f"components/{self.public_id}/"

    @property
    def level(self) -> Level:
        """The effective level at the instant that `with_levels` asked for."""
        return worst(window.page_level for window in self.open_windows)

    def level_at(self, at: datetime) -> Level:
        """Return the effective level at `at`: the worst of the windows open then."""
        windows = ImpactWindow.objects.counting().covering(at).filter(component=self)
        return worst(window.page_level for window in windows)

    def _need(self, depends_on: Collection["Component"]) -> tuple[str, str]:
        needs.check(self, depends_on)
        before = _listed(self.depends_on.all())
        self.depends_on.set(depends_on)
        return before, _listed(depends_on)

    def _refuse_if_mirrored(self) -> None:
        mirror = Mirror.objects.filter(component=self).first()
        if mirror is not None:
            raise checks.refusal(
                "level",
                f"“{self}” follows {mirror.url}; stop following it to set a level by hand, "
                "or open an incident.",
            )


def _listed(components: Iterable[Component]) -> str:
    return " ".join(sorted(component.public_id for component in components))


def _next_position(rows: models.QuerySet[Any]) -> int:
    highest: int | None = rows.aggregate(highest=Max("position"))["highest"]
    return 0 if highest is None else highest + 1


def _check_group(group: ComponentGroup | None, page: Page) -> None:
    if group is not None and group.page_id != page.pk:
        raise checks.refusal("group", f"“{group}” is a group of another page.")


def _check_unused(
    model: type[models.Model], page: Page, name: str, *, but: int | None = None
) -> None:
    taken = model._default_manager.filter(page=page, name__iexact=name).exclude(pk=but)
    if taken.exists():
        raise checks.refusal("name", f"“{name}” is on this page already; choose another name.")
