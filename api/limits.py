"""How often one address may ask: enough for everybody honest, and said in headers."""

import math
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, Self

from django.core.cache import cache
from django.http import HttpRequest

from api.problems import Refusal
from people.sources import source_of

PER_MINUTE: Final = 1200
SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of an address's minute."""

    left: int
    resets_in: int

    @classmethod
    def spend(cls, request: HttpRequest, *, at: datetime) -> Self:
        """Count one request of this address; kept in each process's memory."""
        minute, passed = divmod(at.timestamp(), SECONDS)
        key = f"api-{source_of(request.META.get('REMOTE_ADDR', ''))}-{int(minute)}"
        used = cache.get(key, 0) + 1
        cache.set(key, used, SECONDS)
        return cls(PER_MINUTE - used, math.ceil(SECONDS - passed))

    def headers(self) -> dict[str, str]:
        """Return the RateLimit headers."""
        return {
            "RateLimit-Policy": f'"address";q={PER_MINUTE};w={SECONDS}',
            "RateLimit": f'"address";r={max(self.left, 0)};t={self.resets_in}',
        }

    def refusal(self) -> Refusal:
        """Return the 429 of an address that asked too often."""
        detail = f"At most {PER_MINUTE} requests a minute; go on in {self.resets_in} s."
        headers = {"Retry-After": str(self.resets_in)}
        return Refusal(HTTPStatus.TOO_MANY_REQUESTS, detail, headers=headers)
