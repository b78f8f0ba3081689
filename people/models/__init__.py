"""Users, tokens and sign-in attempts."""

from people.models.attempt import SignInAttempt
from people.models.token import ApiToken
from people.models.user import User

__all__ = ["ApiToken", "SignInAttempt", "User"]
