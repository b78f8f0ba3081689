"""What may stand in custom CSS: lists of what is allowed, since nobody can list what is not."""

import re
from typing import Final

CONDITIONS: Final = frozenset({"media", "supports", "container"})

_SIDES: Final = (
    "top right bottom left block block-start block-end inline inline-start inline-end"
).split()
_CORNERS: Final = (
    "top-left top-right bottom-right bottom-left start-start start-end end-start end-end"
).split()

_TYPE: Final = """
    color font-family font-size font-style font-weight font-stretch font-variant
    font-variant-caps font-variant-numeric font-feature-settings font-kerning
    font-optical-sizing font-variation-settings
    line-height letter-spacing text-align text-transform text-wrap hyphens
    text-decoration text-decoration-line text-decoration-color text-decoration-style
    text-underline-offset list-style-type content quotes
"""
_SURFACE: Final = """
    background background-color background-image background-position background-repeat
    background-size background-clip background-origin
    border border-color border-style border-width border-radius box-shadow
    accent-color caret-color cursor
"""
_SPACE: Final = """
    margin padding gap row-gap column-gap
    inline-size width max-inline-size max-width min-inline-size min-width
    min-block-size min-height
    display align-items align-content align-self justify-items justify-content justify-self
    place-items place-content flex flex-wrap flex-grow flex-shrink flex-basis
    grid-template-columns grid-auto-flow vertical-align
    transition transition-property transition-duration transition-timing-function
"""
PROPERTIES: Final = frozenset(
    [
        *(_TYPE + _SURFACE + _SPACE).split(),
        *(f"{name}-{side}" for name in ("margin", "padding", "border") for side in _SIDES),
        *(f"border-{side}-{part}" for side in _SIDES for part in ("color", "style", "width")),
        *(f"border-{corner}-radius" for corner in _CORNERS),
    ]
)
# Of these only such words: none of them hides an element, or strikes its words out.
_LINES: Final = frozenset({"none", "underline", "overline", "inherit"})
_STYLES: Final = frozenset({"solid", "dotted", "dashed", "wavy", "double", "inherit"})
KEYWORDS: Final = {
    "display": frozenset(
        {"block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid",
         "flow-root", "list-item"}
    ),
    "text-decoration": _LINES | _STYLES,
    "text-decoration-line": _LINES,
    "text-decoration-style": _STYLES,
    "cursor": frozenset({"auto", "default", "pointer", "text", "help"}),
    "background-clip": frozenset({"border-box", "padding-box", "content-box"}),
}  # fmt: skip
UNSIGNED: Final = frozenset(name for name in PROPERTIES if name.startswith(("margin", "padding")))
# Sizes that count from the parent's are not among them: nested often enough, they reach nothing.
SMALLEST_TYPE: Final = {"px": 10, "rem": 0.65}
NAMED_SIZES: Final = frozenset({"small", "medium", "large", "x-large", "xx-large", "inherit"})
FARTHEST_SHADOW: Final = {"px": 48, "rem": 3, "em": 3}
LENGTHS: Final = frozenset({"number", "dimension", "percentage"})

MATHS: Final = frozenset({"calc", "min", "max", "clamp"})
FUNCTIONS: Final = frozenset(
    """
    var calc min max clamp
    rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark
    linear-gradient radial-gradient conic-gradient
    repeating-linear-gradient repeating-radial-gradient repeating-conic-gradient
    minmax repeat fit-content cubic-bezier steps counter
    """.split()
)
IMAGE: Final = re.compile(r"data:image/(?:png|webp|gif);base64,[A-Za-z0-9+/]+={0,2}", re.ASCII)

_WORDS: Final = {"ident", "whitespace", "number", "dimension", "percentage", "function", "literal"}
TOKENS: Final = {
    "value": _WORDS | {"hash", "string", "url", "() block"},
    "selector": _WORDS | {"hash", "string", "[] block"},
    "condition": _WORDS | {"() block"},
}
LITERALS: Final = {
    "value": frozenset(",/+-*"),
    "selector": frozenset({*".:,>+~*&=-", "|=", "^=", "$=", "*=", "~=", "|"}),
    "condition": frozenset(":,<>=/+-*"),
}
