"""theme.css: colours as custom properties, then the page's own CSS, fenced in."""

from collections.abc import Mapping
from typing import Final

from publishing.core.colours import Colour
from publishing.core.palette import DEFAULTS, Scheme

# What custom CSS never reaches: what readers must be able to rely on, however a page looks.
BEYOND_REACH: Final = (
    ".state", ".now", ".stamp", ".foot__stamp", ".outage", ".glance", ".promise", ".promises",
    ".silence", ".callout--then", ".notices",
)  # fmt: skip


def sheet_of(
    light: Mapping[str, Colour], dark: Mapping[str, Colour], custom: str, root: str = ":root"
) -> str:
    """Return the style sheet of a theme; it takes effect below what `root` selects."""
    parts = [_properties(light, dark, root), _fenced(custom, root)]
    return "".join(part for part in parts if part) or "/* Candor’s own look */\n"


def _properties(light: Mapping[str, Colour], dark: Mapping[str, Colour], root: str) -> str:
    names = [name for name in DEFAULTS[Scheme.LIGHT] if name in light or name in dark]
    if not names:
        return ""
    lines = [
        f"  --{name}: light-dark({light.get(name, DEFAULTS[Scheme.LIGHT][name])}, "
        f"{dark.get(name, DEFAULTS[Scheme.DARK][name])});\n"
        for name in names
    ]
    return f"@layer theme {{\n {root} {{\n{''.join(lines)} }}\n}}\n"


def _fenced(custom: str, root: str) -> str:
    if not custom:
        return ""
    scope = f"@scope ({root}) to ({', '.join(BEYOND_REACH)})"
    return f"@layer custom {{\n{scope} {{\n{custom}\n}}\n}}\n"
