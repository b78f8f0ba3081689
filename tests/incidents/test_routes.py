"""An incident says which ways of telling it has hit itself."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Event, Incident
from people.actors import Actor

pytestmark = pytest.mark.django_db


def test_a_channel_and_a_domain_are_marked_and_mended(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.routes.hit("email", domain=" @Example.COM ", by=by, at=at)
    incident.routes.hit("webhook", by=by, at=at)
    incident.refresh_from_db()
    marked = [(row["channel"], row["domain"]) for row in incident.hit_routes]
    assert marked == [("email", "example.com"), ("webhook", "")]
    incident.routes.mend("email", domain="example.com", by=by, at=at)
    incident.refresh_from_db()
    assert [row["channel"] for row in incident.hit_routes] == ["webhook"]
    kinds = Event.objects.filter(kind__startswith="route.").values_list("kind", flat=True)
    assert list(kinds.order_by("pk")) == ["route.hit", "route.hit", "route.mended"]


@pytest.mark.parametrize("domain", ["ada@example.com", "localhost", "a b.com", "exa\nmple.com"])
def test_what_is_no_domain_is_refused_with_the_field(
    domain: str, incident: Incident, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        incident.routes.hit("email", domain=domain, by=by, at=at)
    assert "domain" in refused.value.message_dict


def test_nothing_is_marked_twice_mended_unmarked_or_marked_once_it_is_over(
    incident: Incident, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="not marked"):
        incident.routes.mend("email", by=by, at=at)
    incident.routes.hit("email", by=by, at=at)
    with pytest.raises(ValidationError, match="marked already"):
        incident.routes.hit("email", by=by, at=at)
    incident.resolve(body="Over.", by=by, at=at)
    with pytest.raises(ValidationError, match="is over"):
        incident.routes.hit("webhook", by=by, at=at)
