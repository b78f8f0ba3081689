"""The staff console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The staff console."""

    name = "console"
