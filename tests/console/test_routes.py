"""The screen on which a way of telling is marked as hit, and the button that takes it back."""

from django.test import Client

from incidents.models import Incident
from tests.console.screens import at_incident, refused, stored, text_of


def test_a_domain_is_marked_seen_and_taken_back(desk: Client, incident: Incident) -> None:
    address = at_incident(incident, "routes/hit/")
    stored(desk, address, {"channel": "email", "domain": "example.com"})
    shown = text_of(desk.get(at_incident(incident)))
    assert "<b>E-mail</b>" in shown
    assert "@example.com" in shown
    body = refused(desk, address, {"channel": "email", "domain": "example.com"}, "channel")
    assert "marked already" in body
    assert "example.com" in refused(
        desk, address, {"channel": "email", "domain": "ada@example.com"}, "domain"
    )
    stored(
        desk, at_incident(incident, "routes/mend/"), {"channel": "email", "domain": "example.com"}
    )
    incident.refresh_from_db()
    assert incident.hit_routes == []
