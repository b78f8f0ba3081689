"""One wheel holds all that runs: packages, templates, static files and locales."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house import tree

SHOW = """
import django
django.setup()
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
print(settings.ASSETS_DIR)
for name in {templates!r}: get_template(name)
for name in {static!r}: assert finders.find(name), name
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def below(folder: str) -> list[str]:
    """Return the committed files below a folder, relative to it."""
    base = tree.ROOT / folder
    return [p.relative_to(base).as_posix() for p in tree.committed() if base in p.parents]


def test_the_distribution_has_the_name_under_which_it_is_found(wheel: zipfile.ZipFile) -> None:
    assert Path(wheel.filename or "").name.startswith("candor_status-")


@pytest.mark.parametrize("folder", ["templates", "static", "locale"])
def test_what_stands_beside_the_packages_travels_along(wheel: zipfile.ZipFile, folder: str) -> None:
    names = set(wheel.namelist())
    assert below(folder)
    assert [n for n in below(folder) if f"statuspage/_assets/{folder}/{n}" not in names] == []


def test_every_module_travels_and_no_test_does(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    modules = {f"{floor}/{name}" for floor in tree.FLOORS for name in below(floor)}
    assert modules <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == set(tree.FLOORS)


def test_an_installed_wheel_finds_its_templates_and_static_files(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    wheel.extractall(tmp_path / "site")
    templates = [name for name in below("templates") if name.endswith(".html")][:5]
    script = SHOW.format(templates=templates, static=below("static")[:5])
    shown = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=tree.environment(
            PYTHONPATH=str(tmp_path / "site"),
            DJANGO_SETTINGS_MODULE="statuspage.settings",
            DATA_DIR=str(tmp_path / "data"),
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.strip() == str(tmp_path / "site" / "statuspage" / "_assets")
