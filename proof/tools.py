"""What a proof needs beside Python: is it here, and how does one get it otherwise."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

POSTGRES_URL = os.environ.get("CHECK_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/candor")


@dataclass(frozen=True, slots=True)
class Tool:
    """A program of the operating system, under the names that systems give it."""

    name: str
    names: tuple[str, ...]
    install: str

    @property
    def path(self) -> str:
        """Where the program lies, or ""."""
        places = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"
        return next((path for name in self.names if (path := shutil.which(name, path=places))), "")

    def __str__(self) -> str:
        return self.install


REDIS = Tool("Redis", ("redis-server", "valkey-server"), "install redis-server")
NGINX = Tool("nginx", ("nginx",), "install nginx (Debian: nginx-light)")
WRK = Tool("wrk", ("wrk",), "install wrk")
SMTP_SINK = Tool("smtp-sink", ("smtp-sink",), "install postfix")
SMTP_SOURCE = Tool("smtp-source", ("smtp-source",), "install postfix")
CHROMIUM = Tool("Chromium", ("chromium", "chromium-browser", "google-chrome"), "install chromium")
CADDY = Tool("Caddy", ("caddy",), "install caddy")
RSYNC = Tool("rsync", ("rsync",), "install rsync")
NODE = Tool("Node.js", ("node", "nodejs"), "install nodejs")
NPM = Tool("npm", ("npm",), "install npm")
SYSTEMD = Tool("systemd-analyze", ("systemd-analyze",), "install systemd")
FAKETIME = Tool("faketime", ("faketime",), "install faketime")
GIT = Tool("git", ("git",), "install git")
MAKE = Tool("make", ("make", "gmake"), "install make")
POSTGRES_HINT = (
    "install postgresql and let it answer at CHECK_DATABASE_URL"
    " (default: postgres on 127.0.0.1:5432 without a password)"
)


def in_ci() -> bool:
    """Whether a missing tool is a failure rather than something left unproven."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def postgres_answers(url: str = POSTGRES_URL) -> bool:
    """Whether the server of `url` lets us in; the database itself need not exist."""
    try:
        psycopg.connect(maintenance_url(url), connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def maintenance_url(url: str) -> str:
    """Return the same server's database `postgres`, from which others are made and dropped."""
    return urlsplit(url)._replace(scheme="postgresql", path="/postgres").geturl()


def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent
