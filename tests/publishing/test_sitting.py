"""A cold page asks the database four times; what a sitting has in common is read once."""

from collections.abc import Iterable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import reading
from incidents.models import Component, Page
from incidents.models.picking import story
from people.actors import Actor
from publishing.rendering import render
from publishing.sitting import sitting, state_of
from publishing.statusapi import NAMES
from tests.publishing.busy import COMPONENTS, busy_page
from tests.publishing.world import mailstore_outage

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
