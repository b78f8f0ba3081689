"""Ways of telling that an incident has hit, by the API."""

from incidents.models import Incident
from tests.api.conftest import Asking


def test_a_route_is_marked_and_mended(writer: Asking, reader: Asking, incident: Incident) -> None:
    path = f"incidents/{incident.public_id}"
    row = {"channel": "email", "domain": "example.com"}
    assert writer.post(f"{path}/hit-routes", row).status_code == 201
    (shown,) = reader.get(path).json()["hit_routes"]
    assert (shown["channel"], shown["domain"]) == ("email", "example.com")
    refused = writer.post(f"{path}/hit-routes", {"channel": "pigeon"})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["channel"])
    assert writer.put(f"{path}/hit-routes/removal", row).json()["hit_routes"] == []
