"""A cold page asks the database four times; what a sitting has in common is read once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import reading
from incidents.models import Component, Incident, Page, Update
from incidents.models.picking import story
from people.actors import Actor
from publishing.rendering import render
from publishing.sitting import YOUNG, Seat, sitting, state_of, step_by_step
from publishing.statusapi import NAMES
from tests.publishing.busy import COMPONENTS, busy_page
from tests.publishing.world import Outage, mailstore_outage

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
OF_THE_STATE = ["", *(f"api/v2/{name}.json" for name in NAMES)]


@pytest.fixture
def busy(by: Actor, at: datetime) -> Page:
    return busy_page(by, at)


def queries(page: Page, paths: Iterable[str], at: datetime) -> int:
    with CaptureQueriesContext(connection) as captured:
        for path in paths:
            render(page, path, at)
    return len(captured)


def test_a_cold_front_page_costs_four_queries(busy: Page, at: datetime) -> None:
    body = render(busy, "", at).body.decode()
    assert body.count('class="part"') == COMPONENTS
    assert body.count('class="bars"') == COMPONENTS
    assert queries(Page.objects.get(pk=busy.pk), [""], at) <= 4


def test_news_leave_out_nothing_that_files_of_the_state_tell(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = mailstore_outage(by)
    at = outage.incident.resolved_at
    assert at
    assert outage.incident in state_of(outage.page, at).entries
    paths = [*OF_THE_STATE, "embed/", "404/"]
    news = queries(Page.objects.get(pk=outage.page.pk), paths, at)
    monkeypatch.setattr(reading, "news", story)
    monkeypatch.setattr(reading, "_news", reading._news.__wrapped__)
    assert queries(Page.objects.get(pk=outage.page.pk), paths, at) == news


def test_a_busier_record_costs_no_further_query(busy: Page, by: Actor, at: datetime) -> None:
    before = queries(Page.objects.get(pk=busy.pk), ["", "history.atom"], at)
    parts = [Component.add(busy, f"More {number}", by=by, at=at) for number in range(5)]
    parts[0].set_level("major_outage", by=by, at=at)
    assert queries(Page.objects.get(pk=busy.pk), ["", "history.atom"], at) == before


def test_in_a_sitting_a_page_is_read_once(busy: Page, at: datetime) -> None:
    apart = queries(busy, OF_THE_STATE, at)
    with sitting():
        together = queries(busy, OF_THE_STATE, at)
        assert state_of(busy, at) is state_of(busy, at)
    assert together <= apart - 10
    assert state_of(busy, at) is not state_of(busy, at)


def test_in_a_sitting_the_forms_of_a_feed_are_written_from_one_reading(
    busy: Page, at: datetime
) -> None:
    forms = ["history.atom", "history.rss", "feed.json"]
    apart = queries(busy, forms, at)
    with sitting():
        assert 3 * queries(busy, forms, at) == apart


def test_in_a_sitting_all_files_are_the_same_as_apart(busy: Page, at: datetime) -> None:
    paths = [*OF_THE_STATE, "history.atom", "history.rss", "feed.json"]
    apart = [render(busy, path, at).body for path in paths]
    with sitting():
        assert [render(busy, path, at).body for path in paths] == apart


def test_a_new_version_is_read_anew_in_the_same_sitting(
    busy: Page, by: Actor, at: datetime
) -> None:
    with sitting():
        before = state_of(busy, at)
        Component.add(busy, "New", by=by, at=at)
        busy.refresh_from_db()
        assert len(state_of(busy, at).components) == len(before.components) + 1


def test_who_sits_down_again_finds_components_and_entries_as_they_were(
    busy: Page, by: Actor, at: datetime
) -> None:
    seat = Seat()
    with sitting(seat):
        first = state_of(busy, at)
    incident = first.incidents[0]
    Update.post(incident, body="A zebra crossed.", by=by, at=at + SECOND)
    busy.refresh_from_db()
    with sitting(seat):
        second = state_of(busy, at + SECOND)
    assert [each.pk for each in second.entries] == [each.pk for each in first.entries]
    kept = {each.pk for each in first.entries if any(each is other for other in second.entries)}
    assert kept == {each.pk for each in first.entries} - {incident.pk}
    assert second.components[-1] is first.components[-1]


def test_what_lies_at_a_seat_tells_the_same_as_what_is_read_anew(
    busy: Page, by: Actor, at: datetime
) -> None:
    seat, mended = Seat(), busy.components.get(name="Part 0-3")
    for number, level in enumerate(["major_outage", "operational", "degraded_performance"]):
        now = at + number * 3 * HOUR
        mended.set_level(level, by=by, at=now)
        busy.refresh_from_db()
        for later in (now, now + HOUR):
            with sitting(seat):
                told = [render(busy, path, later).body for path in OF_THE_STATE]
            page = Page.objects.get(pk=busy.pk)
            assert told == [render(page, path, later).body for path in OF_THE_STATE]


def test_what_was_read_is_used_on_for_its_version_and_a_few_seconds(at: datetime) -> None:
    seat = Seat()
    assert seat.at_hand(0, at) is None
    seat.clear(7, at)
    assert seat.at_hand(7, at + 2 * SECOND) == at
    assert seat.at_hand(8, at) is None
    assert seat.at_hand(7, at + YOUNG) is None
    assert seat.at_hand(7, at - YOUNG) is None


@pytest.mark.parametrize("path", ["api/v2/incidents.json", "history.atom", "updates.atom"])
def test_long_lists_let_others_go_first_between_any_two(
    outage: Outage, by: Actor, path: str
) -> None:
    later = outage.incident.created_at + timedelta(days=40)
    Incident.open(outage.page, title="Another", body="It is slow.", by=by, at=later)
    steps: list[str] = []
    with sitting(Seat(give_way=lambda: steps.append("gave way"))):
        render(outage.page, path, later)
    assert len(steps) >= 2
    assert [*step_by_step("ab")] == ["a", "b"]
