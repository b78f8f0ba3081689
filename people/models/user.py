"""The account of somebody on staff; the e-mail address is the name to sign in with."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates users under their normalised address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new user; a password of None cannot sign in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new user who may do everything on every page."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this address, however it was capitalised."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in to the console."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("is on staff"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    has_first_password = models.BooleanField(
        _("has a password that somebody else chose"), default=False
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def change_password(self, old: str, new: str) -> None:
        """Take another password, which ends all sessions; ValidationError where one is no good."""
        if not self.check_password(old):
            raise ValidationError({"old": [_("This is not your password.")]})
        try:
            validate_password(new, self)
        except ValidationError as error:
            raise ValidationError({"new": error.messages}) from error
        if new == old:
            raise ValidationError({"new": [_("This is the one that you have.")]})
        self.set_password(new)
        self.has_first_password = False
        self.save(update_fields=["password", "has_first_password"])

    def get_full_name(self) -> str:
        """Return how this person is called."""
        return str(self)
