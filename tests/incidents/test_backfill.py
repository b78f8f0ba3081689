"""Whole histories written down afterwards: honest about it, silent, and all or nothing."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from incidents.core.histories import DownThen, SaidThen, read_updates, read_windows
from incidents.core.levels import Level
from incidents.models import Component, Event, Incident, Page, Update
from incidents.models.story.backfill import backfill
from people.actors import Actor
from publishing.story.timeline import entries, recorded_afterwards

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


def said(at: datetime) -> list[SaidThen]:
    """Three updates of a week ago."""
    week = at - 7 * DAY
    return [
        SaidThen(week, "investigating", "We look.", "It is slow"),
        SaidThen(week + timedelta(hours=1), "identified", "A disk."),
        SaidThen(week + timedelta(hours=2), "resolved", "Over."),
    ]


def down(at: datetime) -> DownThen:
    """Mailstore was down from before the first word until before the last."""
    week = at - 7 * DAY
    hour = timedelta(hours=1)
    return DownThen("mailstore", "major_outage", week - hour, week + 1.5 * hour)


def test_a_whole_history_is_recorded_at_its_own_times(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    made = backfill(
        page, title="Slow mail", updates=said(at), windows=[down(at)], origin_note="From our wiki.",
        tags=["disk"], by=by, at=at,
    )  # fmt: skip
    incident = Incident.objects.with_story().get(pk=made.pk)
    week = at - 7 * DAY
    assert (incident.status, incident.started_at, incident.resolved_at) == (
        "resolved", week - timedelta(hours=1), week + timedelta(hours=2)
    )  # fmt: skip
    assert [update.shown_at for update in incident.updates.all()] == [
        then.said_at for then in said(at)
    ]
    assert recorded_afterwards(incident)
    assert [entry.said_at for entry in entries(incident)] == [then.said_at for then in said(at)]
    assert mailstore.level_at(week) == Level.MAJOR_OUTAGE
    assert mailstore.level_at(at) == Level.OPERATIONAL
    assert (incident.origin_note, incident.tags) == ("From our wiki.", ["disk"])


def test_nobody_is_told_unless_asked(page: Page, by: Actor, at: datetime) -> None:
    backfill(page, title="A", updates=said(at), by=by, at=at)
    assert not Event.objects.filter(tell=True).exists()
    assert not Update.objects.filter(notify=True).exists()
    backfill(page, title="B", updates=said(at), notify=True, by=by, at=at)
    told = Event.objects.get(tell=True)
    assert told.kind == "incident.backfilled"
    assert told.object() == Update.objects.get(incident__title="B", number=3)


def test_one_that_is_there_already_stays_as_it_is(page: Page, by: Actor, at: datetime) -> None:
    first = backfill(page, title="A", updates=said(at), external_id="w-1", by=by, at=at)
    again = backfill(page, title="Other", updates=said(at), external_id="w-1", by=by, at=at)
    assert (again.pk, Incident.objects.count(), Incident.objects.get().title) == (first.pk, 1, "A")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"updates": []}, "updates", "at least the update"),
        ({"updates": 0}, "updates", "No. 1: “went” is none of investigating"),
        ({"updates": 1}, "updates", "No. 2: This was said before the one above"),
        ({"updates": 2}, "updates", "No. 1: 2026-03-03 12:00 UTC has not come yet"),
        ({"updates": 3}, "updates", "No. 2: Only the last update can be the resolution"),
        ({"updates": 4}, "updates", "No. 1: The last one has to be “resolved”"),
        ({"updates": 5}, "updates", "No. 1: Say something"),
        ({"windows": 0}, "windows", "No. 1: “Nothing” is no component of this page"),
        ({"windows": 1}, "windows", "No. 1: “operational” is none of"),
        ({"windows": 2}, "windows", "No. 1: It has to end after its start"),
        ({"windows": 3}, "windows", "No. 2: "),
        ({"title": ""}, "title", "Write something here"),
        ({"canonical_url": "wiki"}, "canonical_url", "no address"),
        ({"tags": ["x" * 61]}, "tags", "At most 60"),
        ({"started_at": datetime(2026, 3, 1, tzinfo=UTC)}, "started_at", "is as old as"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    page: Page, mailstore: Component, by: Actor, at: datetime, change: Any, field: str, words: str
) -> None:
    week = at - 7 * DAY
    bad_updates: list[list[SaidThen]] = [
        [SaidThen(week, "went", "x")],
        [SaidThen(week, "investigating", "x"), SaidThen(week - DAY, "resolved", "x")],
        [SaidThen(at + DAY, "resolved", "x")],
        [SaidThen(week, "resolved", "x"), SaidThen(week, "resolved", "x")],
        [SaidThen(week, "identified", "x")],
        [SaidThen(week, "resolved", "  ")],
    ]
    bad_windows: list[list[DownThen]] = [
        [DownThen("Nothing", "major_outage", week, at)],
        [DownThen("Mailstore", "operational", week, at)],
        [DownThen("Mailstore", "major_outage", week, week)],
        [down(at), down(at)],
    ]
    for name, table in (("updates", bad_updates), ("windows", bad_windows)):
        if isinstance(change.get(name), int):
            change = {name: table[change[name]]}
    given: dict[str, Any] = {"title": "A", "updates": said(at), "windows": []} | change
    with pytest.raises(ValidationError) as refused:
        backfill(page, **given, by=by, at=at)
    assert words in refused.value.message_dict[field][0]
    assert not Incident.objects.exists()


PASTED = """
[2026-02-01 12:00] investigating | It is slow
We look.

Two paragraphs.
[2026-02-01 13:00 UTC] resolved
Over.
"""


def test_a_pasted_history_is_read() -> None:
    first, last = read_updates(PASTED, BERLIN)
    assert first == SaidThen(
        datetime(2026, 2, 1, 11, tzinfo=UTC), "investigating", "We look.\n\nTwo paragraphs.",
        "It is slow",
    )  # fmt: skip
    assert (last.said_at.hour, last.status, last.body) == (13, "resolved", "Over.")
    assert read_windows("API | major_outage | 2026-02-01 12:00 | 2026-02-01 13:00 UTC\n", BERLIN) == [
        DownThen("API", "major_outage", datetime(2026, 2, 1, 11, tzinfo=UTC),
                 datetime(2026, 2, 1, 13, tzinfo=UTC))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\nhello", "Line 2: begin with a line like"),
        ("[yesterday] resolved\nx", "Line 1: “yesterday” is not a time"),
        ("[2026-02-01 12:00 EST -0400] resolved", "Line 1: “EST -0400” contradicts itself"),
    ],
)
def test_what_cannot_be_read_is_refused_by_line(text: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_updates(text, BERLIN)
    assert words in refused.value.message_dict["updates"][0]
    with pytest.raises(ValidationError, match="Line 1: write “component"):
        read_windows("API major_outage", BERLIN)


@given(st.text())
def test_reading_never_stumbles(text: str) -> None:
    for read in (read_updates, read_windows):
        with suppress(ValidationError):
            assert isinstance(read(text, BERLIN), list)


def test_one_update_alone_is_a_history(page: Page, by: Actor, at: datetime) -> None:
    said_then = [SaidThen(at, "resolved", "Mail was slow for an hour.")]
    made = backfill(page, title="A", updates=said_then, by=by, at=at + DAY)
    assert (made.status, made.resolved_at) == ("resolved", at)
