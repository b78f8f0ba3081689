"""Automation: the API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Automation: the API."""

    name = "api"
