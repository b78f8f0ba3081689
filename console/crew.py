"""People by their address: known ones are found, new ones get an account."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.models import User


def person_called(email: str, name: str, password: str) -> User:
    """The user with this address. Raises ValidationError on "password" for a new one without."""
    known = User.objects.filter(email=email.strip().lower()).first()
    if known is not None:
        return known
    if not password:
        raise ValidationError({"password": [_("Nobody has this address yet: set a password.")]})
    try:
        validate_password(password)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    return User.objects.create_user(email, password, name=name, has_first_password=True)
