"""The key by which browsers' push services know us: made once, kept encrypted."""

from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import models
from django.db.models import Q
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from people.fields import EncryptedTextField, opened


class VapidKey(models.Model):
    """One for the installation: a browser's subscription is bound to it for good (RFC 8292)."""

    private = EncryptedTextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="vapid_key_only_one")]

    def __str__(self) -> str:
        return "the key of Web Push"

    @classmethod
    def ours(cls) -> "VapidKey":
        """The key, made when it is first asked for."""
        found = cls.objects.filter(pk=1).first()
        if found is None:
            made = Vapid02()
            made.generate_keys()
            pem = made.private_pem().decode()
            found, _created = cls.objects.get_or_create(pk=1, defaults={"private": pem})
        return found

    @property
    def public(self) -> str:
        """What browsers are given: the point, in base64url."""
        point = self._pair.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return str(b64urlencode(point))

    def authorization(self, audience: str, contact: str, until: int) -> dict[str, str]:
        """The header that says who calls, for one push service, until then."""
        signed: dict[str, str] = self._pair.sign({"aud": audience, "sub": contact, "exp": until})
        return signed

    @property
    def _pair(self) -> Any:
        return Vapid02.from_pem(opened(self.private).encode())
