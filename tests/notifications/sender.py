"""A sender in a process of its own, to be killed: python -m tests.notifications.sender LANE AT."""

import os
import subprocess
import sys
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def start(lane: str, at: datetime, email_url: str) -> "subprocess.Popen[bytes]":
    """Starts one on the database of this test."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "DATABASE_URL": _database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "ENCRYPTION_KEY": settings.ENCRYPTION_KEY,
        "SENDER_JOURNAL": str(settings.SENDER_JOURNAL),
    }
    command = [sys.executable, "-m", "tests.notifications.sender", lane, at.isoformat()]
    return subprocess.Popen([*command, email_url], env=environment, cwd=ROOT)


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = f"{database['USER']}:{database['PASSWORD']}".rstrip(":")
    return f"postgres://{login}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def _main(lane: str, at: str, email_url: str) -> None:
    django.setup()
    from notifications.senders import sending  # noqa: PLC0415 -- models need a set-up Django
    from statuspage import env  # noqa: PLC0415

    # The tests' settings follow neither variable, so that nothing leaves by accident.
    settings.MAILERS = {"default": env.mailer(email_url)}
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    sending.drain(lane, datetime.fromisoformat(at))


if __name__ == "__main__":
    _main(*sys.argv[1:])
