"""Where published pages are pushed to: each file in this folder is one kind, found by being here.

The scheme of an address is the name of the file: `s3://bucket` is pushed by s3.py.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final, Protocol
from urllib.parse import SplitResult, urlsplit

# In an address, the slug of a page. Without it only the front page goes there.
PAGE: Final = "{page}"


class Target(Protocol):
    """What a file in this folder offers as `TARGET`, made from an address.

    Making one raises ValueError for an address that cannot be; pushing raises PushError, and
    NotOursError before anything was done.
    """

    name: str
    """How people know it: the address without names, passwords and keys."""

    def push(self, folder: Path, paths: Sequence[str]) -> None:
        """Bring over what stands at these paths of `folder`, and remove what stands no more."""

    def level(self, folder: Path) -> list[str]:
        """Make the target equal to `folder` by comparing; one that is not there is empty.

        Returns the names of the files that became others, or are gone.
        """


class PushError(Exception):
    """The target did not take it; the argument says why, without a secret."""


class NotOursError(PushError):
    """The place holds what Candor did not bring; it is left as it is."""


def target_for(address: str) -> Target:
    """Return the target at an address.

    Raises ValueError, without the address in it, since that may hold a password.
    """
    parts = urlsplit(address)
    kinds = sorted(module.name for module in iter_modules(__path__))
    if parts.scheme not in kinds:
        raise ValueError(f"“{parts.scheme}:” is none of {', '.join(f'{kind}:' for kind in kinds)}.")
    # Loaded only where it is used: the library behind a kind costs memory.
    target: Target = import_module(f"{__name__}.{parts.scheme}").TARGET(parts)
    return target


def bare(parts: SplitResult) -> str:
    """Return an address without the user, the password and the query."""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"
