"""When it was detected, acknowledged and mitigated: in order, or not known."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Incident
from people.actors import Actor

HOUR = timedelta(hours=1)


def test_instants_are_dated_one_by_one_and_forgotten_again(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.date_milestones(detected_at=at, by=by, at=at + HOUR)
    incident.date_milestones(mitigated_at=at + HOUR, by=by, at=at + HOUR)
    incident.refresh_from_db()
    assert (incident.detected_at, incident.acknowledged_at, incident.mitigated_at) == (
        at, None, at + HOUR,
    )  # fmt: skip
    incident.date_milestones(detected_at=None, by=by, at=at + HOUR)
    assert incident.detected_at is None


@pytest.mark.parametrize(
    ("hours", "field", "words"),
    [
        ({"detected_at": -1}, "detected_at", "comes before started"),
        ({"detected_at": 2, "mitigated_at": 1}, "mitigated_at", "comes before detected"),
        ({"detected_at": 9}, "detected_at", "has not come yet"),
        ({"acknowledged_at": 2, "mitigated_at": 1}, "mitigated_at", "before acknowledged"),
        ({"mitigated_at": 4}, "mitigated_at", "Resolved at"),
    ],
)
def test_what_is_out_of_order_is_refused_at_its_field(
    incident: Incident, by: Actor, at: datetime, hours: dict[str, int], field: str, words: str
) -> None:
    incident.resolve(body="Over.", resolved_at=at + 3 * HOUR, by=by, at=at + 5 * HOUR)
    instants = {name: at + count * HOUR for name, count in hours.items()}
    with pytest.raises(ValidationError, match=words) as refused:
        incident.date_milestones(**instants, by=by, at=at + 6 * HOUR)
    assert list(refused.value.message_dict) == [field]
