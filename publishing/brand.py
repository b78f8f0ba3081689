"""What a theme adds to pages, and its own files: theme.css and the pictures under brand/."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from incidents.models import Page
from publishing.artefact import CSS, Artefact, Missing
from publishing.core.pictures import PNG
from publishing.models import Attachment, Purpose, Theme

# How large a logo is shown, at most; kept twice as fine.
WIDEST: Final = 240
HIGHEST: Final = 40


@dataclass(frozen=True)
class Shown:
    """A picture in a page: where it stands, and the room that it takes before it is there."""

    path: str
    width: int
    height: int


@dataclass(frozen=True)
class Look:
    """What the templates ask of a page's theme."""

    page: Page

    @cached_property
    def theme(self) -> Theme:
        """Asked for by whole pages alone, not by the parts of feeds."""
        return Theme.of(self.page)

    @cached_property
    def logo(self) -> Shown | None:
        """In place of the page's name."""
        return self._picture(Purpose.LOGO)

    @cached_property
    def logo_dark(self) -> Shown | None:
        """In place of the logo, for readers who have it dark."""
        return self._picture(Purpose.LOGO_DARK)

    @cached_property
    def favicon(self) -> Shown | None:
        """In the browser's tab."""
        return self._picture(Purpose.FAVICON)

    def _picture(self, purpose: Purpose) -> Shown | None:
        if purpose not in self.theme.pictures:
            return None
        width, height = self.theme.pictures[purpose]
        scale = min(WIDEST / width, HIGHEST / height, 1)
        return Shown(path_of(purpose), round(width * scale) or 1, round(height * scale) or 1)


def path_of(purpose: Purpose) -> str:
    """Return where a picture stands on its page; the name stays when the picture changes."""
    return f"brand/{purpose.replace('_', '-')}.png"


def theme_css(page: Page, at: datetime) -> Artefact:
    """Render the page's colours and its own CSS; empty but there where it has none."""
    return Artefact("theme.css", CSS, Theme.of(page).stylesheet().encode(), at)


def picture(page: Page, at: datetime, name: str) -> Artefact:
    """Return one of the page's pictures."""
    purpose = Purpose(name.replace("-", "_"))
    found = Attachment.objects.filter(page=page, purpose=purpose).first()
    if found is None:
        raise Missing
    return Artefact(path_of(purpose), PNG, bytes(found.body), at)
