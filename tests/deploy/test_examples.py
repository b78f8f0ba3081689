"""The examples in deploy/ are whole as they are shipped."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from proof.tools import CADDY, NGINX, SYSTEMD
from tests import services
from tests.deploy.servers import DEPLOY, adapted, write
from tests.house import tree

UNITS = sorted(DEPLOY.glob("*.service"))

MAKE_KEY = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=status.example.com -days 2".split()


def test_nginx_takes_the_example_without_a_warning(tmp_path: Path) -> None:
    program = services.need(NGINX)
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = [*MAKE_KEY, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    text = adapted(
        (DEPLOY / "nginx.conf").read_text(),
        (r"/etc/letsencrypt\S+fullchain.pem", str(certificate)),
        (r"/etc/letsencrypt\S+privkey.pem", str(key)),
    )
    write(tmp_path, text)
    command = [program, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_caddy_takes_the_example_and_would_not_format_it_otherwise() -> None:
    program = services.need(CADDY)
    for command in (["adapt", "--config", "Caddyfile"], ["fmt", "--diff", "Caddyfile"]):
        done = subprocess.run(
            [program, *command], cwd=DEPLOY, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
        assert "WARN" not in done.stderr.upper()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_are_let_do_little(unit: Path) -> None:
    program = services.need(SYSTEMD)
    command = [program, "security", "--offline=yes", "--threshold=25", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_start_what_there_is(unit: Path) -> None:
    text = unit.read_text()
    for command in re.findall(r"manage\.py (\w+)", text):
        assert command in tree.commands() | {"migrate"}
    for command in re.findall(r"celery --app (\w+) (\w+)", text):
        assert command in {("statuspage", "worker"), ("statuspage", "beat")}


def test_what_migrates_before_it_starts_is_not_ended_in_the_middle() -> None:
    before = [unit for unit in UNITS if "ExecStartPre=" in unit.read_text()]
    assert [unit.name for unit in before] == ["candor-web.service"]
    assert all("\nTimeoutStartSec=infinity\n" in unit.read_text() for unit in before)


def test_units_are_given_settings_that_are_read() -> None:
    example = (DEPLOY / "candor.env.example").read_text()
    names = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert names
    assert names <= tree.settings_read()


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """deploy/candor-run with a Python that shows what it was given, as whoever runs the tests."""
    script, python = tmp_path / "candor-run", tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        '#!/bin/sh\nprintf "%s|" "$PWD" "$@" "$EMAIL_URL" "$SITE_URL"\nexit "$PORT"\n'
    )
    text = adapted(
        (DEPLOY / "candor-run").read_text(),
        (r"home=/srv/candor", f"home={tmp_path}"),
        (r"settings=/etc/candor.env", f"settings={tmp_path}/env"),
        (r'"\$\(id -u\)" -eq 0', '"$(id -u)" -lt 0'),
    )
    script.write_text(text)
    script.chmod(0o755)
    python.chmod(0o755)

    def run(*words: str, settings: str | None) -> subprocess.CompletedProcess[str]:
        if settings is not None:
            (tmp_path / "env").write_text(settings)
        return subprocess.run([script, *words], capture_output=True, text=True, check=False)

    return run


def test_a_command_is_run_with_the_settings_of_the_service(
    tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    assert os.access(DEPLOY / "candor-run", os.X_OK)
    lines = (
        '# A comment\n\nEMAIL_URL=smtp://a:b$c&d\'e@host:25\nSITE_URL="https://a.example"\nPORT=3'
    )
    done = run("create_owner", "a b", settings=lines)
    said = ["manage.py", "create_owner", "a b", "smtp://a:b$c&d'e@host:25", "https://a.example"]
    assert done.stdout.split("|") == [str(tmp_path), *said, ""]
    assert done.returncode == 3


@pytest.mark.parametrize(
    "settings", [None, "SITE_URL", "1site=1\n", "PORT=1\nEMAIL_URL=x\nSITE_URL=y"]
)
def test_a_bounce_that_cannot_be_taken_is_brought_again(
    settings: str | None, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    assert run("read_bounce", settings=settings).returncode == os.EX_TEMPFAIL


def test_blanks_around_settings_are_none_of_them_and_comments_may_stand_further_in(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    lines = (
        "  # PORT=4\n\t; PORT=5\n  port = 1\t\n\tPORT= 3 \r\n   \n"
        "EMAIL_URL=  a b # c \t\nSITE_URL = ' https://a.example ' \t"
    )
    done = run("check", settings=lines)
    assert done.stderr == ""
    assert done.stdout.split("|")[3:5] == ["a b # c", " https://a.example "]
    assert done.returncode == 3


# What a file like that of another program may hold.
OTHERS = "home=/nowhere\nsettings=/nowhere\nuser=root\nasked=read_bounce\nlater=0\nline=a\nIFS=37\n"


@pytest.mark.parametrize(("command", "code"), [("check", 37), ("read_bounce", os.EX_TEMPFAIL)])
def test_a_setting_of_any_name_changes_nothing_else(
    tmp_path: Path, command: str, code: int, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = run(command, settings=f"{OTHERS}name=b\nvalue=c\nEMAIL_URL=x\nSITE_URL=y\nPORT=37")
    assert done.stdout.split("|") == [str(tmp_path), "manage.py", command, "x", "y", ""]
    assert done.returncode == code


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("SITE_URL", "is not NAME=value"), ("=a", "is not NAME=value"),
        ("a b=c", "is not NAME=value"), ("export A=c", "is not NAME=value"),
        ("candor_user=root", "is not NAME=value"), ("A='b' c", "goes on after its quotes"),
        ('A="b" "c"', "goes on after its quotes"), ('A="b', "lacks a closing quote"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_setting_is_named_by_its_number(
    tmp_path: Path, line: str, problem: str, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = run("check", settings=f"# A comment\n\nPORT=0\n{line}\n")
    assert done.stderr == f"candor-run: line 4 of {tmp_path}/env {problem}.\n"
    assert done.stdout == ""
