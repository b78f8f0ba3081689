"""The public face as a Django application."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Renders the record for readers; stores nothing of its own."""

    name = "publishing"
