"""Readers of a private page who see some of its components, and nothing that hit others alone."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, Self

from django.db import models
from django.db.models import Q

from incidents.core import checks
from incidents.core.viewers import Sight
from incidents.models import Component, Page
from incidents.models.fields import PublicIdField
from people.actors import Actor
from publishing.core.networks import checked_networks
from publishing.models.entrance import Entrance

NAME_LIMIT: Final = 80
# Read aloud on a telephone nothing of it is taken for something else; 100 bits.
LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
PARTS, OF_A_PART = 5, 4


class AccessGroup(Entrance):
    """They come in from networks that are named, or by a password that is made for them."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="access_groups")
    public_id = PublicIdField()
    name = models.CharField(max_length=NAME_LIMIT)
    components = models.ManyToManyField(Component, related_name="access_groups")
    digest = models.CharField(max_length=64, blank=True, help_text="Of the password, if any.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["page", "name"], name="access_group_name_unique"),
            models.UniqueConstraint(
                fields=["digest"], condition=~Q(digest=""), name="access_group_digest_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def add(
        cls,
        page: Page,
        name: str,
        components: Collection[Component],
        *,
        networks: list[str],
        by: Actor,
        at: datetime,
    ) -> Self:
        """Return a new group; it comes by its networks, until a password is made for it.

        Raises ValidationError on "name", "components" or "networks".
        """
        name, networks = _checked_name(page, name), checked_networks(networks)
        _check_components(page, components)
        with page.writing(by=by, at=at) as journal:
            group = cls.objects.create(page=page, name=name, networks=networks, created_at=at)
            group.components.set(components)
            journal.append("page.access_group_added", page, after=group._told())
        return group

    @classmethod
    def asks_on(cls, page: Page) -> bool:
        """Whether the page has a group with a password."""
        return cls.objects.filter(page=page).exclude(digest="").exists()

    @classmethod
    def knowing(cls, page: Page, password: str) -> Self | None:
        """Return the group of the page that this is the password of, however it was typed."""
        return cls.objects.filter(page=page, digest=_digest(password)).first()

    def change(
        self,
        *,
        name: str,
        components: Collection[Component],
        networks: list[str],
        by: Actor,
        at: datetime,
    ) -> None:
        """Change what they see and where they come from; the same checks as `add`.

        Once somebody ended the group, raises ValidationError on "group", as all but `end` do.
        """
        with self.page.writing(by=by, at=at) as journal:
            # First: of a group that is gone no component is left, which is not what is wrong.
            self._refuse_ended()
            name, networks = _checked_name(self.page, name, self), checked_networks(networks)
            _check_components(self.page, components)
            before = self._told()
            self.name, self.networks = name, networks
            self.save(update_fields=["name", "networks"])
            self.components.set(components)
            journal.append(
                "page.access_group_changed", self.page, before=before, after=self._told()
            )

    def renew(self, *, by: Actor, at: datetime) -> str:
        """Return a new password, which cannot be had again; the one before opens nothing more."""
        password = _new_password()
        with self.page.writing(by=by, at=at) as journal:
            self._refuse_ended()
            self.digest = _digest(password)
            self.save(update_fields=["digest"])
            journal.append(
                "page.access_group_renewed", self.page, after={"name": self._told()["name"]}
            )
        return password

    def stop_asking(self, *, by: Actor, at: datetime) -> None:
        """Let nobody in by a password any more; who comes by the networks still does."""
        with self.page.writing(by=by, at=at) as journal:
            self._refuse_ended()
            self.digest = ""
            self.save(update_fields=["digest"])
            journal.append("page.access_group_without_password", self.page, after=self._told())

    def end(self, *, by: Actor, at: datetime) -> None:
        """Let nobody in by it any more; whoever comes second finds it done."""
        with self.page.writing(by=by, at=at) as journal:
            if self._is_stored():
                journal.append("page.access_group_ended", self.page, before=self._told())
                self.delete()

    @property
    def secret(self) -> str:
        """The password's digest: it is long and random, so that a fast one is as good."""
        return self.digest

    @property
    def cookie(self) -> str:
        """One for each group."""
        return f"group_{self.public_id}"

    @property
    def sight(self) -> Sight:
        """How much of the page they see."""
        return Sight(self.page_id, frozenset(self.components.values_list("pk", flat=True)))

    def _is_stored(self) -> bool:
        """Whether nobody ended it meanwhile; ask under the page's lock."""
        return AccessGroup.objects.filter(pk=self.pk).exists()

    def _refuse_ended(self) -> None:
        if not self._is_stored():
            raise checks.refusal("group", "This group was removed meanwhile; add a new one.")

    def _told(self) -> dict[str, Any]:
        """What is stored: this one may have been read before somebody else changed it."""
        self.refresh_from_db(fields=["name", "networks"])
        names = list(self.components.values_list("name", flat=True))
        return {"name": self.name, "components": names, "networks": self.networks}


def _checked_name(page: Page, name: str, group: AccessGroup | None = None) -> str:
    name = checks.line(name, field="name", limit=NAME_LIMIT)
    namesakes = AccessGroup.objects.filter(page=page, name__iexact=name)
    if any(each != group for each in namesakes):
        raise checks.refusal("name", f"There is a group “{name}” already; take another name.")
    return name


def _check_components(page: Page, components: Collection[Component]) -> None:
    if not components:
        raise checks.refusal("components", "Choose at least one component that they see.")
    if any(each.page_id != page.pk for each in components):
        raise checks.refusal("components", "Choose components of this page.")


def _new_password() -> str:
    parts = ("".join(secrets.choice(LETTERS) for _ in range(OF_A_PART)) for _ in range(PARTS))
    return "-".join(parts)


def _digest(password: str) -> str:
    typed = "".join(each for each in password.casefold() if each.isalnum())
    return hashlib.sha256(typed.encode()).hexdigest()
