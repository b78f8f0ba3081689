"""Telling people."""

from django.apps import AppConfig

from incidents.doorbell import on_ring
from notifications.doorbell import ring


class NotificationsConfig(AppConfig):
    """Wakes the notifier when the journal has grown."""

    name = "notifications"

    def ready(self) -> None:
        """Listens at the doorbell."""
        on_ring(ring)
