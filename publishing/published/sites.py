"""Which page answers at which address, kept beside the files: known without a database, too."""

import json
import os
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any, Final, Self

from django.core import serializers
from django.core.serializers.base import DeserializationError

from incidents.core.viewers import PUBLIC
from incidents.models import Event, Page
from publishing.models import Theme

FILE: Final = ".sites.json"
PREFIX: Final = "pages/"
# Addresses of staff, which no reader needs.
PRIVATE: Final = ("on_call_email", "sender_email")


@dataclass(frozen=True)
class Sites:
    """The public pages of this installation, by host name and by slug.

    `former` are the slugs under which a page does not stand any more: it has another one now, or
    a host name of its own, where alone its links lead on.
    """

    front: str = ""
    hosts: dict[str, str] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Self:
        """Read them from the record."""
        public = Page.objects.visible_to(PUBLIC).select_related("theme")
        pages = list(public.order_by("-is_front", "pk"))
        # Under the name of a private page answers the application, and never the front page.
        private = Page.objects.filter(visibility=Page.Visibility.PRIVATE).exclude(host_name="")
        closed = dict.fromkeys(
            (host.lower() for host in private.values_list("host_name", flat=True)), ""
        )
        return cls(
            front=pages[0].public_id if pages else "",
            hosts=closed
            | {each.host_name.lower(): each.public_id for each in pages if each.host_name},
            slugs={each.slug: each.public_id for each in pages},
            former=_former(pages),
            pages={each.public_id: _kept(each) for each in pages},
        )

    @classmethod
    def load(cls, root: Path) -> Self:
        """Load what was kept below `root`; nothing where nothing was."""
        with suppress(OSError, ValueError, TypeError):
            return cls(**json.loads((root / FILE).read_text()))
        return cls()

    @staticmethod
    def are_kept(root: Path) -> bool:
        """Whether anything is kept there: a folder that was emptied has to be told again."""
        return (root / FILE).exists()

    def keep(self, root: Path) -> None:
        """Keep them below `root`, with a way to each page for servers that know only folders."""
        root.mkdir(parents=True, exist_ok=True)
        draft = root / f"{FILE}.{token_hex(4)}"
        try:
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(self.__dict__))
            draft.replace(root / FILE)
        finally:
            draft.unlink(missing_ok=True)
        wanted = {f"hosts/{host}": name for host, name in self.hosts.items() if name}
        wanted |= {f"pages/{slug}": name for slug, name in self._standing.items()}
        for folder in ("hosts", "pages"):
            (root / folder).mkdir(exist_ok=True)
            for place in (root / folder).iterdir():
                if place.is_symlink() and f"{folder}/{place.name}" not in wanted:
                    place.unlink()
        for name, target in wanted.items():
            _point(root / name, f"../{target}")
        if self.front:
            _point(root / "front", self.front)
        else:
            (root / "front").unlink(missing_ok=True)

    def find(self, host: str, path: str) -> tuple[str, str]:
        """Return the page that answers there, and the path within it; "" where none does.

        `path` comes without its first slash. The rule is that of `publishing.site.choose`, but
        that nothing is read under a slug that is `former`: forms that were sent out under it are.
        """
        if path.startswith(PREFIX):
            slug, _, rest = path.removeprefix(PREFIX).partition("/")
            return "" if slug in self.former else self.slugs.get(slug, ""), rest
        return self.at(host), path

    def at(self, host: str) -> str:
        """Return the page that answers at the root of a host name; "" where none does."""
        return self.hosts.get(host, self.front)

    @property
    def _standing(self) -> dict[str, str]:
        return {slug: name for slug, name in self.slugs.items() if slug not in self.former}

    def page(self, public_id: str) -> Page | None:
        """The page as it was last read, without asking the database.

        None also where another version wrote down what this one does not know: the publisher
        renews it in a moment.
        """
        if public_id not in self.pages:
            return None
        try:
            kept = serializers.deserialize("json", self.pages[public_id])
            found, look = (each.object for each in kept)
        except (DeserializationError, ValueError):
            return None
        if not isinstance(found, Page) or not isinstance(look, Theme):
            return None
        found.theme = look
        return found


def _kept(page: Page) -> str:
    """A page with its look, as it is written down for when the database is gone."""
    kept = copy(page)
    for name in PRIVATE:
        setattr(kept, name, "")
    # What every event changes says nothing of where a page stands and how it looks.
    kept.version, kept.changed_at, kept.days_until = 0, page.created_at, None
    text: str = serializers.serialize("json", [kept, Theme.of(page)])
    return text


def _former(pages: list[Page]) -> dict[str, str]:
    """Slugs that pages had before, as the journal tells, or left for a host of their own.

    Whoever kept a link is led on.
    """
    ids: dict[int, str] = {each.pk: each.public_id for each in pages}
    taken = {each.slug for each in pages}
    changed = Event.objects.filter(kind="page.changed", page__in=list(ids)).order_by("pk")
    rows: list[tuple[int, dict[str, Any]]] = list(changed.values_list("page_id", "before"))
    slugs = [(before["slug"], ids[key]) for key, before in rows if before.get("slug")]
    renamed = {slug: name for slug, name in slugs if slug not in taken}
    return renamed | {each.slug: each.public_id for each in pages if each.has_host}


def _point(link: Path, target: str) -> None:
    """Let a link lead to a folder, from one instant to the next."""
    if link.is_symlink() and os.readlink(link) == target:  # noqa: PTH115 -- as it is written
        return
    draft = link.with_name(f".{link.name}.{token_hex(4)}")
    draft.symlink_to(target)
    draft.replace(link)
