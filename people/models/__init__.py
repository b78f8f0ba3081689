"""Users, tokens, sign-in attempts and where they are known."""

from people.models.attempt import SignInAttempt
from people.models.known_source import KnownSource
from people.models.token import ApiToken
from people.models.user import User

__all__ = ["ApiToken", "KnownSource", "SignInAttempt", "User"]
