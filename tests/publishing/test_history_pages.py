"""The history of one component, the way to it, and pages for what is not there."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given

from incidents.core.lifecycles import Kind
from incidents.models import Component, Incident, Maintenance, Page
from people.actors import Actor
from publishing.artefact import Missing
from publishing.pages import component_history, history
from publishing.published import inventory, touching
from publishing.published.gathering import Touched
from publishing.rendering import render
from tests.publishing.world import open_trouble

HOUR = timedelta(hours=1)
ZONES = ["UTC", "Pacific/Auckland", "America/St_Johns", "Europe/Berlin", "Pacific/Kiritimati"]


class Begun:
    """Instants at which incidents began, in the place of the record's."""

    def __init__(self, instants: list[datetime]) -> None:
        self.instants = sorted(instants, reverse=True)

    def rows(self, *, kind: Kind, before: datetime, **_page: int) -> list[tuple[datetime]]:
        found = self.instants if kind == Kind.INCIDENT else []
        return [(each,) for each in found if each < before][:1]

    def converted(self, rows: list[tuple[datetime]]) -> Iterator[list[datetime]]:
        yield from map(list, rows)


def seen(page: Page, at: datetime, path: str) -> str:
    page = Page.objects.get(pk=page.pk)
    return " ".join(render(page, path, at).body.decode().split())


def past_trouble(page: Page, hit: Component, by: Actor, start: datetime, title: str) -> Incident:
    incident = Incident.open(
        page, title=title, body="It broke.", levels={hit: "partial_outage"}, by=by, at=start
    )
    incident.resolve(body="It is mended.", by=by, at=start + HOUR)
    return incident


def test_a_component_has_a_history_of_its_own_by_month_and_year(
    page: Page, component: Component, mailstore: Component, by: Actor, at: datetime
) -> None:
    for month in (datetime(2025, 12, 5, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC)):
        past_trouble(page, mailstore, by, month, f"Mail is slow {month:%B}")
    past_trouble(page, component, by, at - HOUR, "The web site is slow")
    latest = seen(page, at, f"{mailstore.public_path}history/")
    assert "Mail is slow February" in latest
    assert "February 2026" in latest
    assert "Mail is slow December" not in latest
    assert "The web site is slow" not in latest
    assert "January 2026" not in latest
    assert f'href="/{mailstore.public_path}history/2025/"' in latest
    assert "Mail is slow December" in seen(page, at, f"{mailstore.public_path}history/2025/")


@pytest.mark.parametrize("month", ["2026-01", "0300-01", "9000-01"])
def test_a_month_in_which_nothing_began_has_no_page(
    page: Page, mailstore: Component, by: Actor, at: datetime, month: str
) -> None:
    past_trouble(page, mailstore, by, datetime(2026, 2, 5, tzinfo=UTC), "Mail is slow")
    assert "Mail is slow" in seen(page, at, "history/2026-02/")
    with pytest.raises(Missing):
        render(page, f"history/{month}/", at)


@given(st.lists(st.integers(0, 24 * 800), max_size=12), st.sampled_from(ZONES))
def test_months_are_those_in_which_something_began_by_the_clock_of_the_page(
    hours: list[int], zone: str
) -> None:
    page = Page(pk=1, time_zone=zone)
    begun = [datetime(2024, 1, 1, tzinfo=UTC) + hour * HOUR for hour in hours]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "_newest", lambda _using: Begun(begun))
        found = history.months_of(page)
    local = {moment.astimezone(ZoneInfo(zone)).date().replace(day=1) for moment in begun}
    assert found == sorted(local, reverse=True)


def test_months_of_every_kind_are_found_and_nothing_that_is_not_public(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    page.change(time_zone="Pacific/Auckland", by=by, at=at)
    edge = datetime(2025, 9, 30, 11, 30, tzinfo=UTC)
    past_trouble(page, mailstore, by, edge, "October down there")
    past_trouble(page, mailstore, by, edge - HOUR, "September")
    Incident.open(
        page, title="Rehearsed", body="x", rehearsal=True, by=by, at=edge - 80 * 24 * HOUR
    )
    Maintenance.announce(page, title="Dates to follow", body="x", by=by, at=at)
    page = Page.objects.get(pk=page.pk)
    assert history.months_of(page) == [date(2025, 10, 1), date(2025, 9, 1)]


def test_so_many_stand_together_and_the_rest_on_the_page_of_its_month(
    page: Page, mailstore: Component, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST", 3)
    for day in (1, 2, 3):
        past_trouble(page, mailstore, by, datetime(2026, 2, day, tzinfo=UTC), f"February {day}.")
    past_trouble(page, mailstore, by, datetime(2026, 1, 9, tzinfo=UTC), "January 9.")
    whole = seen(page, datetime(2026, 2, 20, tzinfo=UTC), "history/")
    assert "February 1." in whole
    assert "January 9." not in whole
    assert "All of it" in whole
    past_trouble(page, mailstore, by, datetime(2026, 2, 4, tzinfo=UTC), "February 4.")
    latest = seen(page, datetime(2026, 2, 20, tzinfo=UTC), "history/")
    assert "February 1." not in latest
    assert 'class="section__more" href="/history/2026-02/">All of it' in latest
    month = seen(page, datetime(2026, 2, 20, tzinfo=UTC), "history/2026-02/")
    assert all(f"February {day}." in month for day in (1, 2, 3, 4))


def test_the_year_of_an_entry_is_that_of_the_pages_zone(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    page.time_zone = "Pacific/Auckland"
    page.save(update_fields=["time_zone"])
    past_trouble(page, mailstore, by, datetime(2025, 12, 31, 12, tzinfo=UTC), "New year")
    assert "January 2026" in seen(page, at, f"{mailstore.public_path}history/2026/")
    with pytest.raises(Missing):
        seen(page, at, f"{mailstore.public_path}history/2025/")


def test_planned_work_that_is_over_belongs_to_the_history_of_what_it_was_on(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="New disks", body="We change disks.", components=[mailstore],
        start=at + HOUR, end=at + 2 * HOUR, by=by, at=at,
    )  # fmt: skip
    path = f"{mailstore.public_path}history/"
    assert "Nothing has touched it yet" in seen(page, at, path)
    work.cancel(body="Not needed.", by=by, at=at + HOUR / 2)
    assert "New disks" in seen(page, at + HOUR, path)


def test_a_long_year_is_told_in_parts_and_costs_the_same(
    page: Page, mailstore: Component, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        past_trouble(page, mailstore, by, at - timedelta(days=number + 1), f"Trouble {number}")
    path = f"{mailstore.public_path}history/2026/"
    with CaptureQueriesContext(connection) as whole:
        seen(page, at, path)
    monkeypatch.setattr(component_history, "A_PART", 2)
    with CaptureQueriesContext(connection) as part:
        first = seen(page, at, path)
    assert len(part) == len(whole)
    assert ("Trouble 1" in first, "Trouble 2" in first) == (True, False)
    assert f'href="/{path}2/"' in first
    last = seen(page, at, f"{path}3/")
    assert ("Trouble 4" in last, "Older" in last) == (True, False)
    assert f'href="/{path}2/"' in last
    with pytest.raises(Missing):
        seen(page, at, f"{path}4/")


def test_the_files_of_a_history_are_known_and_a_change_touches_its_year_alone(
    page: Page, component: Component, mailstore: Component, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(component_history, "A_PART", 2)
    for days in (1, 2, 3, 100):
        past_trouble(page, mailstore, by, at - timedelta(days=days), f"Trouble {days}")
    path = f"{mailstore.public_path}history/"
    known = {f"{path}{tail}" for tail in ("", "2026/", "2026/2/", "2025/")}
    assert known <= inventory.everything(page, at).keys()
    page = Page.objects.get(pk=page.pk)
    newest = page.incidents.get(title="Trouble 1")
    events = page.events.filter(incident=newest)
    touched = touching.touched_by(page, Touched.of(events), at).keys()
    assert {path, f"{path}2026/", f"{path}2026/2/"} <= touched
    assert f"{path}2025/" not in touched
    assert not [each for each in touched if each.startswith(f"{component.public_path}history")]


def test_readers_choose_a_component_from_the_history(
    page: Page, mailstore: Component, at: datetime
) -> None:
    assert f'href="/{mailstore.public_path}history/"' in seen(page, at, "history/")
    assert f'href="/{mailstore.public_path}history/"' in seen(page, at, mailstore.public_path)


@pytest.mark.parametrize("tail", ["history/1999/", "history/0000/", "history/2026/1/", "history/x"])
def test_a_year_without_anything_is_missing(
    page: Page, mailstore: Component, by: Actor, at: datetime, tail: str
) -> None:
    past_trouble(page, mailstore, by, at - HOUR, "Once")
    with pytest.raises(Missing):
        seen(page, at, f"{mailstore.public_path}{tail}")


def test_where_nothing_stands_readers_learn_how_it_is_and_can_search(
    page: Page, mailstore: Component, by: Actor, at: datetime, reader: Client
) -> None:
    trouble = open_trouble(page, mailstore, by, at)
    answer = reader.get("/incidents/abc/")
    html = " ".join(answer.content.decode().split())
    assert answer.status_code == 404
    assert "Partial System Outage" in html or "Partially Degraded Service" in html
    assert f'href="/{trouble.public_path}"' in html
    assert 'action="/search/"' in html
    assert 'name="robots" content="noindex"' in html


def test_a_private_page_has_no_history_of_a_component(
    page: Page, mailstore: Component, at: datetime
) -> None:
    page.visibility = Page.Visibility.PRIVATE
    page.save(update_fields=["visibility"])
    with pytest.raises(Missing):
        seen(page, at, f"{mailstore.public_path}history/")


def test_what_was_typed_is_kept_when_no_form_can_be_taken(page: Page) -> None:
    typed = [
        ("text", "It is <broken>\nfor me"),
        ("contact", "me@example.org"),
        ("kind", "question"),
    ]
    html = render_to_string("publishing/pages/unavailable.html", {"page": page, "typed": typed})
    assert "It is &lt;broken&gt;\nfor me</textarea>" in html
    assert 'name="contact" value="me@example.org"' in html
    assert 'type="hidden" name="kind" value="question"' in html
    assert "Send it again" in html


def test_without_a_page_and_without_words_it_still_says_something_kind() -> None:
    html = render_to_string("publishing/pages/unavailable.html", {"page": None, "typed": []})
    assert "try again in a minute" in html
    assert 'href="/"' in html
    assert "<form" not in html


def test_work_that_was_called_off_stands_where_that_was_and_is_no_longer_to_come(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    start = at + timedelta(days=45)
    work = Maintenance.schedule(
        page, title="New disks", body="x", start=start, end=start + HOUR,
        components=[mailstore], by=by, at=at,
    )  # fmt: skip
    work.cancel(body="Not needed.", by=by, at=at + HOUR)
    now = at + 2 * HOUR
    assert history.months_of(page) == [date(2026, 3, 1)]
    told = seen(page, now, "history/2026-03/")
    assert "New disks" in told
    assert re.search(r"<del><time[^>]*>16 Apr[^<]*</time>.*</del> does not take place", told)
    with pytest.raises(Missing):
        render(page, "history/2026-04/", now)
    head = seen(page, now, work.public_path).split("</header>")[1]
    assert "Cancelled</b>, <del><time" in head
    assert "</del> does not take place" in head


def test_work_that_began_early_says_since_when_it_runs_beside_its_plan(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        components=[mailstore], by=by, at=at - HOUR,
    )  # fmt: skip
    work.start(by=by, at=at)
    head = seen(page, at + HOUR / 2, work.public_path).split("</header>")[1]
    assert f'since <time datetime="{at.isoformat()}"' in head
    assert f'Planned: <time datetime="{(at + HOUR).isoformat()}"' in head


def test_work_that_began_as_planned_tells_its_plan_alone(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        components=[mailstore], by=by, at=at,
    )  # fmt: skip
    Maintenance.run_edges(at=at + HOUR)
    head = seen(page, at + HOUR, work.public_path).split("</header>")[1]
    assert "Planned:" not in head
    assert f'<time datetime="{(at + HOUR).isoformat()}"' in head
