"""Fields of the console: times with their zone, Markdown, levels of components."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from incidents.core import checks, markup, zones
from incidents.core.instants import parse_instant
from incidents.core.levels import Level
from incidents.models import Component, Incident, Page

# A week: what is promised for later has a date.
MOST_MINUTES: Final = 10080
ZONES: Final = (
    "UTC America/Los_Angeles America/Denver America/Chicago America/New_York America/Sao_Paulo "
    "Europe/London Europe/Berlin Europe/Helsinki Europe/Istanbul Africa/Cairo Africa/Lagos "
    "Africa/Johannesburg Asia/Dubai Asia/Kolkata Asia/Singapore Asia/Shanghai Asia/Tokyo "
    "Australia/Sydney Pacific/Auckland"
).split()


class LineField(forms.CharField):
    """One line; its limits are the verb's."""

    shape = "input"


class MarkdownField(forms.CharField):
    """A text in Markdown; what could stall its rendering is refused before any row is locked."""

    shape = "markdown"

    def __init__(self, *, rows: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Markdown: **bold**, lists, [links](https://…)."))
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        try:
            markup.check(value, field="body")
        except ValidationError as error:
            raise ValidationError(error.messages) from error


class ChecksField(forms.MultipleChoiceField):
    """Several of a list, each with a box."""

    shape = "checks"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **kwargs)


class PickField(forms.Field):
    """One object of a queryset, by its public id; never by its key.

    With `dated`, entries of that page are named with their day: repeated work shares one title.
    """

    shape = "select"
    many = False

    def __init__(
        self,
        objects: Iterable[Model],
        *,
        empty: Any = None,
        dated: Page | None = None,
        **kwargs: Any,
    ) -> None:
        found = list(objects)
        if dated is not None:
            # When they began is read from these.
            prefetch_related_objects(found, "windows")
        self.objects = {str(getattr(each, "public_id", each.pk)): each for each in found}
        blank = [] if empty is None else [("", empty)]
        named = {key: _on_its_day(each, dated) for key, each in self.objects.items()}
        self.options = list(named.items())
        kwargs.setdefault("widget", forms.Select(choices=blank + self.options))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return self._found(value) if value else None

    def _found(self, key: str) -> Model:
        if key not in self.objects:
            raise ValidationError(_("“%s” is none of these; pick one of the list.") % key)
        return self.objects[key]


class PickManyField(PickField):
    """Several objects of a queryset, by their public ids."""

    shape = "checks"

    def __init__(self, objects: Iterable[Model], **kwargs: Any) -> None:
        super().__init__(objects, widget=forms.CheckboxSelectMultiple(), **kwargs)
        self.widget.choices = self.options

    def to_python(self, value: Any) -> list[Model]:
        return [self._found(key) for key in value or []]


def _on_its_day(each: Model, page: Page | None) -> str:
    if page is None or not isinstance(each, Incident):
        return str(each)
    day = date_format(each.began.astimezone(page.zone).date(), "j M Y")
    return _t("%(title)s, %(day)s") % {"title": each.title, "day": day}


class InstantWidget(forms.Widget):
    """A time and, beside it, the zone in which it was read off a clock."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return (data.get(name, "").strip(), data.get(f"{name}_zone", "").strip())

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data


class InstantField(forms.Field):
    """An instant: never without its zone."""

    shape = "instant"

    def __init__(self, page: Page, **kwargs: Any) -> None:
        super().__init__(widget=InstantWidget(), **kwargs)
        self.page_zone = page.time_zone

    @property
    def zones(self) -> list[str]:
        """The page's own zone first."""
        return [self.page_zone, *[zone for zone in ZONES if zone != self.page_zone]]

    def clean(self, value: Any) -> datetime | None:
        text, zone = value
        if not text:
            super().validate(None)
            return None
        if zone and zone not in zones.names():
            raise ValidationError(_("“%s” is no time zone; pick one of the list.") % zone)
        try:
            return parse_instant(text, field="at", zone=ZoneInfo(zone) if zone else None)
        except ValidationError as error:
            raise ValidationError(error.messages) from error

    def picked(self, value: Any) -> ZoneInfo | None:
        """The zone beside a time that was typed."""
        *_choice, text, zone = value
        return ZoneInfo(zone) if text and zone in zones.names() else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another minute was typed than the one that stood there."""
        return tuple(data) != tuple(self.shown(initial).values())

    def shown(self, value: Any) -> dict[str, Any]:
        """What the inputs hold: as typed, or an instant on a clock of the page's zone."""
        if isinstance(value, tuple):
            text, zone = value
        else:
            zone = self._zone_that_tells(value)
            text = value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if value else ""
        return {"text": text, "zone": zone or self.page_zone}

    def _zone_that_tells(self, value: datetime | None) -> str:
        """The page's zone; UTC in the hour that its clock shows twice, which names no instant."""
        local = value.astimezone(ZoneInfo(self.page_zone)) if value else None
        again = local and local.replace(fold=1 - local.fold)
        ambiguous = local and again and local.utcoffset() != again.utcoffset()
        return "UTC" if ambiguous else self.page_zone


class PromiseField(InstantField):
    """When the next update is due: in so many minutes, at a time, or not promised."""

    shape = "promise"
    minutes: tuple[int, ...] = (15, 30, 60, 120, 240)
    unknown: Final = "unknown"

    def __init__(
        self, page: Page, *, now: datetime, usual: str = "30", may_be_unknown: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(page, **kwargs)
        self.widget = PromiseWidget()
        self.now, self.usual, self.may_be_unknown = now, usual, may_be_unknown

    def clean(self, value: Any) -> datetime | None:
        within, *time = value
        if within == "at" and not time[0]:
            raise ValidationError(_("Say at which time, or pick one of the list."))
        if within == "at":
            return super().clean(tuple(time))
        if not within or (within == self.unknown and self.may_be_unknown):
            return None
        minutes = checks.number(within)
        if minutes is None or not 1 <= minutes <= MOST_MINUTES:
            raise ValidationError(_("“%s” is no number of minutes; pick one of the list.") % within)
        return self.now + timedelta(minutes=minutes)

    def shown(self, value: Any) -> dict[str, Any]:
        within, *time = value if isinstance(value, tuple) else (self.usual, "", "")
        return super().shown(tuple(time)) | {"within": within}


class PromiseWidget(InstantWidget):
    """A choice of minutes beside the time and its zone."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        time = super().value_from_datadict(data, files, f"{name}_at")
        return (data.get(name, "").strip(), *time)


class LevelsWidget(forms.Widget):
    """One choice a component; what stays empty does not change."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        prefix = f"{name}-"
        return {key.removeprefix(prefix): data[key] for key in data if key.startswith(prefix)}

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False


class LevelsField(forms.Field):
    """The levels that change, by component."""

    shape = "levels"

    def __init__(
        self, components: Iterable[Component], *, near: Iterable[Component] = (), **kwargs: Any
    ) -> None:
        super().__init__(widget=LevelsWidget(), required=False, **kwargs)
        self.components = {component.public_id: component for component in components}
        self.near = {component.public_id for component in near} or set(self.components)

    def clean(self, value: Any) -> dict[Component, str]:
        chosen = {key: level for key, level in value.items() if level}
        return {self._component(key): self._level(level) for key, level in chosen.items()}

    def shown(self, value: Any) -> dict[str, list[dict[str, Any]]]:
        """One row a component, as it is now and as chosen; those that matter less stand apart."""
        chosen = {key: level for key, level in (value or {}).items() if level}
        rows = [
            {"component": component, "chosen": chosen.get(key, ""), "levels": Level.choices}
            for key, component in self.components.items()
        ]
        close = self.near | set(chosen)
        return {
            "near": [row for row in rows if row["component"].public_id in close],
            "far": [row for row in rows if row["component"].public_id not in close],
        }

    def _component(self, key: str) -> Component:
        if key not in self.components:
            raise ValidationError(_("There is no component “%s” on this page.") % key)
        return self.components[key]

    def _level(self, level: str) -> str:
        try:
            return checks.choice(level, Level.values, field="levels")
        except ValidationError as error:
            raise ValidationError(error.messages) from error


class CheckField(forms.BooleanField):
    """A box."""

    shape = "check"

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(required=False, label=label, **kwargs)
