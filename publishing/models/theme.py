"""How a page looks: its colours, its links, its foot, its own CSS."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.models import Journal, Page
from incidents.models.guarding import guarded
from people.actors import Actor
from publishing.core.colours import Colour
from publishing.core.custom_css import LARGEST, Sheet, sanitised
from publishing.core.palette import ROLES, Palette, Scheme
from publishing.core.sheets import sheet_of

COLOURS: Final = tuple(role + scheme for scheme in Scheme for role in ROLES)
# What stands in the pages themselves; everything else in theme.css alone.
AROUND: Final = ("header_links", "footer_links", "footer_text")
FIELDS: Final = (*COLOURS, *AROUND, "custom_css")
MOST_LINKS: Final = {"header_links": 4, "footer_links": 8}
LABEL_LIMIT: Final = 40
ADDRESS_LIMIT: Final = 300
FOOT_LIMIT: Final = 500


def _chosen() -> "models.CharField[str, str]":
    """A colour like #1f3a5f; blank is Candor's own."""
    return models.CharField(max_length=7, blank=True)


class Theme(models.Model):
    """The look of one page; without one it looks as Candor does."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="theme")
    accent = _chosen()
    button_text = _chosen()
    link = _chosen()
    text = _chosen()
    background = _chosen()
    accent_dark = _chosen()
    button_text_dark = _chosen()
    link_dark = _chosen()
    text_dark = _chosen()
    background_dark = _chosen()
    header_links = models.JSONField(default=list, blank=True, help_text=_("Label and address."))
    footer_links = models.JSONField(default=list, blank=True, help_text=_("Label and address."))
    footer_text = models.CharField(max_length=FOOT_LIMIT, blank=True)
    custom_css = models.TextField(blank=True, help_text=_("As it was typed."))
    safe_css = models.TextField(blank=True, help_text=_("What readers get of it."))
    pictures = models.JSONField(
        default=dict, blank=True, help_text=_("Width and height of each picture that there is.")
    )

    def __str__(self) -> str:
        return f"Theme of {self.page}"

    @classmethod
    def of(cls, page: Page) -> "Theme":
        """Return the page's theme; one that was not stored yet is Candor's own look."""
        stored: Theme | None = getattr(page, "theme", None)
        return cls(page=page) if stored is None else stored

    def change(self, *, by: Actor, at: datetime, seen: str = "", **changes: Any) -> None:
        """Change some of FIELDS; "" sets a colour back to Candor's own.

        Raises ValidationError at each field that is malformed, or whose contrast is too weak, with
        what was seen, what is needed and what would do.
        """
        changes = _checked(changes)
        safe_css = sanitised(changes.get("custom_css", "")).css
        with self.page.writing(by=by, at=at) as journal:
            self.hold()
            changes = guarded(journal, self, seen, changes)
            _check_contrast({name: changes.get(name, now) for name, now in self.colours.items()})
            before = {name: getattr(self, name) for name in changes}
            for name, value in changes.items():
                setattr(self, name, value)
            if "custom_css" in changes:
                self.safe_css = safe_css
            self.save(update_fields=[*changes, "safe_css"])
            _write_down(journal, self, before, changes)

    def hold(self) -> None:
        """Within `page.writing`: make sure that there is a row, and read it anew."""
        page = self.page
        stored = Theme.objects.filter(page=page).first() or Theme.objects.create(page=page)
        self.pk, self._state.adding = stored.pk, False
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(stored, field.attname))
        page.theme = self

    @property
    def colours(self) -> dict[str, str]:
        """What stands in the fields of colours."""
        return {name: getattr(self, name) for name in COLOURS}

    @property
    def sheet(self) -> Sheet:
        """What custom CSS comes to, and what of it was left out."""
        return sanitised(self.custom_css)

    def stylesheet(self, root: str = ":root") -> str:
        """Return theme.css, or the same for the part of a screen that `root` selects."""
        light, dark = Palette.pair(self.colours)
        return sheet_of(light.properties(), dark.properties(), self.safe_css, root)


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    unknown = changes.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"a theme has no {', '.join(sorted(unknown))}")
    checked: dict[str, Any] = {}
    refused: dict[str, list[str]] = {}
    for name, value in changes.items():
        try:
            checked[name] = _CHECKS[name](value, name)
        except ValidationError as error:
            refused |= error.message_dict
    if refused:
        raise ValidationError(refused)
    return checked


def _colour(text: str, field: str) -> str:
    try:
        return str(Colour.parse(text)) if text.strip() else ""
    except ValueError as error:
        raise checks.refusal(field, str(error)) from error


def _links(links: list[dict[str, str]], field: str) -> list[dict[str, str]]:
    if len(links) > MOST_LINKS[field]:
        raise checks.refusal(field, f"At most {MOST_LINKS[field]} links; these are {len(links)}.")
    return [
        {"label": checks.line(each["label"], field=field, limit=LABEL_LIMIT),
         "url": _address(each["url"], field)}
        for each in links
    ]  # fmt: skip


def _address(text: str, field: str) -> str:
    text = checks.line(text, field=field, limit=ADDRESS_LIMIT)
    try:
        _HTTPS(text)
    except ValidationError as error:
        raise checks.refusal(
            field, f"“{text[:80]}” is no address to link to; begin it with https://."
        ) from error
    return text


def _foot(text: str, field: str) -> str:
    return checks.line(_BREAKS.sub(" ", text), field=field, limit=FOOT_LIMIT, required=False)


def _css(text: str, field: str) -> str:
    text = text.replace("\r\n", "\n")
    if len(text) > LARGEST:
        raise checks.refusal(field, f"At most {LARGEST:,} characters; these are {len(text):,}.")
    if _UNSTORABLE.search(text):
        raise checks.refusal(field, "Take out NUL and other signs that are no characters.")
    return text


def _check_contrast(colours: dict[str, str]) -> None:
    refused: dict[str, list[str]] = {}
    for palette in Palette.pair(colours):
        for found in palette.findings():
            refused.setdefault(found.field, []).append(str(found))
    if refused:
        raise ValidationError(refused)


def _write_down(
    journal: Journal, theme: Theme, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Two events, since one touches theme.css alone and the other every page."""
    changed = {name for name in after if before[name] != after[name]}
    around = changed & set(AROUND)
    for kind, names in (("page.theme_changed", changed - around), ("page.links_changed", around)):
        if names or (kind == "page.theme_changed" and not changed):
            journal.append(
                kind,
                theme,
                before={name: _short(name, before[name]) for name in sorted(names)},
                after={name: _short(name, after[name]) for name in sorted(names)},
            )


def _short(name: str, value: Any) -> Any:
    """The journal holds no texts: of those it keeps how long they are."""
    return value if name in COLOURS else len(value)


_BREAKS: Final = re.compile(r"\s*[\r\n]+\s*")
_UNSTORABLE: Final = re.compile(r"[\x00\ud800-\udfff\ufffe\uffff]")
_HTTPS: Final = URLValidator(schemes=["https"])
_CHECKS: Final[dict[str, Callable[[Any, str], Any]]] = dict.fromkeys(COLOURS, _colour) | {
    "header_links": _links,
    "footer_links": _links,
    "footer_text": _foot,
    "custom_css": _css,
}
