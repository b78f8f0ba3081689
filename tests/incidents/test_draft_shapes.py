"""What is kept of a draft can be shown, scheduled and published: no shape but the verb's own."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Component, Draft, Incident, Page
from people.actors import Actor

DATES = {"start": "2026-03-07T02:00:00Z", "end": "2026-03-07T04:00:00Z"}


@pytest.mark.parametrize(
    ("kind", "name", "value", "sentence"),
    [
        ("incident", "external_id", ["x"], "Send a text."),
        ("incident", "next_update_unknown", [1], "Send a text."),
        ("incident", "levels", ["x"], "Send an object: a level by each component's id."),
        ("incident", "levels", {"x": ["y"]}, "Send an object: a level by each component's id."),
        ("incident", "rehearsal", "perhaps", "Send true or false."),
        ("incident", "next_update_minutes", True, "“True” is no number of minutes"),
        ("incident", "metadata", "x", "Send an object."),
        ("announcement", "pinned", "perhaps", "Send true or false."),
        ("maintenance", "max_minutes", "x", "Send a whole number."),
        ("maintenance", "components", {"x": "y"}, "Send a list of ids."),
        ("maintenance", "further", [1], "Send a list of pairs: a start and an end."),
        ("maintenance", "further", [["x", "y"]], "Send a list of pairs: a start and an end."),
        ("maintenance", "windows", "x", "Send a list of objects, each with a start and an end."),
        ("maintenance", "windows", [{"start": DATES["start"]}], "Each window has a start and an"),
        ("maintenance", "windows", [DATES | {"colour": 1}], "A window has no “colour”; use start"),
        ("maintenance", "recurrence", "x", "There is no such field here"),
        ("maintenance", "recurs_on", DATES["start"], "There is no such field here"),
    ],
)
def test_what_no_verb_takes_is_refused_at_its_field(
    page: Page, by: Actor, at: datetime, kind: str, name: str, value: Any, sentence: str
) -> None:
    dates = DATES if kind == "maintenance" and name != "windows" else {}
    content = {"title": "New disks", "body": "In the night."} | dates | {name: value}
    with pytest.raises(ValidationError) as refused:
        Draft.keep(page, kind, content, by=by, at=at)
    assert refused.value.message_dict[name][0].startswith(sentence)
    assert not Draft.objects.exists()


def test_a_window_is_of_the_same_shape_as_the_whole(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    window = DATES | {"components": [mailstore.public_id], "reminders": [60], "max_minutes": None}
    content = {"title": "New disks", "body": "In the night.", "windows": [window]}
    made = Draft.keep(page, "maintenance", content, by=by, at=at).publish(by=by, at=at)
    assert isinstance(made, Incident)
    assert made.scheduled_windows.get().components.get() == mailstore
    for name, value in (("reminders", "x"), ("components", ["x"]), ("start", "soon")):
        wrong = content | {"windows": [window | {name: value}]}
        with pytest.raises(ValidationError) as refused:
            Draft.keep(page, "maintenance", wrong, by=by, at=at)
        assert list(refused.value.message_dict) == [name]


def test_a_resolution_promises_no_next_update(incident: Incident, by: Actor, at: datetime) -> None:
    content = {"body": "Over.", "status": "resolved", "next_update_minutes": 30}
    draft = Draft.keep(incident.page, "update", content, incident=incident, by=by, at=at)
    draft.publish(by=by, at=at)
    assert Incident.objects.get().status == "resolved"
    assert not incident.commitments.exists()
