"""Who signs in to the demo: an owner, and a second pair of eyes for the credits."""

import secrets
from dataclasses import dataclass
from typing import Final

from people.models import User

OWNER: Final = "owner@example.com"
APPROVER: Final = "approver@example.com"


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account and the password that it has from now on."""

    user: User
    password: str


def owner() -> User:
    """Return the one who may do everything, made if need be."""
    found = User.objects.filter(email=OWNER).first()
    return found or User.objects.create_superuser(OWNER, name="Northmail staff")


def approver() -> User:
    """Return the one who approves credits, made if need be."""
    found = User.objects.filter(email=APPROVER).first()
    return found or User.objects.create_user(APPROVER, name="Northmail finance", is_staff=False)


def renew_password(user: User) -> SignIn:
    """Give an account of the demo a new password; the old one is known to nobody."""
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    return SignIn(user, password)
