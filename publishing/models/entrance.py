"""What the ways into a private page have in common: networks, and a key for whoever came in."""

from abc import abstractmethod
from ipaddress import ip_address, ip_network
from typing import Final

from django.core import signing
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

# How long a reader who gave the password is known again, in seconds.
KEPT: Final = 30 * 24 * 3600
SALT: Final = "door"


class Entrance(models.Model):
    """A way in: from networks that are named, and by something that one knows."""

    networks = models.JSONField(default=list, blank=True, help_text=_("Like 192.0.2.0/24."))

    class Meta:
        abstract = True

    @property
    @abstractmethod
    def secret(self) -> str:
        """What is stored of what one has to know; "" where nothing opens it."""

    @property
    @abstractmethod
    def cookie(self) -> str:
        """The name of the cookie that holds a reader's key."""

    def lets_in(self, address: str) -> bool:
        """Whether whoever comes from this address may read without a word."""
        try:
            known = ip_address(address)
        except ValueError:
            return False
        known = getattr(known, "ipv4_mapped", None) or known
        return any(known in ip_network(each) for each in self.networks)

    def key(self) -> str:
        """What a reader keeps who knew the secret."""
        return signing.dumps(self._mark, salt=SALT)

    def opens_by(self, key: str) -> bool:
        """Whether somebody got this key here, for the secret that still holds."""
        if not self.secret:
            return False
        try:
            mark = signing.loads(key, salt=SALT, max_age=KEPT)
        except signing.BadSignature:
            return False
        return constant_time_compare(str(mark), self._mark)

    @property
    def _mark(self) -> str:
        held = f"{self.cookie.partition('_')[2]}:{self.secret}"
        return salted_hmac(SALT, held, algorithm="sha256").hexdigest()
