"""Secrets in files: made once, whole, kept to their owner, and never an empty one."""

import os
import stat
import threading
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from statuspage import env, secret_files


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment to set."""
    for name in ("NAME", "NAME_FILE"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_a_secret_that_is_not_given_is_made_once_and_kept_to_its_owner(
    given: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = env.kept_secret("NAME", tmp_path)
    path = tmp_path / "name"
    assert len(made) >= 48
    assert env.kept_secret("NAME", tmp_path) == made == path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["name"]


def test_a_given_secret_wins_and_leaves_no_file(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given.setenv("NAME", "given")
    assert env.kept_secret("NAME", tmp_path) == "given"
    assert not list(tmp_path.iterdir())


def test_processes_that_start_together_agree_on_one_secret(
    given: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[str] = []
    barrier = threading.Barrier(8)

    def start() -> None:
        barrier.wait(10)
        made.append(env.kept_secret("NAME", tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(made) == 8
    assert len(set(made)) == 1
    assert made[0]


@pytest.mark.parametrize("blank", [b"", b" \n", b"\0\0\0\n"])
def test_a_kept_secret_that_became_empty_is_no_key(
    given: pytest.MonkeyPatch, tmp_path: Path, blank: bytes
) -> None:
    (tmp_path / "name").write_bytes(blank)
    with pytest.raises(ImproperlyConfigured, match=r"NAME: .*/name is empty. Restore it from"):
        env.kept_secret("NAME", tmp_path)
    assert (tmp_path / "name").read_bytes() == blank


def test_a_secret_file_that_is_named_and_empty_is_no_key(
    given: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mounted").touch()
    given.setenv("NAME_FILE", str(tmp_path / "mounted"))
    with pytest.raises(ImproperlyConfigured, match=r"NAME: .*/mounted is empty"):
        env.kept_secret("NAME", tmp_path / "data")


def test_a_file_that_is_no_text_is_named_and_not_printed(tmp_path: Path) -> None:
    (tmp_path / "name").write_bytes(b"\xf7hush")
    with pytest.raises(ImproperlyConfigured, match=r"NAME: .*/name holds no text") as refused:
        secret_files.contents("NAME", tmp_path / "name")
    assert refused.value.__suppress_context__
    assert "hush" not in str(refused.value)


def test_a_secret_is_on_the_disk_before_it_has_its_name(
    given: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named: list[bool] = []
    sync = os.fsync

    def look(file: int) -> None:
        assert os.fstat(file).st_size >= 48
        named.append((tmp_path / "name").exists())
        sync(file)

    given.setattr(os, "fsync", look)
    env.kept_secret("NAME", tmp_path)
    assert named == [False]
