"""Work that comes back: planned ahead, each date on its own, skipped, changed, ended."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Component, Event, Incident, Maintenance, Page, Recurrence
from people.actors import Actor

FIRST = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # Tuesday, 02:00 in Berlin
DAY = timedelta(days=1)


def set_up(page: Page, by: Actor, at: datetime, **more: Any) -> Recurrence:
    """Every Tuesday at two in Berlin, for an hour."""
    words: dict[str, Any] = {
        "title": "Weekly patches", "body": "Servers restart.", "rule": "FREQ=WEEKLY;COUNT=12",
        "first_start": FIRST, "minutes": 60, "time_zone": "Europe/Berlin", "by": by, "at": at,
    }  # fmt: skip
    return Recurrence.set_up(page, **words | more)


def starts(recurrence: Recurrence, **where: Any) -> list[datetime]:
    """When the occurrences that stand on the page begin."""
    planned = recurrence.occurrences.filter(**where).order_by("recurs_on")
    return [each.scheduled_windows.get(superseded_by=None).start for each in planned]


def told(page: Page) -> int:
    """How many events subscribers were told."""
    return Event.objects.filter(page=page, tell=True).count()


def test_five_weeks_stand_on_the_page_and_one_word_is_told(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = set_up(page, by, at, components=[mailstore], reminders=[1440])
    planned = starts(work)
    assert len(planned) == 5
    # 29 March brings summer time: two in the morning stays two in the morning.
    assert {f"{each.astimezone(work.zone):%a %H:%M}" for each in planned} == {"Tue 02:00"}
    assert planned[4] - planned[3] == timedelta(days=7, hours=-1)
    assert told(page) == 1
    first = work.occurrences.order_by("recurs_on")[0]
    assert list(first.scheduled_windows.get().components.all()) == [mailstore]
    # A day before the first is past already.
    assert not first.scheduled_windows.get().reminders.exists()


def test_the_clock_plans_on_and_tells_nobody_until_the_reminder(
    page: Page, by: Actor, at: datetime
) -> None:
    work = set_up(page, by, at)
    assert Recurrence.plan_ahead(at=at) == 0
    assert Recurrence.plan_ahead(at=at + 7 * DAY) == 1
    assert Recurrence.plan_ahead(at=at + 7 * DAY) == 0
    assert Recurrence.plan_ahead(at=at + 200 * DAY) == 0
    assert (work.occurrences.count(), told(page)) == (6, 1)


def test_at_least_the_next_date_is_planned_however_far_it_is(
    page: Page, by: Actor, at: datetime
) -> None:
    work = set_up(page, by, at, rule="FREQ=YEARLY;COUNT=3")
    Recurrence.plan_ahead(at=FIRST + DAY)
    assert [each.year for each in starts(work)] == [2026, 2027]


def test_one_date_is_skipped_before_and_after_it_was_planned(
    page: Page, by: Actor, at: datetime
) -> None:
    work = set_up(page, by, at, exceptions=[date(2026, 3, 10)])
    assert date(2026, 3, 10) not in [each.date() for each in starts(work)]
    work.skip(date(2026, 3, 17), body="Not this week.", by=by, at=at)
    work.skip(date(2026, 5, 5), body="Nor then.", by=by, at=at)
    assert len(starts(work, status="cancelled")) == 1
    Recurrence.plan_ahead(at=at + 60 * DAY)
    days = [each.date() for each in starts(work, status="scheduled")]
    assert not {date(2026, 3, 17), date(2026, 5, 5)} & set(days)
    for day in (date(2026, 3, 18), date(2026, 3, 3)):
        with pytest.raises(ValidationError) as refused:
            work.skip(day, body="x", by=by, at=FIRST + DAY)
        assert list(refused.value.message_dict) == ["day"]


def test_one_occurrence_is_moved_alone(page: Page, by: Actor, at: datetime) -> None:
    work = set_up(page, by, at)
    second = work.occurrences.order_by("recurs_on")[1]
    assert second.recurs_on is not None
    moved = second.recurs_on + timedelta(hours=5)
    second.scheduled_windows.get().reschedule(
        start=moved, end=moved + timedelta(hours=1), body="Later that day.", by=by, at=at
    )
    Recurrence.plan_ahead(at=at + 2 * DAY)
    assert moved in starts(work)
    assert second.recurs_on not in starts(work)


def test_it_ends_with_one_word_and_leaves_alone_what_has_begun(
    page: Page, by: Actor, at: datetime
) -> None:
    work = set_up(page, by, at)
    Maintenance.run_edges(at=FIRST)
    before = told(page)
    work.end(body="No longer needed.", by=by, at=FIRST)
    assert told(page) == before + 1
    assert sorted(work.occurrences.values_list("status", flat=True)) == [
        "cancelled", "cancelled", "cancelled", "cancelled", "in_progress",
    ]  # fmt: skip
    assert Recurrence.plan_ahead(at=at + 60 * DAY) == 0
    with pytest.raises(ValidationError, match="ended already"):
        work.end(body="Again.", by=by, at=FIRST)


def test_changed_words_hold_for_what_is_planned_from_now_on(
    page: Page, by: Actor, at: datetime
) -> None:
    work = set_up(page, by, at)
    work.change(title="Patches", minutes=30, by=by, at=at)
    Recurrence.plan_ahead(at=at + 7 * DAY)
    titles = list(work.occurrences.order_by("recurs_on").values_list("title", flat=True))
    assert titles == ["Weekly patches"] * 5 + ["Patches"]
    with pytest.raises(ValidationError) as refused:
        work.change(rule="FREQ=DAILY;COUNT=2", by=by, at=at)
    assert list(refused.value.message_dict) == ["rule"]


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"rule": "FREQ=WEEKLY"}, "rule", "Say when it ends"),
        ({"rule": "FREQ=SECONDLY;COUNT=3"}, "rule", "FREQ must be one of"),
        ({"time_zone": "Mars/Base"}, "time_zone", "no time zone"),
        ({"first_start": FIRST - timedelta(days=14)}, "first_start", "This has passed"),
        ({"first_start": FIRST.replace(tzinfo=None)}, "first_start", "its time zone"),
        ({"rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=2"}, "first_start", "not a day of this rule"),
        ({"rule": "FREQ=DAILY;COUNT=2", "minutes": 1441}, "minutes", "begins 24 h later"),
        ({"minutes": 0}, "minutes", "at least one minute"),
        ({"reminders": [3]}, "reminders", "between 5 min and 28 days"),
        ({"exceptions": [date(2026, 3, 4)]}, "exceptions", "no date of this rule"),
        ({"body": " "}, "body", "Say something"),
        ({"title": ""}, "title", "Write something"),
    ],
)
def test_what_cannot_come_back_is_refused_at_its_field(
    wrong: dict[str, Any], field: str, message: str, page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        set_up(page, by, at, **wrong)
    assert list(refused.value.message_dict) == [field]
    assert message in refused.value.message_dict[field][0]
    assert not Recurrence.objects.exists()


def test_occurrences_never_overlap_where_the_clock_is_put_forward(
    page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="begins 23 h later"):
        set_up(page, by, at, rule="FREQ=DAILY;COUNT=40", minutes=24 * 60)


def test_other_rules_of_a_time_zone_plan_no_day_twice(page: Page, by: Actor, at: datetime) -> None:
    work = set_up(page, by, at)
    # As planned before the country left out summer time this year.
    later = work.occurrences.filter(recurs_on__gt=at + 20 * DAY).order_by("recurs_on")
    for occurrence, start in zip(later, starts(work)[-2:], strict=True):
        Incident.objects.filter(pk=occurrence.pk).update(recurs_on=start - timedelta(hours=1))
    assert Recurrence.plan_ahead(at=at + 7 * DAY) == 1
    days = [each.astimezone(work.zone).date() for each in starts(work)]
    assert len(set(days)) == len(days) == 6
    work.skip(days[-2], body="Not this time.", by=by, at=at + 7 * DAY)
    skipped = work.occurrences.get(status="cancelled")
    assert skipped.recurs_on
    assert skipped.recurs_on.astimezone(work.zone).date() == days[-2]


def test_what_cannot_be_planned_is_tried_again_an_hour_later(
    page: Page, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = set_up(page, by, at)

    def broken(*_: Any, **__: Any) -> int:
        raise ZoneInfoNotFoundError(work.time_zone)

    soon = at + 7 * DAY
    with monkeypatch.context() as patch:
        patch.setattr(Recurrence, "_plan", broken)
        assert Recurrence.plan_ahead(at=soon) == 0
    assert Recurrence.plan_ahead(at=soon) == 0
    assert Recurrence.plan_ahead(at=soon + timedelta(hours=2)) == 1
