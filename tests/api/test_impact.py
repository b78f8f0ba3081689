"""Windows and cohorts by the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from incidents.models import Cohort, Component, ImpactWindow, Incident
from people.actors import Actor
from tests.api.conftest import Asking

HOUR = timedelta(hours=1)


def stamp(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def window(hit: Component, at: datetime, **more: Any) -> dict[str, Any]:
    """What is sent to record a window of another kind."""
    return {
        "component": hit.public_id,
        "level": "partial_outage",
        "kind": "data_loss",
        "start": stamp(at - HOUR),
        "end": stamp(at),
        "precision": "about",
        "count_affected": 8000,
        "count_unit": "messages",
    } | more


def test_a_window_is_recorded_corrected_and_taken_back(
    writer: Asking, incident: Incident, mailstore: Component, at: datetime
) -> None:
    answer = writer.post(f"incidents/{incident.public_id}/windows", window(mailstore, at))
    assert answer.status_code == 201, answer.content
    first = answer.json()
    assert (first["count_affected"], first["precision"]) == (8000, "about")
    answer = writer.post(
        f"windows/{first['id']}/corrections", {"count_affected": 7900, "because": "Counted."}
    )
    newer = answer.json()
    assert (answer.status_code, newer["count_affected"], newer["end"]) == (201, 7900, first["end"])
    answer = writer.put(f"windows/{newer['id']}/retraction", {"because": "Another page's."})
    assert answer.status_code == 200
    shown = writer.get(f"incidents/{incident.public_id}").json()
    assert [each["kind"] for each in shown["windows"]] == ["unavailable"]
    assert [(each["because"], each["replaced_by"]) for each in shown["corrections"]] == [
        ("Another page's.", None),
        ("Counted.", newer["id"]),
    ]
    again = writer.put(f"windows/{newer['id']}/retraction", {"because": "Again."})
    assert (again.status_code, next(iter(again.json()["errors"]))) == (422, "window")


def test_an_end_is_given_and_taken_away_by_null(writer: Asking, incident: Incident) -> None:
    held = incident.windows.get()
    answer = writer.put(f"windows/{held.public_id}/end", {"end": stamp(held.start + HOUR / 60)})
    assert answer.status_code in {200, 422}
    held.refresh_from_db()
    if held.end is None:
        return
    answer = writer.post(f"windows/{held.public_id}/corrections", {"end": None})
    assert (answer.status_code, answer.json()["end"]) == (201, None)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"component": "aaaaaaaaaaaa"}, "component"),
        ({"cohort": "aaaaaaaaaaaa"}, "cohort"),
        ({"start": "2099-01-01T00:00:00Z", "end": None}, "start"),
        ({"start": "2026-03-02T10:00:00"}, "start"),
        ({"end": "2026-01-01T00:00:00Z"}, "end"),
        ({"share_percent": 101}, "share_percent"),
        ({"count_affected": 10**30}, "count_affected"),
        ({"count_unit": "x" * 41}, "count_unit"),
        ({"level": "operational"}, "level"),
    ],
)
def test_a_window_that_cannot_be_is_refused_at_its_field(
    writer: Asking, incident: Incident, mailstore: Component, at: datetime,
    more: dict[str, Any], field: str,
) -> None:  # fmt: skip
    answer = writer.post(f"incidents/{incident.public_id}/windows", window(mailstore, at, **more))
    assert (answer.status_code, next(iter(answer.json()["errors"]))) == (422, field)
    assert ImpactWindow.objects.count() == 1


def test_a_cohort_is_named_changed_progresses_and_ends(
    writer: Asking, incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    answer = writer.post(f"incidents/{incident.public_id}/cohorts", {"name": "Some", "size": 30})
    assert answer.status_code == 201
    name = answer.json()["id"]
    cohort = Cohort.objects.get()
    held = ImpactWindow.record(
        mailstore, incident=incident, level="major_outage", kind="unavailable",
        start=at - HOUR, cohort=cohort, by=by, at=at,
    )  # fmt: skip
    assert writer.put(f"cohorts/{name}", {"size": 24}).json()["size"] == 24
    assert writer.post(f"cohorts/{name}/progress", {"done_percent": 75}).status_code == 201
    refused = writer.post(f"cohorts/{name}/progress", {"done_percent": 101})
    assert (refused.status_code, next(iter(refused.json()["errors"]))) == (422, "done_percent")
    done = writer.put(f"cohorts/{name}/end", {})
    assert (done.status_code, done.json()["done_percent"]) == (200, 100)
    assert [each["done_percent"] for each in done.json()["progress"]] == [75, 100]
    held.refresh_from_db()
    assert held.end is not None


@pytest.mark.parametrize("path", ["windows/{window}/end", "cohorts/{cohort}/end"])
def test_only_keys_with_a_role_change_impact(
    reader: Asking, incident: Incident, by: Actor, at: datetime, path: str
) -> None:
    cohort = Cohort.name_one(incident, "Some", by=by, at=at)
    place = path.format(window=incident.windows.get().public_id, cohort=cohort.public_id)
    assert reader.put(place, {"end": stamp(at)}).status_code == 401
