"""Words that are not said yet: kept, changed, published by hand or by the clock, and never leaked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError

from incidents.core.conflicts import Conflict
from incidents.core.levels import Level
from incidents.models import (
    Commitment,
    Component,
    Draft,
    Event,
    Incident,
    Maintenance,
    Membership,
    Page,
    Update,
)
from people.actors import Actor
from people.models import User

HOUR = timedelta(hours=1)


@pytest.fixture
def author(page: Page, alice: User, by: Actor, at: datetime) -> Actor:
    """Alice, who may post on the page."""
    Membership.grant(page=page, user=alice, role="responder", by=by, at=at - HOUR)
    return by


@pytest.fixture
def words(incident: Incident, mailstore: Component, author: Actor, at: datetime) -> Draft:
    """A drafted update: half of it is back."""
    content = {
        "body": "Half of it is **back**.",
        "status": "identified",
        "levels": {mailstore: Level.PARTIAL_OUTAGE},
        "next_update_minutes": 30,
        "corrects": incident.updates.get(),
    }
    return Draft.keep(incident.page, "update", content, incident=incident, by=author, at=at)


def test_a_draft_is_a_verbs_arguments_as_json(words: Draft, mailstore: Component) -> None:
    kept = Draft.objects.get(pk=words.pk)
    assert kept.content["levels"] == {mailstore.public_id: "partial_outage"}
    assert kept.title == "Half of it is back."
    assert (kept.version, kept.author, kept.is_published) == (1, "Alice", False)


def test_published_by_hand_it_is_said_by_the_very_verb(
    words: Draft, incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    update = words.publish(by=by, at=at + HOUR)
    assert isinstance(update, Update)
    assert (update.number, update.status, update.posted_at) == (2, "identified", at + HOUR)
    assert mailstore.level_at(at + 2 * HOUR) == Level.PARTIAL_OUTAGE
    assert Commitment.objects.get(made_in=update).due == at + HOUR + timedelta(minutes=30)
    assert update.corrects == incident.updates.get(number=1)
    assert Event.objects.get(kind="incident.updated").tell
    words.refresh_from_db()
    assert (words.published_at, words.became) == (at + HOUR, update)


def test_it_is_published_once(words: Draft, by: Actor, at: datetime) -> None:
    words.publish(by=by, at=at + HOUR)
    with pytest.raises(ValidationError, match="published already"):
        words.publish(by=by, at=at + HOUR)
    for attempt in ("unschedule", "discard"):
        with pytest.raises(ValidationError, match="published already"):
            getattr(words, attempt)(by=by, at=at + HOUR)


@pytest.mark.parametrize(
    ("kind", "content", "becomes"),
    [
        ("incident", {"title": "Slow", "body": "We look.", "notify": False}, "investigating"),
        ("announcement", {"title": "New prices", "body": "From May."}, "published"),
        ("maintenance", {"title": "New disks", "body": "Some day."}, "announced"),
        (
            "maintenance",
            {
                "title": "New disks",
                "body": "In the night.",
                "start": "2026-03-07T02:00:00Z",
                "end": "2026-03-07T04:00:00Z",
            },
            "scheduled",
        ),
    ],
)
def test_every_kind_becomes_what_its_verb_makes(
    page: Page, by: Actor, at: datetime, kind: str, content: dict[str, Any], becomes: str
) -> None:
    draft = Draft.keep(page, kind, content, by=by, at=at)
    assert not Incident.objects.exists()
    made = draft.publish(by=by, at=at + HOUR)
    assert isinstance(made, Incident)
    assert (made.status, made.published_at) == (becomes, at + HOUR)
    assert made.updates.get().notify is content.get("notify", True)


def test_a_drafted_resolution_resolves(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    content = {"body": "Over.", "status": "resolved", "resolved_at": at + HOUR}
    draft = Draft.keep(incident.page, "update", content, incident=incident, by=by, at=at)
    draft.publish(by=by, at=at + 2 * HOUR)
    incident.refresh_from_db()
    assert (incident.status, incident.resolved_at) == ("resolved", at + HOUR)
    assert mailstore.level_at(at + HOUR) == Level.OPERATIONAL


def test_the_clock_publishes_in_the_name_of_who_scheduled_it(
    words: Draft, author: Actor, at: datetime
) -> None:
    words.schedule(at + HOUR, by=author, at=at)
    assert Draft.publish_due(at=at + HOUR - timedelta(seconds=1)) == 0
    assert Draft.publish_due(at=at + HOUR) == 1
    event = Event.objects.get(kind="incident.updated")
    assert (event.actor_label, event.actor_person_id, event.at) == (
        "Alice", author.person_id, at + HOUR
    )  # fmt: skip
    assert event.tell
    assert Draft.publish_due(at=at + 2 * HOUR) == 0
    assert Event.objects.filter(kind="incident.updated").count() == 1


def test_a_second_clock_with_an_older_reading_does_nothing(
    words: Draft, author: Actor, at: datetime
) -> None:
    words.schedule(at + HOUR, by=author, at=at)
    slower = Draft.objects.get(pk=words.pk)
    Draft.publish_due(at=at + HOUR)
    assert slower._publish_by_clock(at + HOUR) is False
    assert words.incident is not None
    assert words.incident.updates.count() == 2


def test_scheduling_refuses_what_the_verb_would_refuse_then(
    incident: Incident, page: Page, author: Actor, at: datetime
) -> None:
    draft = Draft.keep(page, "incident", {"body": "We look."}, by=author, at=at)
    with pytest.raises(ValidationError) as refused:
        draft.schedule(at + HOUR, by=author, at=at)
    assert refused.value.message_dict == {"title": ["Write something here."]}
    stated = {"body": "Over.", "status": "resolved", "resolved_at": at + HOUR}
    later = Draft.keep(page, "update", stated, incident=incident, by=author, at=at)
    with pytest.raises(ValidationError, match="has not come yet"):
        later.schedule(at + timedelta(minutes=30), by=author, at=at)
    later.schedule(at + 2 * HOUR, by=author, at=at)
    incident.refresh_from_db()
    assert (incident.status, incident.updates.count()) == ("investigating", 1)


def test_a_time_that_has_passed_is_refused(words: Draft, author: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError) as refused:
        words.schedule(at, by=author, at=at)
    assert "has passed" in refused.value.message_dict["publish_at"][0]


def test_what_fails_at_its_time_keeps_everything_and_says_why(
    words: Draft, incident: Incident, author: Actor, at: datetime
) -> None:
    words.schedule(at + HOUR, by=author, at=at)
    incident.resolve(body="Over.", by=author, at=at + timedelta(minutes=10))
    assert Draft.publish_due(at=at + HOUR) == 0
    words.refresh_from_db()
    assert "is reopened, not set" in words.problem
    assert words.content["body"] == "Half of it is **back**."
    assert Event.objects.filter(kind="draft.failed").count() == 1
    assert Draft.publish_due(at=at + 2 * HOUR) == 0
    assert incident.updates.count() == 2


@pytest.mark.parametrize("lost", ["role", "account"])
def test_an_author_without_the_right_publishes_nothing(
    words: Draft, author: Actor, alice: User, at: datetime, lost: str
) -> None:
    words.schedule(at + HOUR, by=author, at=at)
    if lost == "role":
        Membership.objects.filter(user=alice).update(role="viewer")
    else:
        User.objects.filter(pk=alice.pk).update(is_active=False)
    Draft.publish_due(at=at + HOUR)
    words.refresh_from_db()
    assert words.problem.startswith("Alice may not post on this page any more")
    assert words.incident is not None
    assert words.incident.updates.count() == 1


def test_changing_what_failed_gives_it_another_chance(
    words: Draft, incident: Incident, author: Actor, at: datetime
) -> None:
    words.schedule(at + HOUR, by=author, at=at)
    incident.resolve(body="Over.", by=author, at=at + timedelta(minutes=10))
    Draft.publish_due(at=at + HOUR)
    words.refresh_from_db()
    words.change({"body": "A last word."}, by=author, at=at + HOUR)
    assert Draft.publish_due(at=at + 2 * HOUR) == 1


def test_one_that_fails_holds_up_no_other(
    words: Draft, page: Page, author: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = Draft.keep(page, "announcement", {"title": "A", "body": "B"}, by=author, at=at)
    words.schedule(at + HOUR, by=author, at=at)
    fine.schedule(at + HOUR, by=author, at=at)

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Update, "post", broken)
    assert Draft.publish_due(at=at + HOUR) == 1
    words.refresh_from_db()
    assert "fault of ours" in words.problem


def test_trouble_of_the_database_costs_no_draft_its_time(
    words: Draft, author: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    words.schedule(at + HOUR, by=author, at=at)

    def cut(*_given: object, **_named: object) -> None:
        raise OperationalError

    with monkeypatch.context() as trouble:
        trouble.setattr(Update, "post", cut)
        with pytest.raises(OperationalError):
            Draft.publish_due(at=at + HOUR)
    words.refresh_from_db()
    assert words.problem == ""
    assert Draft.publish_due(at=at + HOUR) == 1


def test_an_older_version_does_not_overwrite_a_newer_one(
    words: Draft, author: Actor, bob: User, at: datetime
) -> None:
    mine = Draft.objects.get(pk=words.pk)
    words.change({"body": "Bob's words."}, by=Actor.user(bob), at=at + HOUR, seen=1)
    with pytest.raises(Conflict) as met:
        mine.change({"body": "Alice's words."}, by=author, at=at + HOUR, seen=1)
    assert met.value.theirs == {"body": "Bob's words."}
    assert (met.value.who, met.value.seen) == ("Bob", "2")
    mine.change({"body": "Alice's words."}, by=author, at=at + HOUR, seen=2)
    assert mine.version == 3


def test_a_discarded_draft_leaves_no_words_behind(words: Draft, by: Actor, at: datetime) -> None:
    twin = Draft.objects.get(pk=words.pk)
    words.discard(by=by, at=at)
    assert not Draft.objects.exists()
    assert "back" not in str(list(Event.objects.values("before", "after")))
    with pytest.raises(ValidationError, match="discarded meanwhile"):
        twin.publish(by=by, at=at)


@pytest.mark.parametrize(
    ("kind", "content", "field", "words"),
    [
        ("incident", {"bodies": "x"}, "bodies", "There is no such field here"),
        ("announcement", {"levels": {"a": "b"}}, "levels", "There is no such field here"),
        ("incident", {"levels": {"nobody": "major_outage"}}, "levels", "no component “nobody”"),
        ("incident", {"body": "x" * 25_001}, "body", "25,000 are allowed"),
        ("incident", {"body": 7}, "body", "Send a text"),
        ("incident", {"title": "two\nlines"}, "title", "one line"),
        ("incident", {"started_at": "yesterday"}, "started_at", "not a time"),
        ("incident", {"started_at": "2026-03-02T12:00"}, "started_at", "time zone"),
        ("incident", {"next_update_minutes": "soon"}, "next_update_minutes", "no number"),
        ("poem", {"body": "x"}, "kind", "none of incident, update"),
        ("update", {"body": "x"}, "incident", "belongs to an incident"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(
    page: Page, by: Actor, at: datetime, kind: str, content: Any, field: str, words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Draft.keep(page, kind, content, by=by, at=at)
    assert words in refused.value.message_dict[field][0]


def test_relative_words_in_a_draft_are_named(page: Page, by: Actor, at: datetime) -> None:
    content = {"title": "Work tonight", "body": "It ends tomorrow."}
    assert Draft.keep(page, "maintenance", content, by=by, at=at).aging_words == [
        "tonight", "tomorrow"
    ]  # fmt: skip
    assert not Maintenance.objects.exists()
