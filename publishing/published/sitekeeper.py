"""Keeps what is known of all pages beside their files, and takes away what is not public."""

from collections.abc import Callable
from pathlib import Path

from incidents.models import Page
from publishing.published.shelf import Shelf
from publishing.published.sites import Sites

type SitesListener = Callable[[Sites], None]


class Sitekeeper:
    """Reads the sites when a page has changed, and writes them down where they are others."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sites = Sites.load(root)
        self.on_sites: list[SitesListener] = []
        self._read_at: dict[str, int] = {}

    def keep(self) -> None:
        """Take away first what is not for everybody any more: a full disk keeps nothing public."""
        # Also of those that are private: what stands under their names depends on them.
        versions = dict(Page.objects.values_list("public_id", "version"))
        if versions == self._read_at and Sites.are_kept(self.root):
            return
        sites = Sites.read()
        if sites != self.sites or not Sites.are_kept(self.root):
            for name in (self.sites.pages.keys() | _shelves(self.root)) - sites.pages.keys():
                Shelf(self.root, name).clear()
            for listener in self.on_sites:
                listener(sites)
            sites.keep(self.root)
        self.sites, self._read_at = sites, versions


def _shelves(root: Path) -> set[str]:
    """The names of all pages that have, or had, a folder below `root`."""
    return {index.stem for index in (root / ".index").glob("*.sqlite3")}
