"""Who may read a private page beside its staff."""

from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from incidents.core import checks
from incidents.models import Page
from people.actors import Actor

SHORTEST: Final = 8
LONGEST: Final = 200
MOST_NETWORKS: Final = 100
# How long a reader who gave the password is known again, in seconds.
KEPT: Final = 30 * 24 * 3600
SALT: Final = "door"


class Door(models.Model):
    """The way into one private page: by a password, or from networks that are named."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="door")
    password = models.CharField(max_length=128, blank=True, help_text=_("Its hash."))
    networks = models.JSONField(default=list, blank=True, help_text=_("Like 192.0.2.0/24."))

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
        networks = _checked_networks(networks)
        hashed = self.password if password is None else _hashed(password)
        with self.page.writing(by=by, at=at) as journal:
            before = {"networks": self.networks, "has_password": bool(self.password)}
            self.networks, self.password = networks, hashed
            Door.objects.update_or_create(
                page=self.page, defaults={"networks": networks, "password": hashed}
            )
            after = {"networks": networks, "has_password": bool(hashed)}
            journal.append("page.door_changed", self.page, before=before, after=after)

    def lets_in(self, address: str) -> bool:
        """Whether whoever comes from this address may read without a word."""
        try:
            known = ip_address(address)
        except ValueError:
            return False
        known = getattr(known, "ipv4_mapped", None) or known
        return any(known in ip_network(each) for each in self.networks)

    def knows(self, password: str) -> bool:
        """Whether this is the password."""
        return bool(self.password) and check_password(password, self.password)

    def key(self) -> str:
        """What a reader who gave the password keeps."""
        return signing.dumps(self._mark, salt=SALT)

    def opens_by(self, key: str) -> bool:
        """Whether somebody got this key here, for the password that still holds."""
        if not self.password:
            return False
        try:
            mark = signing.loads(key, salt=SALT, max_age=KEPT)
        except signing.BadSignature:
            return False
        return constant_time_compare(str(mark), self._mark)

    @property
    def _mark(self) -> str:
        held = f"{self.page.public_id}:{self.password}"
        return salted_hmac(SALT, held, algorithm="sha256").hexdigest()


def _hashed(password: str) -> str:
    if not password:
        return ""
    if not SHORTEST <= len(password) <= LONGEST:
        raise checks.refusal("password", f"Take {SHORTEST} to {LONGEST} characters.")
    return make_password(password)


def _checked_networks(networks: list[str]) -> list[str]:
    if len(networks) > MOST_NETWORKS:
        raise checks.refusal("networks", f"At most {MOST_NETWORKS} networks.")
    found = []
    for each in networks:
        try:
            found.append(str(ip_network(each)))
        except ValueError:
            raise checks.refusal(
                "networks", f"“{each}” is no network; write it like 192.0.2.0/24 or 2001:db8::/32."
            ) from None
    return found
