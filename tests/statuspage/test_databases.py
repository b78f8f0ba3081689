"""DATABASE_URL: SQLite in a file that is named from the root, or PostgreSQL."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from statuspage.databases import database


def test_without_an_address_the_database_is_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    settings = database("", tmp_path)
    assert settings["ENGINE"] == "statuspage.sqlite"
    assert Path(settings["NAME"]) == tmp_path / "candor.sqlite3"
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in settings["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    "url", ["sqlite:///srv/my%20data/x.sqlite3", "sqlite:////srv/my data/x.sqlite3"]
)
def test_a_file_is_named_from_the_root(url: str, tmp_path: Path) -> None:
    assert database(url, tmp_path)["NAME"] == "/srv/my data/x.sqlite3"


def test_sqlite_can_live_in_memory(tmp_path: Path) -> None:
    assert database("sqlite:///:memory:", tmp_path)["NAME"] == ":memory:"


def test_an_address_of_postgres_is_taken_apart(tmp_path: Path) -> None:
    url = "postgres://ann:p%40ss@db.example.com:5433/candor?sslmode=require"
    settings = database(url, tmp_path)
    named = {name: settings[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert named == {
        "NAME": "candor", "USER": "ann", "PASSWORD": "p@ss", "HOST": "db.example.com", "PORT": "5433",
    }  # fmt: skip
    assert settings["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize("url", ["postgres://", "postgres://ann@db.example.com/"])
def test_a_database_without_a_name_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must name a database"):
        database(url, tmp_path)


def test_a_service_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert database("postgres://?service=candor", tmp_path)["OPTIONS"]["service"] == "candor"


def test_other_databases_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must begin with"):
        database("mysql://localhost/candor", tmp_path)


@pytest.mark.parametrize(
    "url", ["sqlite:relative.db", "sqlite://relative.db", "sqlite://host/x.db", "sqlite:///"]
)
def test_a_file_without_a_folder_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must name a file from the root"):
        database(url, tmp_path)


def test_a_port_that_is_no_number_is_said_of_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL is no address"):
        database("postgres://host:port/name", tmp_path)
