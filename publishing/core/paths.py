"""Where the Markdown twin of a page stands: `incidents/abc.md` of `incidents/abc/`."""

import re
from typing import Final

SUFFIX: Final = ".md"
# Forms, what is not there, a frame within other pages.
NO_TWIN: Final = ("subscribe/", "404/", "embed/")
FRONT: Final = re.compile(r"(?:[a-z]{2,3}(?:-[a-z]+)?/)?")


def is_front(path: str) -> bool:
    """Whether this is the front page, or that of a further language."""
    return FRONT.fullmatch(path) is not None


def twin_of(path: str) -> str:
    """The twin of the page at `path`; the front page of each language has `index.md`."""
    return f"{path}index{SUFFIX}" if is_front(path) else f"{path.rstrip('/')}{SUFFIX}"


def page_of(stem: str) -> str:
    """The path of the page whose twin is `<stem>.md`."""
    front = stem.removesuffix("index")
    return front if front != stem and is_front(front) else f"{stem}/"


def has_twin(path: str) -> bool:
    """Whether a page is published in Markdown too; as it stood then it is not."""
    is_html = path == "" or path.endswith("/")
    return is_html and not path.endswith(NO_TWIN) and "/as-of/" not in path
