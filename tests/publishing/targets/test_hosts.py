"""Another host by rsync: its own daemon, with a password, as it is reached over the network."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from proof.process import Process
from proof.tools import RSYNC
from proof.waiting import free_port, until
from publishing.published.outgoing import paths_of
from publishing.targets import PushError, rsync, target_for
from tests import services
from tests.publishing.targets.conftest import Published

CONF = """
use chroot = no
uid = {uid}
gid = {gid}
pid file = {folder}/pid
[status]
path = {folder}/www
read only = no
auth users = candor
secrets file = {folder}/secrets
"""


@dataclass(frozen=True)
class Daemon:
    """An rsync that listens on loopback."""

    port: int
    www: Path

    def address(self, password: str = "hush%2Fhush") -> str:
        """Where it is reached."""
        return f"rsync://candor:{password}@127.0.0.1:{self.port}/status/mail"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon with one module and one user."""
    folder, port = tmp_path / "daemon", free_port()
    (folder / "www").mkdir(parents=True)
    (folder / "secrets").touch(mode=0o600)
    (folder / "secrets").write_text("candor:hush/hush\n")
    me = folder.stat()
    (folder / "conf").write_text(CONF.format(folder=folder, uid=me.st_uid, gid=me.st_gid))
    command = [services.need(RSYNC), "--daemon", "--no-detach", "--address=127.0.0.1"]
    command += [f"--port={port}", f"--config={folder}/conf", f"--log-file={folder}/log"]
    with Process(command, log=folder / "out", cwd=folder):
        until((folder / "pid").exists, 10, f"rsync listens ({folder})")
        yield Daemon(port, folder / "www")


def test_files_come_go_and_are_compared_over_the_network(
    daemon: Daemon, published: Published
) -> None:
    target, there = target_for(daemon.address()), daemon.www / "mail"
    target.level(published.folder)
    assert (there / "incidents/aaaaaaaaaaaa/index.html.gz").is_file()
    published.take("incidents/aaaaaaaaaaaa/index.html")
    published.put("index.html", b"another")
    target.push(published.folder, ["", "incidents/aaaaaaaaaaaa/"])
    assert (there / "index.html").read_bytes() == b"another"
    assert not (there / "incidents").exists()
    (there / "stray.html").touch()
    published.put("history/index.html", b"told anew")
    assert paths_of(target.level(published.folder)) == ["history/", "stray.html"]
    assert not (there / "stray.html").exists()
    assert target.level(published.folder) == []


def test_a_wrong_password_is_said_and_not_repeated(daemon: Daemon, published: Published) -> None:
    with pytest.raises(PushError, match="auth failed") as refused:
        target_for(daemon.address("SECRET")).push(published.folder, [""])
    assert "SECRET" not in str(refused.value)
    assert list(daemon.www.iterdir()) == []


def test_a_place_that_cannot_be_read_is_not_taken_for_an_empty_one(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "rsync"
    words = 'rsync: [sender] opendir "/srv/www" failed: Permission denied (13)'
    program.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 23\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _name: str(program))
    with pytest.raises(PushError, match="Permission denied"):
        target_for("rsync:host:/srv/www").push(published.folder, [""])


def test_nobody_there_is_said(published: Published) -> None:
    with pytest.raises(PushError, match="failed to connect"):
        target_for(f"rsync://127.0.0.1:{free_port()}/status").push(published.folder, [""])


def test_an_rsync_that_hangs_is_ended(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "rsync"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _name: str(program))
    monkeypatch.setattr(rsync, "SECONDS", 0.2)
    with pytest.raises(PushError, match="took more than"):
        target_for("rsync:host:/srv/www").push(published.folder, [""])
