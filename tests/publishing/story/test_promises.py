"""Promises as readers meet them: on the incident, on the front page, and on the record of all."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.core.promises import Figures
from incidents.models import Commitment, Component, Incident, Maintenance, Page, Update
from people.actors import Actor
from publishing.artefact import Missing
from publishing.pages import promises as page_of_promises
from publishing.pages.promises import years_of
from publishing.rendering import render
from publishing.story.promises import record
from tests.publishing.story.test_entries import seen
from tests.publishing.world import as_served

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def fix(incident: Incident, due: datetime, by: Actor, at: datetime, text: str = "") -> Commitment:
    return Commitment.promise(incident, "fix", due=due, text=text, by=by, at=at)


def story(incident: Incident) -> Incident:
    return Incident.objects.with_story().get(pk=incident.pk)


def test_a_promised_fix_is_named_where_the_next_word_is(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    fix(incident, at + 6 * HOUR, by, at, "Search index rebuilt")
    for path in ("", incident.public_path):
        text = seen(page, at, path)
        assert "Search index rebuilt: " in text
        assert "in 6 h" in text
        assert "No next update was promised before that" in text
        assert "No time was promised for the next update" not in text


def test_once_a_fix_is_overdue_nothing_is_said_to_come_before_it(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    fix(incident, at + HOUR, by, at, "Search index rebuilt")
    text = seen(page, at + 2 * HOUR, incident.public_path)
    assert "No next update was promised before that" not in text
    assert "No time was promised for the next update" in text


def test_where_nothing_was_promised_the_page_says_so(
    page: Page, incident: Incident, at: datetime
) -> None:
    assert "No time was promised for the next update" in seen(page, at, "")


def test_an_unknown_time_is_told_with_its_reason_and_the_promise_that_replaced_it(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    because = "it shows no progress"
    Update.post(incident, body="x", next_update_unknown=because, by=by, at=at)
    assert f"When the next update comes is unknown: {because}" in seen(page, at, "")
    Commitment.promise(incident, "next_update", due=at + HOUR, by=by, at=at + MINUTE)
    text = seen(page, at + MINUTE, incident.public_path)
    assert f"Time unknown: {because}, replaced by a promise with a time" in text
    assert "in 59 min" in text


def test_what_was_taken_back_stays_with_its_reason(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    fix(incident, at + HOUR, by, at).withdraw("No spare part.", by=by, at=at + MINUTE)
    text = seen(page, at + 2 * MINUTE, incident.public_path)
    assert "<b>taken back</b>" in text
    assert ": No spare part." in text


def test_the_figures_say_how_many_were_kept_how_late_and_the_longest_silence(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    Update.post(incident, body="x", next_update_due=at + 30 * MINUTE, by=by, at=at)
    Update.post(incident, body="x", next_update_due=at + HOUR, by=by, at=at + 40 * MINUTE)
    fix(incident, at + 2 * HOUR, by, at + 41 * MINUTE)
    Update.post(incident, body="x", by=by, at=at + 50 * MINUTE)
    known = record([story(incident)], at + 51 * MINUTE)
    assert known.figures == Figures(kept=1, kept_late=1, open=1, most_late=10 * MINUTE)
    assert known.longest_silence == "40 min"
    text = seen(page, at + 51 * MINUTE, incident.public_path)
    assert "<b>Kept in time: 1 of 2</b>, 1 kept late. The longest delay: 10 min." in text
    assert "Still to come: 1." in text
    assert "Longest silence: 40 min." in text


@pytest.fixture
def promises(page: Page, incident: Incident, by: Actor, at: datetime) -> list[Commitment]:
    """One of each state, on two incidents, two years apart."""
    made = [fix(incident, at + HOUR, by, at, f"promise {number}") for number in range(5)]
    made[0].meet(by=by, at=at + 30 * MINUTE)
    made[1].meet(by=by, at=at + 80 * MINUTE)
    made[2].withdraw("No.", by=by, at=at)
    start, end = at + HOUR, at + 2 * HOUR
    work = Maintenance.schedule(
        page, title="Disks", body="x", start=start, end=end, max_minutes=30, by=by, at=at
    )
    work.cancel(body="Not needed.", by=by, at=at)
    later = at + timedelta(days=730)
    other = Incident.open(page, title="Slow", body="x", by=by, at=later)
    fix(other, later + HOUR, by, later, "promise later")
    return made


def test_the_record_adds_up_every_year_as_the_promises_themselves_do(
    page: Page, promises: list[Commitment], at: datetime
) -> None:
    now = at + timedelta(days=730, minutes=30)
    years = {year.number: year.figures for year in years_of(page, now)}
    assert list(years) == [2028, 2026]
    assert Commitment.objects.filter(kind="max_duration").exists(), "called off, so not counted"
    for number, figures in years.items():
        mine = [each for each in Commitment.objects.all() if each.made_at.year == number]
        assert figures == Figures.of(mine, now)
    assert years[2026].late == 2


def test_the_record_is_read_year_by_year_the_newest_first(
    page: Page, promises: list[Commitment], reader: Client, at: datetime
) -> None:
    now = at + timedelta(days=730, minutes=30)
    latest, older = seen(page, now, "promises/"), seen(page, now, "promises/2026/")
    assert "promise later" in latest
    assert "promise 3" not in latest
    assert older.index("promise 4") < older.index("promise 0")
    assert "<b>20 min late</b>" in older
    assert "Mail cannot be read" in older
    with pytest.raises(Missing):
        render(page, "promises/2027/", now)
    assert 'href="/promises/"' in seen(page, now, "")


def test_a_year_comes_in_parts(
    page: Page,
    promises: list[Commitment],
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page_of_promises, "A_PART", 2)
    now = at + timedelta(days=731)
    first, last = (seen(page, now, path) for path in ("promises/2026/", "promises/2026/3/"))
    assert 'href="/promises/2026/2/"' in first
    assert ("promise 0" in first, "promise 0" in last) == (False, True)
    with pytest.raises(Missing):
        render(page, "promises/2026/4/", now)


def test_what_is_not_public_is_promised_to_nobody(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    drill = Incident.open(page, title="Drill", body="x", rehearsal=True, by=by, at=at)
    never = Incident.open(page, title="Never", body="x", by=by, at=at)
    for incident in (drill, never):
        fix(incident, at + HOUR, by, at)
    never.withdraw("It never was.", by=by, at=at)
    assert years_of(page, at) == []
    assert "Nothing has been promised yet." in seen(page, at, "promises/")


def test_the_record_costs_the_same_however_much_was_promised(
    page: Page,
    promises: list[Commitment],
    at: datetime,
    django_assert_num_queries: object,
) -> None:
    served = as_served(page)
    with django_assert_num_queries(2):  # type: ignore[operator]
        render(served, "promises/2026/", at + timedelta(days=731))


def test_a_resolution_that_was_taken_back_stays_and_says_so(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    end = incident.resolve(body="All is well.", by=by, at=at + HOUR)
    again = incident.reopen(body="It is not.", by=by, at=at + 2 * HOUR)
    text = seen(page, at + 2 * HOUR, incident.public_path)
    assert "All is well." in text
    assert f'Taken back: it was not over. <a href="#{again.anchor}">' in text
    feed = seen(page, at + 2 * HOUR, "history.atom")
    assert "Taken back: reopened 2 Mar 2026, 14:00 UTC" in feed
    assert end.anchor in text


def test_the_cause_is_told_with_what_was_thought_before(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    incident.judge_cause("suspected", cause="A backplane", category="hardware", by=by, at=at)
    text = seen(page, at, incident.public_path)
    assert 'A backplane <span class="soft">(suspected, hardware)</span>' in text
    assert "Ruled out" not in text
    incident.judge_cause("ruled_out", cause="A backplane", by=by, at=at + HOUR)
    incident.judge_cause("ruled_out", cause="A backplane", by=by, at=at + HOUR)
    incident.judge_cause("confirmed", cause="A disk", by=by, at=at + 2 * HOUR)
    text = seen(page, at + 2 * HOUR, incident.public_path)
    assert "<b>Suspected</b>: A backplane" in text
    assert text.count("<b>Ruled out</b>: A backplane") == 1
    assert text.index("<b>Ruled out</b>") < text.index("<b>Confirmed</b>: A disk")
    assert "backplane" not in str(list(page.events.values("before", "after")))


@pytest.fixture
def undated(page: Page, by: Actor, at: datetime) -> Maintenance:
    """Work whose dates are promised within the hour."""
    work = Maintenance.announce(page, title="Moves", body="Dates follow.", by=by, at=at)
    Commitment.promise(work, "maintenance_dates", due=at + HOUR, by=by, at=at)
    return work


@pytest.mark.parametrize("of_itself", [False, True])
def test_promised_dates_have_their_clock_on_the_front_page_and_at_the_work(
    undated: Maintenance, at: datetime, *, of_itself: bool
) -> None:
    page, path = undated.page, undated.public_path if of_itself else ""
    soon = seen(page, at + HOUR / 2, path)
    assert "Maintenance dates: <span" in soon
    assert "Promised by <time" in soon
    late = seen(page, at + 2 * HOUR, path)
    assert '<div class="promise" data-state="late">' in late
    assert "1 h late" in late
    assert "It was promised by <time" in late


def test_the_text_for_a_ticket_tells_of_promised_dates(undated: Maintenance, at: datetime) -> None:
    text = seen(undated.page, at + 2 * HOUR, f"{undated.public_path.rstrip('/')}.txt")
    assert "Maintenance dates: It was promised by 2 Mar 2026, 13:00 UTC" in text


def test_what_was_overdue_when_it_was_called_off_stays_late(
    undated: Maintenance, by: Actor, at: datetime
) -> None:
    page = undated.page
    undated.cancel(body="We shall not move.", by=by, at=at + 3 * HOUR)
    now = at + 9 * HOUR
    for path in (undated.public_path, "promises/"):
        text = seen(page, now, path)
        assert "<b>taken back</b>" in text
        assert "<b>2 h late</b>" in text
        assert "The longest delay: 2 h." in text
    assert "Maintenance dates: 2 h late" in seen(page, now, "history.atom")
    assert years_of(page, now)[0].figures == record([story(undated)], now).figures
