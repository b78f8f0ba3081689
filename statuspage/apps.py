"""The project as an app: its commands and system checks."""

from django.apps import AppConfig


class StatuspageConfig(AppConfig):
    """Composition root."""

    name = "statuspage"
