"""The files of the product, as the tests of the house read them."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from proof.tools import GIT, root

ROOT = root()
FLOORS = (
    "statuspage",
    "console",
    "api",
    "publishing",
    "credits",
    "customers",
    "notifications",
    "incidents",
    "people",
)


def committed() -> list[Path]:
    """Return every file that is part of the project, untracked ones that are not ignored too."""
    if not (ROOT / ".git").exists() or not GIT.path:
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    command = [GIT.path, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = (ROOT / name for name in names.split("\0") if name)
    return [path for path in paths if path.is_file()]


def modules(*folders: str) -> Iterator[Path]:
    """Return the Python files of the floors, or of `folders`."""
    for folder in folders or FLOORS:
        yield from sorted((ROOT / folder).rglob("*.py"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Return each function of a file with the lines of its body: no signature, no docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            first = body[0].lineno if body else node.lineno
            yield node.name, (node.end_lineno or first) - first + 1


def lines_of_code(path: Path) -> int:
    """Return the number of lines that are neither blank nor a comment."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return sum(1 for line in lines if line and not line.startswith("#"))


def settings_read() -> set[str]:
    """Return the names that the product reads from the environment."""
    calls = re.compile(r"\benv\.\w+\(\s*\"([A-Z_]+)\"")
    return {name for path in modules() for name in calls.findall(path.read_text())}


def commands() -> set[str]:
    """Return the names of the product's management commands."""
    folders = (ROOT / floor / "management" / "commands" for floor in FLOORS)
    return {path.stem for folder in folders for path in folder.glob("[a-z]*.py")}


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment without what a setting of the product could change."""
    names = {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"}
    return {key: value for key, value in os.environ.items() if key not in names} | changes
