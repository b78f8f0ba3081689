"""The record."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Pages, components, incidents, promises, postmortems and the journal."""

    name = "incidents"
