"""The ready database that tests copy is the one that the migrations of this checkout make."""

import shutil
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests import ready
from tests.house.tree import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what decides."""
    for path in {*ready.deciding(ROOT), *(ROOT / name for name in ready.BESIDE)}:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return tmp_path


def test_two_checkouts_of_one_state_share_what_is_ready(checkout: Path) -> None:
    assert ready.digest(checkout) == ready.digest(ROOT)


@pytest.mark.parametrize(
    "name",
    [
        "incidents/migrations/0003_append_only.py",
        "incidents/append_only.py",  # an operation
        "incidents/models/fields.py",  # a field
        "incidents/core/ids.py",  # what that field leans on
        "statuspage/settings.py",
    ],
)
def test_a_change_of_what_decides_asks_for_another(checkout: Path, name: str) -> None:
    before = ready.digest(checkout)
    with (checkout / name).open("a") as file:
        file.write("# changed\n")
    assert ready.digest(checkout) != before


def test_a_further_migration_asks_for_another(checkout: Path) -> None:
    before = ready.digest(checkout)
    (checkout / "people" / "migrations" / "9999_later.py").write_text("")
    assert ready.digest(checkout) != before


@pytest.mark.django_db
def test_nothing_is_left_to_migrate_in_a_copy() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
