"""The project as an app: its commands and system checks."""

from django.apps import AppConfig
from django.core.checks import register

from statuspage.checks import places_to_publish_to


class StatuspageConfig(AppConfig):
    """Composition root."""

    name = "statuspage"

    def ready(self) -> None:
        """Have our checks made before commands run."""
        register(places_to_publish_to)
