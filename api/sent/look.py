"""What may be sent of a page's look."""

from typing import Annotated, Any

from pydantic import Field

from api.fields import Text
from api.sent import Sent, _example
from publishing.core.custom_css import LARGEST

Hex = Annotated[Text, Field(description="Like `#1f3a5f`; an empty text is Candor's own.")]


class ThemeLinkSent(Sent):
    """One link."""

    label: Annotated[Text, Field(description="At most 40 characters.")]
    url: Annotated[Text, Field(description="Begins with https://.")]


class ThemeSent(Sent):
    """What changes of a look; what is left out stays. Names ending in `_dark` are for the dark."""

    model_config = _example(
        accent="#0b5f58",
        footer_links=[{"label": "Imprint", "url": "https://example.com/imprint"}],
    )

    accent: Hex = ""
    button_text: Hex = ""
    link: Hex = ""
    text: Hex = ""
    background: Hex = ""
    accent_dark: Hex = ""
    button_text_dark: Hex = ""
    link_dark: Hex = ""
    text_dark: Hex = ""
    background_dark: Hex = ""
    header_links: Annotated[list[ThemeLinkSent], Field(description="At most 4.")] = []
    footer_links: Annotated[list[ThemeLinkSent], Field(description="At most 8.")] = []
    footer_text: Annotated[Text, Field(description="At most 500 characters.")] = ""
    custom_css: Annotated[
        Text, Field(description=f"At most {LARGEST:,} characters; see docs/themes.md.")
    ] = ""

    def changes(self) -> dict[str, Any]:
        """Return what was sent, and nothing else."""
        return self.model_dump(exclude_unset=True)
