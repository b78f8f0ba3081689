"""Posting, editing, redacting, resolving and reopening."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.core.levels import Impact, Level
from incidents.models import Component, Event, Incident, Page, Update
from people.actors import Actor

HOUR = timedelta(hours=1)


def levels_of(update: Update) -> list[tuple[str, str]]:
    return [(row.old_level, row.new_level) for row in update.levels.all()]


def test_opening_an_incident_begins_windows_at_its_start(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident = Incident.open(
        page, title="Down", body="Looking.", levels={mailstore: Level.MAJOR_OUTAGE},
        started_at=at - 2 * HOUR, by=by, at=at,
    )  # fmt: skip
    assert mailstore.level_at(at - HOUR) == Level.MAJOR_OUTAGE
    assert mailstore.level_at(at - 3 * HOUR) == Level.OPERATIONAL
    assert incident.impact == Impact.CRITICAL


def test_an_update_lists_only_what_changes(
    incident: Incident, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    update = Update.post(
        incident, body="Webmail too.", levels={component: Level.DEGRADED_PERFORMANCE},
        by=by, at=at + HOUR,
    )  # fmt: skip
    assert mailstore.level_at(at + HOUR) == Level.MAJOR_OUTAGE
    assert component.level_at(at + HOUR) == Level.DEGRADED_PERFORMANCE
    assert levels_of(update) == [("operational", "degraded_performance")]


def test_a_change_of_level_ends_one_window_and_begins_the_next(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    Update.post(
        incident, body="Slow, but up.", levels={mailstore: Level.DEGRADED_PERFORMANCE},
        happened_at=at + HOUR, by=by, at=at + 2 * HOUR,
    )  # fmt: skip
    spans = list(incident.windows.order_by("start").values_list("level", "start", "end"))
    assert spans == [
        ("major_outage", at, at + HOUR),
        ("degraded_performance", at + HOUR, None),
    ]


def test_resolving_closes_every_window_at_the_stated_time(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", resolved_at=at + HOUR, by=by, at=at + 2 * HOUR)
    assert incident.status == "resolved"
    assert incident.duration == HOUR
    assert [window.end for window in incident.windows.all()] == [at + HOUR]
    assert mailstore.level_at(at + HOUR) == Level.OPERATIONAL


def test_resolving_never_closes_another_incidents_window(
    incident: Incident, page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    other = Incident.open(
        page, title="Slow", body="x", levels={mailstore: Level.PARTIAL_OUTAGE}, by=by, at=at
    )
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    assert mailstore.level_at(at + HOUR) == Level.PARTIAL_OUTAGE
    assert other.windows.get().end is None


def test_how_long_it_was_is_what_clocks_without_seconds_show(
    incident: Incident, by: Actor, at: datetime
) -> None:
    seconds = timedelta(seconds=50)
    incident.resolve(body="Over.", resolved_at=at + HOUR + seconds, by=by, at=at + 2 * HOUR)
    assert incident.duration == HOUR


@pytest.mark.parametrize("offset", [-HOUR, 3 * HOUR])
def test_an_end_before_the_start_or_in_the_future_is_refused_and_nothing_is_stored(
    incident: Incident, by: Actor, at: datetime, offset: timedelta
) -> None:
    with pytest.raises(ValidationError) as refused:
        incident.resolve(body="Over.", resolved_at=at + offset, by=by, at=at + HOUR)
    assert list(refused.value.message_dict) == ["resolved_at"]
    incident.refresh_from_db()
    assert (incident.status, incident.updates.count()) == ("investigating", 1)
    assert incident.windows.get().end is None


def test_reopening_keeps_the_old_resolution_and_begins_new_windows(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    incident.reopen(
        body="Not over.", levels={mailstore: Level.PARTIAL_OUTAGE}, by=by, at=at + 2 * HOUR
    )
    assert list(incident.updates.values_list("status", flat=True)) == [
        "investigating", "resolved", "investigating",
    ]  # fmt: skip
    assert mailstore.level_at(at + 90 * HOUR / 60) == Level.OPERATIONAL
    assert mailstore.level_at(at + 2 * HOUR) == Level.PARTIAL_OUTAGE
    assert incident.resolved_at is None


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"body": " "}, "body"),
        ({"body": "x" * 26_000}, "body"),
        ({"body": "[" * 20_000}, "body"),
        ({"status": "completed"}, "status"),
        ({"status": "resolved"}, "status"),
        ({"headline": "Subject\r\nBcc: all@example.com"}, "headline"),
        ({"happened_at": datetime(2026, 3, 2, 12, 0)}, "happened_at"),
        ({"next_update_due": datetime(2026, 3, 2, 12, 0)}, "next_update_due"),
        ({"social_text": "x" * 281}, "social_text"),
    ],
)
def test_bad_input_names_its_field_and_stores_nothing(
    incident: Incident, by: Actor, at: datetime, fields: dict[str, object], at_fault: str
) -> None:
    events = Event.objects.count()
    with pytest.raises(ValidationError) as refused:
        Update.post(incident, **({"body": "x"} | fields), by=by, at=at + HOUR)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [at_fault]
    assert incident.updates.count() == 1
    assert Event.objects.count() == events


def test_an_unknown_level_or_a_component_of_another_page_is_refused(
    incident: Incident, component: Component, by: Actor, at: datetime
) -> None:
    elsewhere = Page.found(name="Else", slug="else", by=by, at=at)
    foreign = Component.add(elsewhere, "Theirs", by=by, at=at)
    for levels in ({component: "broken"}, {foreign: Level.MAJOR_OUTAGE}):
        with pytest.raises(ValidationError) as refused:
            Update.post(incident, body="x", levels=levels, by=by, at=at + HOUR)
        assert list(refused.value.message_dict) == ["levels"]
    assert incident.updates.count() == 1


def test_what_is_over_cannot_fail_again_without_being_reopened(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    Update.post(incident, body="A word afterwards.", by=by, at=at + 2 * HOUR)
    with pytest.raises(ValidationError, match="reopen it"):
        Update.post(
            incident, body="x", levels={mailstore: Level.MAJOR_OUTAGE}, by=by, at=at + 2 * HOUR
        )


def test_a_change_before_the_window_began_is_refused_by_name(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    for level in (Level.OPERATIONAL, Level.MAJOR_OUTAGE):
        with pytest.raises(ValidationError, match="Mailstore is recorded as major outage"):
            Update.post(
                incident, body="x", levels={mailstore: level},
                happened_at=at - HOUR, by=by, at=at + HOUR,
            )  # fmt: skip


def test_a_slip_is_mended_within_ten_minutes_and_frozen_afterwards(
    incident: Incident, by: Actor, at: datetime
) -> None:
    update = incident.updates.get()
    update.edit(body="We are looking **hard**.", by=by, at=at + timedelta(minutes=10))
    assert "<strong>hard</strong>" in Update.objects.get(pk=update.pk).html
    with pytest.raises(ValidationError, match="post a correction"):
        update.edit(body="History.", by=by, at=at + timedelta(minutes=11))


def test_a_correction_names_the_update_that_it_corrects(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    wrong = incident.updates.get()
    right = Update.post(incident, body="It was not so.", corrects=wrong, by=by, at=at + HOUR)
    assert list(wrong.corrected_by.all()) == [right]
    other = Incident.open(page, title="Else", body="x", by=by, at=at)
    with pytest.raises(ValidationError, match="belongs to another incident"):
        Update.post(other, body="x", corrects=wrong, by=by, at=at + HOUR)


def test_redaction_leaves_a_dated_stub_and_no_word_anywhere(
    incident: Incident, by: Actor, at: datetime
) -> None:
    secret = Update.post(incident, body="The password is swordfish.", by=by, at=at + HOUR)
    secret.redact("It held a password.", by=by, at=at + 2 * HOUR)
    row = Update.objects.get(pk=secret.pk)
    assert (row.body, row.html, row.redacted_at) == ("", "", at + 2 * HOUR)
    journal = str(list(Event.objects.values("before", "after")))
    assert "swordfish" not in journal


def test_each_post_asks_to_be_told_once_unless_asked_not_to(
    incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="Quietly.", notify=False, by=by, at=at + HOUR)
    told = Event.objects.filter(tell=True)
    assert list(told.values_list("kind", "object_type")) == [
        ("incident.opened", "incidents.update")
    ]
    assert told.get().object() == incident.updates.first()


def test_telling_waits_for_the_pages_delay_when_staff_post_and_never_for_automation(
    page: Page, by: Actor, at: datetime
) -> None:
    page.change(tell_delay_seconds=20, by=by, at=at)
    robot = Actor.system("probe", face="api")
    for actor, delay in ((by, 20), (robot, 0)):
        incident = Incident.open(page, title="Down", body="x", by=actor, at=at)
        assert incident.events.get().tell_after == at + timedelta(seconds=delay)


def test_a_rehearsal_runs_the_whole_flow_and_shows_and_tells_nothing(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    Incident.open(
        page, title="Drill", body="x", levels={mailstore: Level.MAJOR_OUTAGE},
        rehearsal=True, by=by, at=at,
    )  # fmt: skip
    assert mailstore.level_at(at) == Level.OPERATIONAL
    assert not Event.objects.filter(tell=True).exists()


def test_an_update_is_numbered_after_what_another_posted_meanwhile(
    incident: Incident, by: Actor, at: datetime
) -> None:
    read_before = Incident.objects.with_story().get(pk=incident.pk)
    Update.post(incident, body="Somebody was quicker.", by=by, at=at)
    assert Update.post(read_before, body="So was I.", by=by, at=at).number == 3


def test_words_that_were_redacted_meanwhile_do_not_come_back(
    incident: Incident, by: Actor, at: datetime
) -> None:
    read_before = incident.updates.get()
    incident.updates.get().redact("It named a customer.", by=by, at=at)
    with pytest.raises(ValidationError, match="redacted already"):
        read_before.edit(body="It named Ada.", by=by, at=at)
    with pytest.raises(ValidationError, match="redacted already"):
        read_before.redact("Again.", by=by, at=at)
    assert incident.updates.get().redaction_reason == "It named a customer."


def test_mending_the_words_leaves_text_for_networks_and_signature(
    page: Page, by: Actor, at: datetime
) -> None:
    incident = Incident.open(
        page, title="Down", body="Loking.", social_text="Down.", signature="Ops", by=by, at=at
    )
    incident.updates.get().edit(body="Looking.", headline="Down", by=by, at=at)
    update = incident.updates.get()
    assert (update.body, update.headline) == ("Looking.", "Down")
    assert (update.social_text, update.signature) == ("Down.", "Ops")


def test_what_names_another_incident_outside_is_one_short_line(
    page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError) as refused:
        Incident.open(page, title="Down", body="x", external_id="x" * 121, by=by, at=at)
    assert list(refused.value.message_dict) == ["external_id"]


def test_an_update_is_called_by_its_number_and_its_words(
    page: Page, by: Actor, at: datetime
) -> None:
    incident = Incident.open(page, title="Trouble", body="We **look** into it.", by=by, at=at)
    assert str(incident.updates.get()) == "#1 We look into it."
    second = Update.post(incident, headline="A disk is full", body="More.", by=by, at=at)
    assert str(second) == "#2 A disk is full"


def test_what_ends_says_what_something_else_still_holds(
    page: Page, mailstore: Component, incident: Incident, by: Actor, at: datetime
) -> None:
    second = Incident.open(
        page, title="Slow", body="x", levels={mailstore: Level.DEGRADED_PERFORMANCE},
        by=by, at=at + HOUR,
    )  # fmt: skip
    assert [row.held_level for row in second.updates.get().levels.all()] == ["major_outage"]
    over = second.resolve(body="Fast again.", by=by, at=at + 2 * HOUR)
    assert [(row.new_level, row.held_level) for row in over.levels.all()] == [
        ("operational", "major_outage")
    ]
    last = incident.resolve(body="Over.", by=by, at=at + 3 * HOUR)
    assert [(row.new_level, row.held_level) for row in last.levels.all()] == [("operational", "")]
