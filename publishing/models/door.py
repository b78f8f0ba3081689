"""Who may read a private page beside its staff."""

from datetime import datetime
from typing import Any, Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.models import Page
from people.actors import Actor
from publishing.core.networks import checked_networks
from publishing.models.entrance import Entrance

SHORTEST: Final = 8
LONGEST: Final = 200


class Door(Entrance):
    """The way into one private page: by a password, or from networks that are named."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="door")
    password = models.CharField(max_length=128, blank=True, help_text=_("Its hash."))

    def __str__(self) -> str:
        return f"Door of {self.page}"

    @classmethod
    def of(cls, page: Page) -> "Door":
        """Return the page's door; one that was not stored yet lets in nobody but staff."""
        stored: Door | None = getattr(page, "door", None)
        return cls(page=page) if stored is None else stored

    def change(
        self, *, networks: list[str], by: Actor, at: datetime, password: str | None = None
    ) -> None:
        """Let in whoever comes from `networks` or knows `password`; None keeps it, "" ends it.

        Whoever came in by an earlier password is asked again. Raises ValidationError on "networks"
        or "password".
        """
        networks = checked_networks(networks)
        given = {} if password is None else {"password": _hashed(password)}
        with self.page.writing(by=by, at=at) as journal:
            # This one may have been read before somebody else changed what is stored.
            stored = Door.objects.filter(page=self.page).first() or Door(page=self.page)
            before = stored._told()
            changed, _made = Door.objects.update_or_create(
                page=self.page, defaults={"networks": networks, **given}
            )
            self.networks, self.password = changed.networks, changed.password
            journal.append("page.door_changed", self.page, before=before, after=self._told())

    def knows(self, password: str) -> bool:
        """Whether this is the password."""
        return bool(self.password) and check_password(password, self.password)

    @property
    def secret(self) -> str:
        """The password's hash."""
        return self.password

    @property
    def cookie(self) -> str:
        """One for each page."""
        return f"door_{self.page.public_id}"

    def _told(self) -> dict[str, Any]:
        return {"networks": self.networks, "has_password": bool(self.password)}


def _hashed(password: str) -> str:
    if not password:
        return ""
    if not SHORTEST <= len(password) <= LONGEST:
        raise checks.refusal("password", f"Take {SHORTEST} to {LONGEST} characters.")
    return make_password(password)
