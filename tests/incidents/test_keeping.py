"""A promise is kept by the thing itself."""

from datetime import datetime, timedelta

import pytest

from incidents.models import (
    Commitment,
    CommitmentState,
    Component,
    Incident,
    IncidentLink,
    Maintenance,
    Page,
    Postmortem,
    Update,
)
from incidents.models.story import silent
from people.actors import Actor

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def fix(incident: Incident, due: datetime, by: Actor, at: datetime, text: str = "") -> Commitment:
    return Commitment.promise(incident, "fix", due=due, text=text, by=by, at=at)


def state(promise: Commitment, at: datetime) -> tuple[str, timedelta]:
    promise.refresh_from_db()
    return promise.state_at(at), promise.lateness_at(at)


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (55 * MINUTE, ("kept", timedelta())),
        (60 * MINUTE, ("kept", timedelta())),
        (70 * MINUTE, ("kept_late", 10 * MINUTE)),
    ],
)
def test_a_fix_is_kept_by_resolving_as_of_the_stated_end(
    incident: Incident,
    by: Actor,
    at: datetime,
    ended: timedelta,
    expected: tuple[str, timedelta],
) -> None:
    promise = fix(incident, at + HOUR, by, at)
    resolution = incident.resolve(body="Over.", resolved_at=at + ended, by=by, at=at + 2 * HOUR)
    assert state(promise, at + 2 * HOUR) == expected
    assert promise.met_in == resolution


def test_what_is_not_done_with_it_is_still_owed(
    incident: Incident, by: Actor, at: datetime
) -> None:
    access, disk = (fix(incident, at + HOUR, by, at, text) for text in ("access", "new disk"))
    incident.resolve(body="Over.", still_owed=[disk], by=by, at=at + MINUTE)
    assert state(access, at + MINUTE)[0] == "kept"
    assert state(disk, at + MINUTE)[0] == "open"


def test_reopening_owes_again_what_the_resolution_had_kept(
    incident: Incident, by: Actor, at: datetime
) -> None:
    promise = fix(incident, at + HOUR, by, at)
    notice = Commitment.promise(incident, "personal_notice", due=at + HOUR, by=by, at=at)
    notice.meet(by=by, at=at)
    incident.resolve(body="Over.", by=by, at=at + 30 * MINUTE)
    incident.reopen(body="It is not.", by=by, at=at + 90 * MINUTE)
    assert state(promise, at + 90 * MINUTE) == ("late", 30 * MINUTE)
    assert state(notice, at + 90 * MINUTE)[0] == "kept"


def test_a_longest_duration_runs_from_the_beginning(
    incident: Incident, by: Actor, at: datetime
) -> None:
    promise = Commitment.promise(
        incident, "max_duration", max_minutes=60, by=by, at=at + 10 * MINUTE
    )
    assert promise.due == at + HOUR
    incident.resolve(body="Over.", by=by, at=at + 75 * MINUTE)
    assert state(promise, at + 2 * HOUR) == ("kept_late", 15 * MINUTE)


def test_a_postmortem_is_kept_by_publishing_it(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    promise = Commitment.promise(incident, "postmortem", due=at + HOUR, by=by, at=at)
    account = Postmortem.draft(page, title="Why", incidents=[incident], by=by, at=at)
    account.write_section("summary", "A disk.", by=by, at=at)
    assert state(promise, at)[0] == "open"
    account.publish(by=by, at=at + 2 * HOUR)
    assert state(promise, at + 2 * HOUR) == ("kept_late", HOUR)


@pytest.fixture
def announced(page: Page, by: Actor, at: datetime) -> Maintenance:
    return Maintenance.announce(page, title="New disks", body="Dates follow.", by=by, at=at)


def dates(work: Maintenance, component: Component, by: Actor, at: datetime) -> None:
    work.set_dates(
        start=at + 24 * HOUR, end=at + 26 * HOUR, body="On Tuesday.", components=[component],
        max_minutes=60, by=by, at=at,
    )  # fmt: skip


def test_dates_are_kept_by_setting_them_also_where_the_work_follows_up(
    announced: Maintenance, incident: Incident, component: Component, by: Actor, at: datetime
) -> None:
    own = Commitment.promise(announced, "maintenance_dates", due=at + HOUR, by=by, at=at)
    theirs = Commitment.promise(incident, "maintenance_dates", due=at + HOUR, by=by, at=at)
    IncidentLink.tie(announced, incident, "follow_up", by=by, at=at)
    dates(announced, component, by, at + 2 * HOUR)
    for promise in (own, theirs):
        assert state(promise, at + 2 * HOUR) == ("kept_late", HOUR)


def test_how_long_planned_work_takes_at_most_is_promised_and_measured(
    announced: Maintenance, component: Component, by: Actor, at: datetime
) -> None:
    dates(announced, component, by, at)
    promise = announced.commitments.get(kind="max_duration")
    assert (promise.max_minutes, promise.due) == (60, None)
    assert state(promise, at + 999 * HOUR)[0] == "open"
    began = at + 24 * HOUR
    announced.start(started_at=began, by=by, at=began)
    promise.refresh_from_db()
    assert promise.due == began + HOUR
    announced.complete(ended_at=began + 75 * MINUTE, by=by, at=began + 80 * MINUTE)
    assert state(promise, began + 80 * MINUTE) == ("kept_late", 15 * MINUTE)


def test_calling_the_work_off_takes_its_promises_back(
    announced: Maintenance, component: Component, by: Actor, at: datetime
) -> None:
    own = Commitment.promise(announced, "maintenance_dates", due=at + HOUR, by=by, at=at)
    announced.cancel(body="Not needed.", by=by, at=at + MINUTE)
    assert state(own, at + MINUTE)[0] == CommitmentState.WITHDRAWN
    assert own.withdrawal_reason == "The work was called off."


def test_silence_is_noted_once_and_again_after_the_next_word(
    incident: Incident, by: Actor, at: datetime
) -> None:
    assert incident.page.silence_limit_minutes == 120
    assert Incident.notice_silence(at=at + 119 * MINUTE) == 0
    assert Incident.notice_silence(at=at + 2 * HOUR) == 1
    assert Incident.notice_silence(at=at + 3 * HOUR) == 0
    Update.post(incident, body="Here.", by=by, at=at + 4 * HOUR)
    assert Incident.notice_silence(at=at + 5 * HOUR) == 0
    assert Incident.notice_silence(at=at + 6 * HOUR) == 1
    noted = incident.events.filter(kind="incident.silent").order_by("pk")
    assert [event.at for event in noted] == [at + 2 * HOUR, at + 6 * HOUR]


def test_nothing_is_owed_while_a_repair_is_watched_or_once_it_was_taken_back(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="It holds so far.", status="monitoring", by=by, at=at)
    other = Incident.open(page, title="Nothing", body="x", by=by, at=at)
    other.withdraw("It never was.", by=by, at=at)
    assert Incident.notice_silence(at=at + 24 * HOUR) == 0


def test_a_word_said_while_the_clock_looked_ends_the_silence(
    incident: Incident, by: Actor, at: datetime
) -> None:
    seen_before = Incident.objects.get(pk=incident.pk)
    Update.post(incident, body="Here.", by=by, at=at + 2 * HOUR)
    assert silent.note(seen_before, at + 2 * HOUR) == 0
