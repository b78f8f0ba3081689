"""What the tree may hold, and how long its parts may be."""

import re

import pytest

from tests.house import tree

# Put together here, so that the words themselves stand in no file.
ELSEWHERE = [
    "".join(parts)
    for parts in [
        ("pypi", ".", "org"),
        ("files.", "pythonhosted"),
        ("registry.", "npm", "js"),
        ("deb.", "debian", ".org"),
        ("proxy.", "golang"),
        ("/work", "/main"),
        ("/work", "/shared"),
        ("/root", "/."),
        (".py", "env/versions"),
    ]
]
TEXT = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".json", ".yml", ".po", ""}
TEXTS = [path for path in tree.committed() if path.suffix in TEXT]


@pytest.mark.parametrize("word", ELSEWHERE)
def test_no_file_names_a_package_registry_or_a_machine(word: str) -> None:
    holders = [str(path) for path in TEXTS if word in path.read_text(errors="replace")]
    assert holders == []


def test_functions_fit_in_a_glance() -> None:
    long = [
        f"{path.relative_to(tree.ROOT)}: {name} has {lines} lines"
        for path in tree.modules(*tree.FLOORS, "proof", "bench")
        if "migrations" not in path.parts
        for name, lines in tree.functions(path)
        if lines > 40
    ]
    assert long == []


def test_files_stay_short() -> None:
    long = [
        f"{path.relative_to(tree.ROOT)}: {lines} lines"
        for path in tree.modules(*tree.FLOORS, "proof", "bench")
        if "migrations" not in path.parts and (lines := tree.lines_of_code(path)) > 300
    ]
    assert long == []


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path.relative_to(tree.ROOT)}:{number}"
        for path in tree.modules()
        if "migrations" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.match(r"\s{8,}(from [\w.]+ )?import \w", line)
    ]
    assert hidden == []


def test_pages_carry_no_inline_script_or_style() -> None:
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)(?![^>]*json)", re.IGNORECASE
    )
    guilty = [
        str(path.relative_to(tree.ROOT))
        for path in (tree.ROOT / "templates").rglob("*.html")
        if "notifications" not in path.parts and inline.search(path.read_text())
    ]
    assert guilty == []
