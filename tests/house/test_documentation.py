"""A change is code, test and docs: what is not written down does not pass."""

import json
import re
from pathlib import Path

import pytest

from api.urls import api
from tests.house import tree

DOCS = tree.ROOT / "docs"


@pytest.mark.parametrize("name", sorted(tree.settings_read()))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in (DOCS / "settings.md").read_text()


def test_only_settings_that_are_read_are_documented() -> None:
    text = (DOCS / "settings.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))
    assert documented == tree.settings_read()


def test_the_environment_is_read_in_one_place() -> None:
    readers = [
        path.relative_to(tree.ROOT).as_posix()
        for path in tree.modules()
        if re.search(r"os\.(environ\b(?!\.setdefault)|getenv)", path.read_text())
    ]
    assert readers == ["statuspage/env.py"]


@pytest.mark.parametrize("name", sorted(tree.commands()))
def test_every_command_is_documented(name: str) -> None:
    assert f"manage.py {name}" in (DOCS / "commands.md").read_text()


def test_every_operation_of_the_api_is_documented() -> None:
    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    operations = {
        operation["operationId"] for path in schema["paths"].values() for operation in path.values()
    }
    text = (DOCS / "api.md").read_text()
    assert [name for name in sorted(operations) if f"`{name}`" not in text] == []


def test_the_readme_fits_on_two_screens_and_shows_a_picture() -> None:
    text = (tree.ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 80
    assert "docs/screenshot.png" in text
    assert (DOCS / "screenshot.png").stat().st_size > 10_000


@pytest.mark.parametrize("path", [p for p in tree.committed() if p.suffix == ".md"], ids=str)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []
