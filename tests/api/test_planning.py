"""Planned work over the API: dated, moved, begun, ended, overtaken, and coming back."""

from datetime import datetime
from typing import Any

import pytest
import time_machine

from incidents.models import Cohort, Incident, Maintenance, Page
from people.actors import Actor
from tests.api.conftest import Asking

START, END = "2026-03-07T02:00:00Z", "2026-03-07T04:00:00Z"
WORK = {"title": "New disks", "body": "We replace disks.", "start": START, "end": END}


def made(answer: Any, status: int = 201) -> Any:
    """The body of a write that was taken."""
    assert answer.status_code == status, answer.content
    return answer.json()


def wrong(answer: Any) -> list[str]:
    """The fields that a write was refused at."""
    assert answer.status_code == 422, answer.content
    return list(answer.json()["errors"])


@pytest.fixture
def work(writer: Asking) -> Any:
    return made(writer.post("pages/mail/maintenances", WORK | {"reminders": [1440, 60]}))


def test_several_windows_with_terms_of_their_own(writer: Asking, page: Page) -> None:
    later = {"start": "2026-03-08T02:00:00Z", "end": "2026-03-08T03:00:00Z", "max_minutes": 20}
    shown = made(writer.post("pages/mail/maintenances", WORK | {"windows": [later]}))
    assert [each["max_minutes"] for each in shown["scheduled"]] == [None, 20]
    clash = WORK | {"windows": [{"start": START, "end": END}]}
    assert wrong(writer.post("pages/mail/maintenances", clash)) == ["windows"]
    assert wrong(writer.post("pages/mail/maintenances", WORK | {"reminders": [1]})) == ["reminders"]


def test_it_is_announced_for_some_and_dated_later(
    writer: Asking, incident: Incident, by: Actor, at: datetime
) -> None:
    cohort = Cohort.name_one(incident, "Users already moved", share_percent=75, by=by, at=at)
    said = {"title": "Moves", "body": "Dates follow.", "max_minutes": 60}
    said |= {"audience": cohort.public_id, "follows_up": incident.public_id}
    shown = made(writer.post("pages/mail/maintenances/announced", said))
    assert (shown["status"], shown["max_minutes"]) == ("announced", 60)
    assert shown["audience"] == "Users already moved (about 75 %)"
    assert [link["kind"] for link in shown["links"]] == ["follow_up"]
    dates = {"body": "Now.", "start": START, "end": END}
    dated = made(writer.put(f"maintenances/{shown['id']}/dates", dates), 200)
    assert dated["scheduled"][0]["max_minutes"] == 60
    strange = said | {"audience": "zzzzzzzzzzzz"}
    assert wrong(writer.post("pages/mail/maintenances/announced", strange)) == ["audience"]


def test_it_is_moved_begun_extended_and_completed(writer: Asking, work: Any) -> None:
    number, root = work["scheduled"][0]["number"], f"maintenances/{work['id']}"
    moved = {"body": "Later.", "start": "2026-03-02T13:00:00Z", "end": "2026-03-02T14:00:00Z"}
    old, new = sorted(
        made(writer.put(f"{root}/windows/{number}", moved), 200)["scheduled"],
        key=lambda each: each["number"],
    )
    assert (old["superseded_by"], new["start"]) == (new["number"], "2026-03-02T13:00:00.000Z")
    assert made(writer.put(f"{root}/start", {}), 200)["status"] == "in_progress"
    longer = {"body": "Longer.", "end": "2026-03-02T15:00:00Z"}
    made(writer.put(f"{root}/windows/{new['number']}/end", longer), 200)
    assert made(writer.put(f"{root}/completion", {}), 200)["status"] == "completed"
    assert wrong(writer.put(f"{root}/completion", {})) == ["status"]


def test_an_overrun_is_told_in_minutes(writer: Asking, work: Any, at: datetime) -> None:
    with time_machine.travel("2026-03-07T02:00:00Z"):
        Maintenance.run_edges(at=datetime.fromisoformat(START))
        made(writer.post(f"maintenances/{work['id']}/windows", {
            "body": "One more.", "start": "2026-03-08T02:00:00Z", "end": "2026-03-08T03:00:00Z",
        }))  # fmt: skip
    with time_machine.travel("2026-03-07T04:25:00Z"):
        shown = writer.get(f"maintenances/{work['id']}").json()
        assert [each["overrun_minutes"] for each in shown["scheduled"]] == [25, 0]
        paused = made(writer.put(f"maintenances/{work['id']}/pause", {"body": "For now."}), 200)
    assert paused["status"] == "scheduled"


def test_an_incident_overtakes_it(writer: Asking, work: Any, incident: Incident) -> None:
    said = {"body": "Not now.", "overtaken_by": incident.public_id}
    shown = made(writer.put(f"maintenances/{work['id']}/cancellation", said), 200)
    assert shown["status"] == "cancelled"
    assert [(link["kind"], link["direction"]) for link in shown["links"]] == [("overtook", "in")]


def test_work_comes_back_is_skipped_changed_and_ended(writer: Asking, page: Page) -> None:
    said = {
        "title": "Patches", "body": "Servers restart.", "rule": "FREQ=WEEKLY;COUNT=8",
        "first_start": "2026-03-03T02:00:00+01:00", "minutes": 60, "time_zone": "Europe/Berlin",
    }  # fmt: skip
    shown = made(writer.post("pages/mail/recurrences", said))
    assert len(shown["maintenance_ids"]) == len(shown["next_starts"]) == 5
    assert shown["next_starts"][4] == "2026-03-31T00:00:00.000Z"
    root = f"recurrences/{shown['id']}"
    skipped = made(writer.post(f"{root}/exceptions", {"day": "2026-03-10", "body": "No."}), 200)
    assert skipped["exceptions"] == ["2026-03-10"]
    changed = made(writer.patch(root, {"minutes": 30}), 200)
    assert changed["minutes"] == 30
    ended = made(writer.put(f"{root}/end", {"body": "No longer needed."}), 200)
    assert (ended["next_starts"], ended["ended_at"] is None) == ([], False)
    assert len(writer.get("pages/mail/recurrences").json()["items"]) == 1
    assert writer.get(root).json()["id"] == shown["id"]
    endless = said | {"rule": "FREQ=WEEKLY"}
    assert wrong(writer.post("pages/mail/recurrences", endless)) == ["rule"]
    past = said | {"first_start": "2020-03-03T02:00:00Z"}
    assert wrong(writer.post("pages/mail/recurrences", past)) == ["first_start"]
    naive = said | {"first_start": "2026-03-03T02:00:00"}
    assert wrong(writer.post("pages/mail/recurrences", naive)) == ["first_start"]


def test_strangers_write_nothing(reader: Asking, work: Any) -> None:
    for path in ("start", "completion", "cancellation"):
        answer = reader.put(f"maintenances/{work['id']}/{path}", {"body": "x"})
        assert answer.status_code == 401
