"""Who acts."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Users, tokens, sign-in."""

    name = "people"
