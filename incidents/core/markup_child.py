"""The kept helper process of `markup`: reads Markdown frames, answers HTML frames.

It runs as a plain script and knows nothing of Django, so that it starts fast. It ends when its
input does, so it never outlives the process that started it, however that one died.
"""

import sys
from typing import BinaryIO

import markdown
import nh3
from markdown.inlinepatterns import HtmlInlineProcessor

TAGS = {
    *("p", "br", "hr", "strong", "em", "b", "i", "del", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}

# Statuspage's texts hold these as HTML; any other "<word>" is shown as it was typed.
INLINE_HTML = r"(</?(?:b|strong|i|em|br|code|a)(?:\s[^<>]*)?/?>)"

READY, FINE, FAILED = b"R", b"F", b"X"


def main() -> None:
    parser = build()
    send(sys.stdout.buffer, READY, "")
    while (text := receive(sys.stdin.buffer)) is not None:
        send(sys.stdout.buffer, *answer(parser, text))


def build() -> markdown.Markdown:
    parser = markdown.Markdown(
        extensions=["tables", "fenced_code", "sane_lists", "nl2br"], output_format="html"
    )
    parser.preprocessors.deregister("html_block")
    parser.inlinePatterns.deregister("image_link")
    parser.inlinePatterns.deregister("image_reference")
    parser.inlinePatterns.deregister("html")
    parser.inlinePatterns.register(HtmlInlineProcessor(INLINE_HTML, parser), "html", 90)
    return parser


def answer(parser: markdown.Markdown, text: str) -> tuple[bytes, str]:
    try:
        return FINE, clean(lower_headings(parser.reset().convert(text)))
    except Exception:  # noqa: BLE001 - whatever the parser stumbles over, the text is at fault
        return FAILED, ""


def lower_headings(html: str) -> str:
    """A heading inside an update ranks below the headings of the page around it."""
    for rank in (4, 3, 2, 1):
        lower = min(rank + 2, 6)
        html = html.replace(f"<h{rank}>", f"<h{lower}>").replace(f"</h{rank}>", f"</h{lower}>")
    return html


def clean(html: str) -> str:
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener"
    )


def receive(stream: BinaryIO) -> str | None:
    size = stream.read(4)
    if len(size) < 4:
        return None
    return stream.read(int.from_bytes(size)).decode()


def send(stream: BinaryIO, verdict: bytes, html: str) -> None:
    body = html.encode()
    stream.write(verdict + len(body).to_bytes(4) + body)
    stream.flush()


if __name__ == "__main__":
    main()
