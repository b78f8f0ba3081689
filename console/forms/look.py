"""How the public page looks: colours, links, words at its foot, CSS of its own, pictures."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.forms.base import ConsoleForm, GuardedForm
from console.forms.fields import LineField
from publishing.core.colours import Colour
from publishing.core.palette import DEFAULTS, ROLES, Scheme
from publishing.core.pictures import LARGEST_BYTES
from publishing.models import Purpose
from publishing.models.theme import COLOURS

LABELS: Final = {
    "accent": (_("Buttons"), _("Buttons, in the dark")),
    "button_text": (_("Words on buttons"), _("Words on buttons, in the dark")),
    "link": (_("Links"), _("Links, in the dark")),
    "text": (_("Text"), _("Text, in the dark")),
    "background": (_("Background"), _("Background, in the dark")),
}
# What an empty field stands for.
USUAL: Final = {
    "accent": "accent",
    "button_text": "on-accent",
    "link": "link",
    "text": "ink",
    "background": "paper",
}


class ColourInput(LineField):
    """A colour as hex; a script puts the system's own picker beside it."""

    shape = "input"

    def __init__(self, role: str, scheme: Scheme) -> None:
        usual = str(DEFAULTS[scheme][USUAL[role]])
        super().__init__(
            label=LABELS[role][scheme is Scheme.DARK],
            required=False,
            max_length=20,
            widget=forms.TextInput(
                attrs={
                    "class": "colour", "placeholder": usual, "data-usual": usual,
                    "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off",
                }
            ),
        )  # fmt: skip


class LinksField(forms.CharField):
    """Links, one a line: words, then where they lead."""

    shape = "input"

    def __init__(self, rows: int, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show stored links as they are typed."""
        if not isinstance(value, list):
            return value
        return "\n".join(f"{each['label']} {each['url']}" for each in value)

    def clean(self, value: Any) -> list[dict[str, str]]:
        """Return the links one by one."""
        lines = [line.strip() for line in super().clean(value).splitlines()]
        return [self._link(number, line) for number, line in enumerate(lines, 1) if line]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other links were typed."""
        return super().has_changed(self.prepare_value(initial), data)

    def _link(self, number: int, line: str) -> dict[str, str]:
        label, _space, url = line.rpartition(" ")
        if not label.strip():
            raise ValidationError(
                _("Line %(number)d: write words, a space, and an address: Help https://…"),
                params={"number": number},
            )
        return {"label": label.strip(), "url": url}


class Pair(NamedTuple):
    """One colour in light and dark."""

    light: forms.BoundField
    dark: forms.BoundField


class LookForm(GuardedForm):
    """Everything of a look but its pictures."""

    repeatable = True

    header_links = LinksField(
        3, label=_("Links at the head"),
        help_text=_("At most 4, one a line: words, then the address. Docs https://docs.example.com"),
    )  # fmt: skip
    footer_links = LinksField(
        4, label=_("Links at the foot"), help_text=_("At most 8, in the same way.")
    )
    footer_text = LineField(
        label=_("Words at the foot"), required=False, max_length=500,
        help_text=_("Who runs this page, for example. At most 500 characters."),
    )  # fmt: skip
    custom_css = forms.CharField(
        label=_("CSS of your own"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "code", "spellcheck": "false"}),
        help_text=_("What it may do is in the documentation; the rest is left out, and listed."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scheme in Scheme:
            for role in ROLES:
                self.fields[role + scheme] = ColourInput(role, scheme)

    @property
    def pairs(self) -> Iterator[Pair]:
        """The colours, light beside dark."""
        for role in ROLES:
            yield Pair(self[role], self[role + Scheme.DARK])

    @property
    def others(self) -> list[forms.BoundField]:
        """The fields that are no colours."""
        return [field for field in self.visible_fields() if field.name not in COLOURS]

    def typed_colours(self) -> dict[str, str]:
        """The colours as far as they can be read, whether they can be stored or not."""
        read: dict[str, str] = {}
        for name in COLOURS:
            try:
                read[name] = str(Colour.parse(str(self[name].value() or "")))
            except ValueError:
                continue
        return read


class PictureForm(ConsoleForm):
    """A picture to upload."""

    repeatable = True

    def __init__(self, purpose: Purpose, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose = purpose
        self.fields[purpose.value] = forms.FileField(
            label=purpose.label,
            allow_empty_file=True,
            widget=forms.FileInput(
                attrs={
                    "accept": "image/png,image/jpeg,image/webp,image/gif",
                    "data-most": LARGEST_BYTES,
                    "data-too-large": _("At most 512 KB; make the picture smaller."),
                }
            ),
            help_text=HELP[purpose],
        )

    def data_sent(self) -> bytes:
        """The file, as far as it may be long."""
        sent: bytes = self.cleaned_data[self.purpose.value].read(LARGEST_BYTES + 1)
        return sent


HELP: Final = {
    Purpose.LOGO: _("PNG, JPEG, WebP or GIF, at most 512 KB; 480 pixels wide looks sharp."),
    Purpose.LOGO_DARK: _("The same for readers who have it dark, if it needs another one."),
    Purpose.FAVICON: _("Square, at least 96 pixels on each side."),
}
