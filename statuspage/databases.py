"""DATABASE_URL, and the settings that Django makes of it."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from django.core.exceptions import ImproperlyConfigured

from statuspage.addresses import taken_apart


def database(url: str, folder: Path) -> dict[str, Any]:
    """Return Django's settings for a database URL (postgres:// or sqlite:////path).

    SQLite runs in WAL mode with IMMEDIATE transactions, so that readers never wait for the writer
    and two writers queue instead of failing.
    """
    if not url:
        return _sqlite(str(folder / "candor.sqlite3"))
    parts = taken_apart("DATABASE_URL", url)
    if parts.scheme == "sqlite":
        return _sqlite(_file(parts))
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgres(parts)
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgres://.")


def _file(parts: SplitResult) -> str:
    if parts.path == "/:memory:":
        return ":memory:"
    name = unquote(parts.path).lstrip("/")
    # Relative to what? Whoever writes sqlite:candor.db means some folder, and not the root.
    if parts.netloc or not parts.path.startswith("/") or not name:
        raise ImproperlyConfigured(
            "DATABASE_URL must name a file from the root, like sqlite:////srv/candor/candor.sqlite3."
        )
    return f"/{name}"


def _sqlite(name: str) -> dict[str, Any]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
    return {"ENGINE": "statuspage.sqlite", "NAME": name, "OPTIONS": options}


def _postgres(parts: SplitResult) -> dict[str, Any]:
    name, options = unquote(parts.path.removeprefix("/")), dict(parse_qsl(parts.query))
    # Without a name libpq would take the user's; a service of pg_service.conf has one of its own.
    if not name and "service" not in options:
        raise ImproperlyConfigured(
            "DATABASE_URL must name a database, like postgres://user:password@host:5432/candor."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5} | options,
    }
