"""The Markdown twin of an HTML page: its own `<main>`, by the same rules for every page."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from html import escape
from typing import Any, Final

from bs4 import BeautifulSoup, Tag
from django.utils.translation import gettext as _
from markdownify import ATX, MarkdownConverter

from incidents.core import clocks
from incidents.core.links import absolute_address
from incidents.models import Page
from publishing.artefact import MARKDOWN, Artefact, Missing
from publishing.core.paths import twin_of
from publishing.words.tongues import here

# Ways around the page, and what only a browser can use.
UNSAID: Final = {"script", "form", "nav", "button"}
UNSAID_CLASSES: Final = {"crumb", "unseen", "section__more", "no-print"}
SIGNS: Final = re.compile(r"[\\`*_\[\]]")
# Of what is not said, what large pages have much of: it is cut out before anything is read.
LARGE: Final = re.compile(
    r'<svg\b.*?</svg>|<details class="folded no-print">.*?</details>', re.DOTALL
)
# Rows of tables and of the history, and components that are well, each on a line: large pages
# have many.
ROW: Final = re.compile(
    r'<tr>\s*<th scope="row">(?s:.*?)</tr>'
    r'|<li class="row">(?s:(?:(?!<li).)*?)</li>'
    r'|^<div class="part"><div class="part__head">.*</div></div>$',
    re.MULTILINE,
)
# The figures in such rows: many are alike, and most of a row is made of them.
FIGURE: Final = re.compile(r'<td class="num"(?s:.*?)</td>')
BETWEEN: Final = re.compile(r'"></said>\s*<said as="')
ENTITY: Final = re.compile(r"&(?=#?\w+;)")


def twin(page: Page, html: Artefact) -> Artefact:
    """Write a page as Markdown: times as text, levels as words, links whole."""
    address = page.url(html.path)
    main = _main(html.body.decode(), address)
    _prepare(main, address)
    text = _tidy(WRITER.convert_soup(main).strip())
    stamp = clocks.moment(html.at, page.zone)
    head = f"[{_escaped(page.name)}]({page.url(here(page))})"
    foot = _("As of %(time)s: %(address)s") % {"time": stamp, "address": f"<{address}>"}
    body = f"{head}\n\n{text}\n\n---\n\n{foot}\n"
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


WRITER: Final = _Writer(heading_style=ATX, bullets="-")


def _main(html: str, address: str) -> Tag:
    """The part that is told; with rows that are said already, for speed."""
    start, end = html.find("<main"), html.rfind("</main>")
    told = _replaced(ROW, LARGE.sub("", html[start:end]), partial(_rows, address))
    main = BeautifulSoup(told, "html.parser").main
    if start < 0 or main is None:
        raise Missing
    return main


def _replaced(part: re.Pattern[str], html: str, say: Callable[[list[str]], list[str]]) -> str:
    """HTML in which something said stands in for each such part, and once for several in a row."""
    parts = list(dict.fromkeys(part.findall(html)))
    said = dict(zip(parts, say(parts), strict=True))
    return BETWEEN.sub("", part.sub(lambda found: said[found[0]], html))


def _rows(address: str, rows: list[str]) -> list[str]:
    """What stands in for each row; those that are new are read together, since each start costs."""
    kept = {row: _kept(row, address) for row in rows}
    new = [row for row, place in kept.items() if not place]
    lean = _replaced(FIGURE, "".join(new), lambda cells: _said("".join(cells), address))
    for row, said in zip(new, _said(lean, address), strict=True):
        kept[row].append(said)
    return [place[0] for place in kept.values()]


# Of a thousand rows few are others than a minute ago: the others are said as they were.
@lru_cache(8192)
def _kept(_row: str, _address: str) -> list[str]:
    """The place of what stands in for a row; it is empty while the row is new."""
    return []


def _said(html: str, address: str) -> list[str]:
    """What stands in for each of these elements, and bears its Markdown."""
    if not html:
        return []
    # Below something else, since the first row of a table is its head.
    below = BeautifulSoup(f"<br>{html}", "html.parser")
    _prepare(below, address)
    _first, *parts = below.find_all(recursive=False)
    return [f'<said as="{escape(WRITER.convert_soup(part))}"></said>' for part in parts]


def _prepare(main: Tag, address: str) -> None:
    for each in [each for each in main.find_all() if _is_unsaid(each)]:
        each.decompose()
    for link in main.find_all("a"):
        if link.has_attr("href"):
            _lead(link, address)
    for foot in main.find_all("tfoot"):
        foot.unwrap()
    # Timelines number silences too; what staff number has no class.
    for each in main.find_all("ol", class_=True):
        each.name = "ul"
    for each in main.find_all("dl"):
        _listed(each)
    for each in main.find_all("span"):
        _part_from_next(each)


def _lead(link: Tag, address: str) -> None:
    link["href"] = absolute_address(address, str(link["href"]))
    link.attrs.pop("title", None)
    after = link.find_next_sibling()
    if after is not None and "badge" in after.get_attribute_list("class"):
        after.insert_before(" ")


def _part_from_next(each: Tag) -> None:
    """What only the style sheet keeps apart is parted by a space."""
    after = each.next_sibling
    if isinstance(after, Tag) and after.name == "span":
        each.insert_after(" ")


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
