"""The lock installs the same bytes everywhere, from whichever index one has."""

import re
import tomllib

import pytest

from tests.house import tree

LOCKS = ["requirements.txt", "requirements-dev.txt"]
PROJECT = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())
RUNS_ON: list[str] = PROJECT["project"]["dependencies"]
TOOLS: list[str] = PROJECT["dependency-groups"]["dev"]


def locked(name: str) -> dict[str, str]:
    """Return what a lock file pins: name and version."""
    text = (tree.ROOT / name).read_text()
    return dict(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;\\]+)", text, re.MULTILINE))


def bare(requirement: str) -> str:
    """Return the name of a requirement, as a lock file spells it."""
    return re.split(r"[\[>=<;~! ]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("name", LOCKS)
def test_every_version_is_pinned_with_hashes(name: str) -> None:
    text = (tree.ROOT / name).read_text().replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_an_index(name: str) -> None:
    text = (tree.ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*--(index|extra-index|find-links)", text, re.MULTILINE)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    assert {bare(requirement) for requirement in RUNS_ON} <= locked("requirements.txt").keys()
    assert {bare(name) for name in RUNS_ON + TOOLS} <= locked("requirements-dev.txt").keys()


def test_the_tests_run_on_the_versions_that_are_shipped() -> None:
    assert locked("requirements.txt").items() <= locked("requirements-dev.txt").items()


@pytest.mark.parametrize("requirement", RUNS_ON + TOOLS)
def test_every_dependency_has_a_lower_bound(requirement: str) -> None:
    assert ">=" in requirement
