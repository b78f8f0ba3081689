"""The style sheet and the script: small, whole, and each a single request."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders

from publishing import assets
from publishing.headers import type_of

CSS = sorted((Path(str(finders.find("candor/css")))).glob("**/*.css"))
JS = sorted((Path(str(finders.find("candor/js")))).glob("*.js"))
SIDES = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)|left|right|top|bottom"
    r"|width|height|(?:min|max)-(?:width|height)|float)\s*:|text-align\s*:\s*(?:left|right)"
)


def test_our_own_script_stays_small() -> None:
    assert sum(len(path.read_text().splitlines()) for path in JS) < 330


def test_modules_name_what_they_need_and_are_served_as_one_that_needs_nothing() -> None:
    served = assets.named("site.js").body.decode()
    assert not re.search(r"^\s*(import|export)\b", served, re.MULTILINE)
    needed = re.findall(
        r"^import \{ (.+) \} from", "\n".join(p.read_text() for p in JS), re.MULTILINE
    )
    for name in {name.strip() for names in needed for name in names.split(",")}:
        assert f"function {name}(" in served


def test_every_source_of_the_style_sheet_says_in_which_layer_it_stands() -> None:
    sources = {path.name: path.read_text() for path in CSS if "console" not in path.name}
    bare = {name: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for name, text in sources.items()}
    loose = [name for name, text in bare.items() if not text.strip().startswith("@layer ")]
    assert loose == []
    assert assets.named("site.css").body.startswith(b"/* The order of precedence")


def test_the_look_knows_no_left_and_right_so_that_it_can_be_mirrored() -> None:
    sided = [
        f"{path.name}: {found[0]}"
        for path in CSS
        if "console" not in path.name
        for found in SIDES.finditer(re.sub(r"@media[^{]*", "", path.read_text()))
    ]
    assert sided == []


def test_every_asset_is_served_here_as_what_it_is_where_only_its_name_is_known() -> None:
    names = [*assets.BY_CONTENT, "script.js", "push-worker.js", "favicon.svg"]
    for asset in map(assets.named, names):
        assert asset.content_type == type_of(asset.file_name)
