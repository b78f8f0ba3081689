"""A setting that cannot be is said before anything runs, and without a secret."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.core.checks.registry import registry
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from statuspage import checks, env

pytestmark = pytest.mark.django_db


def test_addresses_that_can_be_pushed_to_pass(settings: LazySettings) -> None:
    settings.PUBLISH_TO = ["file:///srv/www/{page}", "s3://KEY:SECRET@bucket", "rsync:host:/srv"]
    call_command("check")


def test_an_address_that_cannot_be_is_named_by_its_place(settings: LazySettings) -> None:
    settings.PUBLISH_TO = ["file:///srv/www", "ftp://user:SECRET@host/"]
    with pytest.raises(SystemCheckError, match="PUBLISH_TO, address 2: “ftp:” is none") as refused:
        call_command("check")
    assert "SECRET" not in str(refused.value)


def deploying(settings: LazySettings, url: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `check --deploy` says of a way to mail."""
    settings.MAILERS = {"default": env.mailer(url)}
    call_command("check", deploy=True)
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("keep:", "mails are kept"),
        ("smtp://ann:SECRET@mail.example.com?starttls=no", "EMAIL_URL, address 1: the password"),
        ("smtp://ann:SECRET@mail.example.com", ""),
        ("smtps://ann:SECRET@mail.example.com", ""),
        ("smtp://mail.example.com", ""),
        ("anymail+postmark://SECRET", ""),
    ],
)
def test_ways_to_mail_that_are_not_fit_for_production_are_named(
    settings: LazySettings, capsys: pytest.CaptureFixture[str], url: str, words: str
) -> None:
    said = deploying(settings, url, capsys)
    assert (words in said) if words else ("EMAIL_URL" not in said)
    assert "SECRET" not in said


def test_a_file_of_sqlite_that_others_can_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "candor.sqlite3"
    path.touch(0o600)
    databases = {"default": {"NAME": str(path)}, "elsewhere": {"NAME": "candor"}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES=databases))
    known: set[object] = set(registry.deployment_checks)
    assert checks.files_of_the_record in known
    assert not checks.files_of_the_record()
    path.chmod(0o640)
    (found,) = checks.files_of_the_record()
    assert found.msg == f"{path} can be read by other users of this machine."
    assert f"chmod 600 {path}*" in str(found.hint)
