"""What goes wrong in a look: the host lacks something, or one page is stuck by itself."""

import sqlite3
from collections.abc import Mapping
from typing import Final

from django.db import InterfaceError, OperationalError

# Neither the record nor the disk can be reached: no page of this host is kept current.
OF_THE_HOST: Final = (OperationalError, InterfaceError, OSError, sqlite3.OperationalError)

# One place is taken by something else, or is not ours: other files have theirs.
OF_A_PLACE: Final = (FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)


class Unwritable(Exception):
    """Files that cannot stand in their places; all others of their page do."""


class Stuck(Exception):
    """Some pages cannot be turned, for a reason of their own; all others had their turn."""

    def __init__(self, pages: str, *, left: bool) -> None:
        super().__init__(pages)
        self.left = left


def raise_any(troubles: Mapping[str, Exception], *, left: bool) -> None:
    """Raise what the host lacks; else, of pages that are in trouble by themselves, Stuck.

    `troubles` are by the short name of the page; `left`: whether the others owe something still.
    """
    for trouble in troubles.values():
        if isinstance(trouble, OF_THE_HOST):
            raise trouble
    for trouble in troubles.values():
        raise Stuck(", ".join(sorted(troubles)), left=left) from trouble
