"""Addresses of the console."""

from typing import Any

from django.urls import reverse

from incidents.models import Incident, Page


def to(screen: str, page: Page | None = None, **parts: Any) -> str:
    """The address of a screen, on one page or on none."""
    kwargs = ({"slug": page.slug} if page else {}) | parts
    return reverse(f"console:{screen}", kwargs=kwargs)


def to_incident(incident: Incident) -> str:
    """The staff's own view of an incident or a maintenance."""
    return to("incident", incident.page, incident_id=incident.public_id)
