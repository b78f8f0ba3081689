"""The Makefile finds a Python that runs, and says so when there is none."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from proof.tools import MAKE
from tests import services
from tests.house import tree

NAMES = ("python3.13", "python3.14", "python3.12", "python3")
TARGETS = ("demo", "test", "check", "bench", "proof", "lock")


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in a fresh folder that holds nothing but the Makefile and two empty locks."""
    program = services.need(MAKE)
    shutil.copy(tree.ROOT / "Makefile", folder)
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (folder / lock).touch()
    path = f"{folder}:/usr/bin:/bin"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=environment | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def shim(folder: Path, name: str, line: str) -> None:
    """Put a program into the folder."""
    (folder / name).write_text(f"#!/bin/sh\n{line}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_can_be_made(target: str, tmp_path: Path) -> None:
    shim(tmp_path, "python3.13", f'exec {sys.executable} "$@"')
    done = make(tmp_path, "-n", target)
    assert done.returncode == 0, done.stderr
    assert "python3.13 -m venv .venv" in done.stdout


def test_a_python_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    shim(tmp_path, "python3.13", "echo no such version >&2; exit 127")
    shim(tmp_path, "python3.14", "exit 1")
    shim(tmp_path, "python3.12", f'exec {sys.executable} "$@"')
    assert "python3.12 -m venv .venv" in make(tmp_path, "-n", "demo").stdout


def test_without_any_python_it_says_what_to_install(tmp_path: Path) -> None:
    for name in NAMES:
        shim(tmp_path, name, "exit 1")
    done = make(tmp_path, "demo")
    assert done.returncode != 0
    assert "needs Python 3.12" in done.stderr
    assert "apt install python3 python3-venv" in done.stderr


def test_an_old_make_understands_the_makefile() -> None:
    newer_than_381 = re.compile(r"!=|::=|^\.ONESHELL|\$\(file|&:|^undefine|\$\(let", re.MULTILINE)
    assert not newer_than_381.search((tree.ROOT / "Makefile").read_text())
