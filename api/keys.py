"""The doors: for anybody, and for keys with a scope."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase

from api.callers import Caller, challenge
from api.problems import Refusal
from people.models import ApiToken

SCHEME: Final = "bearer"


class Bearer(AuthBase):
    """The door for tokens with one scope; `Authorization: Bearer cnd_...`."""

    openapi_type = "http"
    openapi_scheme = SCHEME

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """Return the caller; 401 without a live key, 403 when it lacks the scope."""
        caller = anybody(request)
        if not caller.key.allows(self.scope):
            wanted = challenge(error="insufficient_scope", scope=self.scope)
            detail = f"This key lacks the scope {self.scope}; issue one that has it."
            raise Refusal(HTTPStatus.FORBIDDEN, detail, headers=wanted)
        return caller


def anybody(request: HttpRequest) -> Caller:
    """Return the caller, who needs no key; but a key that is shown has to be a good one."""
    at, header = timezone.now(), request.headers.get("Authorization", "")
    if not header:
        return Caller(None, at)
    scheme, _, plaintext = header.partition(" ")
    token = ApiToken.authenticate(plaintext.strip(), at=at) if scheme.lower() == SCHEME else None
    if token is None:
        raise Refusal(HTTPStatus.UNAUTHORIZED, BAD_KEY, headers=challenge(error="invalid_token"))
    return Caller(token, at)


BAD_KEY: Final = "This key is unknown, expired or revoked; issue a new one, or read without."
