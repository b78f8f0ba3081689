"""How a page looks."""

from typing import Self

from pydantic import BaseModel, Field

from incidents.core.viewers import STAFF, Viewer
from publishing.brand import path_of
from publishing.models import Purpose, Theme


class ThemeLinkShown(BaseModel):
    """One link."""

    label: str
    url: str


class PictureShown(BaseModel):
    """A picture: a PNG, twice as fine as it is shown."""

    purpose: Purpose
    url: str
    width: int
    height: int


class DroppedShown(BaseModel):
    """Something that was left out of the CSS."""

    line: int
    what: str
    why: str


class ThemeShown(BaseModel):
    """The look of a page; a colour that is empty is Candor's own."""

    page_id: str
    accent: str
    button_text: str
    link: str
    text: str
    background: str
    accent_dark: str
    button_text_dark: str
    link_dark: str
    text_dark: str
    background_dark: str
    header_links: list[ThemeLinkShown]
    footer_links: list[ThemeLinkShown]
    footer_text: str
    pictures: list[PictureShown]
    stylesheet: str = Field(description="Where readers' browsers get all of it.")
    custom_css: str | None = Field(description="As it was typed; null to others than staff.")
    dropped: list[DroppedShown] | None = Field(description="Null to others than staff.")

    @classmethod
    def of(cls, theme: Theme, viewer: Viewer) -> Self:
        """Show `theme`."""
        page = theme.page
        staff = viewer is STAFF
        return cls(
            page_id=page.public_id,
            **theme.colours,
            header_links=[ThemeLinkShown(**each) for each in theme.header_links],
            footer_links=[ThemeLinkShown(**each) for each in theme.footer_links],
            footer_text=theme.footer_text,
            pictures=_pictures(theme),
            stylesheet=page.url("theme.css"),
            custom_css=theme.custom_css if staff else None,
            dropped=_dropped(theme) if staff else None,
        )


def _pictures(theme: Theme) -> list[PictureShown]:
    sizes = {purpose: theme.pictures.get(purpose) for purpose in Purpose}
    return [
        PictureShown(
            purpose=purpose, url=theme.page.url(path_of(purpose)), width=size[0], height=size[1]
        )
        for purpose, size in sizes.items()
        if size
    ]


def _dropped(theme: Theme) -> list[DroppedShown]:
    left_out = theme.sheet.dropped
    return [DroppedShown(line=each.line, what=each.what, why=each.why) for each in left_out]
