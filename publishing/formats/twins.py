"""The Markdown twin of an HTML page: its own `<main>`, by the same rules for every page."""

import re
from functools import lru_cache, partial
from html import escape
from typing import Any, Final

from bs4 import BeautifulSoup, Tag
from django.utils.translation import gettext as _
from markdownify import ATX, MarkdownConverter

from incidents.core import clocks
from incidents.models import Page
from publishing.artefact import MARKDOWN, Artefact, Missing
from publishing.core.paths import absolute_address, twin_of
from publishing.words.tongues import here

# Ways around the page, and what only a browser can use.
UNSAID: Final = {"script", "form", "nav", "button"}
UNSAID_CLASSES: Final = {"crumb", "unseen", "section__more", "no-print"}
SIGNS: Final = re.compile(r"[\\`*_\[\]]")
# Of what is not said, what large pages have much of: it is cut out before anything is read.
LARGE: Final = re.compile(
    r'<svg\b.*?</svg>|<details class="folded no-print">.*?</details>', re.DOTALL
)
# Rows of tables, and components that are well, each on a line: large pages have many together.
ROW: Final = re.compile(
    r'<tr>\s*<th scope="row">(?s:.*?)</tr>'
    r'|^<div class="part"><div class="part__head">.*</div></div>$',
    re.MULTILINE,
)
ROWS: Final = re.compile(rf"(?:(?:{ROW.pattern})\s*)+", re.MULTILINE)
ENTITY: Final = re.compile(r"&(?=#?\w+;)")


def twin(page: Page, html: Artefact) -> Artefact:
    """Write a page as Markdown: times as text, levels as words, links whole."""
    address = page.url(html.path)
    text = _written(_main(html.body.decode(), address), address).strip()
    stamp = clocks.moment(html.at, page.zone)
    head = f"[{_escaped(page.name)}]({page.url(here(page))})"
    foot = _("As of %(time)s: %(address)s") % {"time": stamp, "address": f"<{address}>"}
    body = f"{head}\n\n{_tidy(text)}\n\n---\n\n{foot}\n"
    return Artefact(twin_of(html.path), MARKDOWN, body.encode(), html.at, html.status)


class _Writer(MarkdownConverter):
    """Escapes what would be read as a sign of Markdown or HTML, and no more than that."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Return words that read as they stand."""
        escaped = _escaped(text)
        return escaped.replace("|", "\\|") if {"td", "th"} & parent_tags else escaped

    def convert_said(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Return the Markdown of rows that were written before."""
        return str(el["as"])


def _main(html: str, address: str) -> Tag:
    """The part that is told; with rows that are said already, for speed."""
    start, end = html.find("<main"), html.rfind("</main>")
    told = ROWS.sub(partial(_stand_in, address), LARGE.sub("", html[start:end]))
    main = BeautifulSoup(told, "html.parser").main
    if start < 0 or main is None:
        raise Missing
    return main


def _stand_in(address: str, rows: re.Match[str]) -> str:
    """What stands in the place of rows, and bears their Markdown."""
    said = "".join(_said(row, address) for row in ROW.findall(rows[0]))
    return f'<said as="{escape(said)}"></said>'


# Of a thousand rows few are others than a minute ago: the others are said as they were.
@lru_cache(8192)
def _said(row: str, address: str) -> str:
    """A row as Markdown."""
    # Below something else, since the first row of a table is its head.
    below = BeautifulSoup(f"<br>{row}", "html.parser").find_all(["tr", "div"])[0]
    return _written(below, address)


def _written(part: Tag, address: str) -> str:
    _prepare(part, address)
    return _Writer(heading_style=ATX, bullets="-").convert_soup(part)


def _prepare(main: Tag, address: str) -> None:
    for each in main.find_all(_is_unsaid):
        each.decompose()
    for link in main.find_all("a", href=True):
        link["href"] = absolute_address(address, str(link["href"]))
        link.attrs.pop("title", None)
        after = link.find_next_sibling()
        if after is not None and "badge" in after.get_attribute_list("class"):
            after.insert_before(" ")
    for foot in main.find_all("tfoot"):
        foot.unwrap()
    # Timelines number silences too; what staff number has no class.
    for each in main.find_all("ol", class_=True):
        each.name = "ul"
    for each in main.find_all("dl"):
        _listed(each)


def _is_unsaid(each: Tag) -> bool:
    if each.name in UNSAID or each.has_attr("hidden") or each.get("aria-hidden") == "true":
        return True
    return not UNSAID_CLASSES.isdisjoint(each.get_attribute_list("class"))


def _listed(definitions: Tag) -> None:
    """A list of definitions as a plain list: `- **Cause**: a reset cluster`."""
    definitions.name = "ul"
    for row in definitions.find_all("div", recursive=False):
        row.name = "li"
    for term in definitions.find_all("dt"):
        term.name = "b"
        term.append(":")
        term.insert_after(" ")
    for said in definitions.find_all("dd"):
        said.name = "span"


def _escaped(text: str) -> str:
    text = ENTITY.sub("&amp;", text).replace("<", "&lt;")
    return SIGNS.sub(r"\\\g<0>", text)


def _tidy(text: str) -> str:
    """No spaces at the ends of lines, and never more than one empty line."""
    lines: Any = (line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
