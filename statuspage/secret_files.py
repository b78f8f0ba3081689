"""Settings that are kept in files, and the secrets among them that are made once."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def contents(name: str, path: Path) -> str:
    """Return what the file of setting NAME holds; ImproperlyConfigured for one without text."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: cannot read {path} ({error.strerror}).") from error
    except UnicodeDecodeError:
        # The decoder's own words hold what it could not read.
        raise ImproperlyConfigured(f"{name}: {path} holds no text in UTF-8.") from None


def given(name: str, path: Path) -> str:
    """Return the secret in a file that the operator named, which is not empty."""
    return _filled(name, path, "Put the secret back into it, from the backup.")


def kept(name: str, path: Path) -> str:
    """Return the secret that is kept in a file of mode 600; made where there is no such file."""
    if not path.exists():
        _make(path)
    return _filled(
        name,
        path,
        "Restore it from the backup; or remove it: a new one is made then, and what was sealed or "
        "signed with the old one stays unreadable.",
    )


def _filled(name: str, path: Path, way_out: str) -> str:
    """An empty file is what a crash or half a backup leaves; as a key, everybody would know it."""
    found = contents(name, path)
    if not found.strip("\0"):
        raise ImproperlyConfigured(f"{name}: {path} is empty. {way_out}")
    return found


def _make(path: Path) -> None:
    """Keep a new secret; it appears whole or not at all, and the first process's counts."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600, exist_ok=False)
    with draft.open("w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        # A name on the disk whose contents are not there yet would be an empty file after a crash.
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
