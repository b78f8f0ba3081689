"""The public face as a Django application."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Renders the record for readers; keeps how each page looks."""

    name = "publishing"
