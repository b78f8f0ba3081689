"""Links that lead somewhere from afar too: in mails, feeds and texts, where no page is around."""

import re
from typing import Final
from urllib.parse import urljoin

_HREF: Final = re.compile(r'href="([^"]*)"')
# Code is passed over as it stands; what is no link within it must not become one.
_CODE_OR_LINK: Final = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|\]\(([^()<\s]+)", re.DOTALL
)


def absolute_address(page: str, link: str) -> str:
    """A link on a page as seen from elsewhere; what is no address stays as it is."""
    try:
        return urljoin(page, link)
    except ValueError:
        return link


def absolute_html(html: str, page: str) -> str:
    """HTML of the page at that address, with whole links."""
    return _HREF.sub(lambda link: f'href="{absolute_address(page, link[1])}"', html)


def absolute_markdown(text: str, page: str) -> str:
    """Markdown of the page at that address, with whole links."""
    return _CODE_OR_LINK.sub(
        lambda found: f"]({absolute_address(page, found[1])}" if found[1] else found[0], text
    )
