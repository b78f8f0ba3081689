"""Component and uptime pages: what readers find, what they link to, and what it costs."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.derived import turn_days
from incidents.models import Component, ComponentGroup, ImpactWindow, Incident, Page
from people.actors import Actor
from publishing.artefact import Missing
from publishing.rendering import render

HOUR = timedelta(hours=1)


def seen(page: Page, at: datetime, path: str) -> str:
    page = Page.objects.get(pk=page.pk)
    return " ".join(render(page, path, at).body.decode().split())


@pytest.fixture
def ended(incident: Incident, mailstore: Component, by: Actor, at: datetime) -> Incident:
    """Six hours of outage before midnight of 28 February, and three hours degraded after it."""
    incident.windows.update(superseded_at=at)
    for start, end, level in (
        (datetime(2026, 2, 27, 18, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC), "major_outage"),
        (
            datetime(2026, 3, 1, tzinfo=UTC),
            datetime(2026, 3, 1, 3, tzinfo=UTC),
            "degraded_performance",
        ),
    ):
        kind = "unavailable" if level == "major_outage" else "wrong_data"
        ImpactWindow.record(
            mailstore, level=level, kind=kind, start=start, end=end, incident=incident, by=by, at=at
        )
    return incident


def test_a_component_has_a_page_with_its_days_months_and_incidents(
    page: Page, ended: Incident, mailstore: Component, at: datetime
) -> None:
    html = seen(page, at, mailstore.public_path)
    assert 'id="d-2026-02-27"' in html
    assert "Major outage, 6 h" in html
    assert f'<a href="/{ended.public_path}">Mail cannot be read</a>' in html
    assert "99.72 % up, 3 h degraded" in html
    assert '<a href="/uptime/2026-02/">February 2026</a>' in html
    assert 'href="/uptime/2025-11/"' not in html


def test_the_status_page_leads_to_the_component_and_to_each_troubled_day(
    page: Page, ended: Incident, mailstore: Component, at: datetime
) -> None:
    html = seen(page, at, "")
    assert f'<a href="/{mailstore.public_path}">Mailstore</a>' in html
    assert f'<a href="/{mailstore.public_path}#d-2026-03-01">1 Mar 2026</a>' in html


def test_harm_that_does_not_count_is_named_with_its_reason_wherever_figures_stand(
    page: Page, ended: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    why = "Only the display was wrong, mail was safe."
    page.change(uptime_excludes=[{"kind": "wrong_data", "reason": why}], by=by, at=at)
    for path in ("", mailstore.public_path, "uptime/", "uptime/2026-03/"):
        assert why in seen(page, at, path), path
    assert "3 h not counted" in seen(page, at, mailstore.public_path)


def test_what_it_needs_is_named_and_when_that_is_ill_it_is_said_in_words(
    page: Page, component: Component, mailstore: Component, by: Actor, at: datetime
) -> None:
    component.change(depends_on=[mailstore], by=by, at=at)
    assert "which has an outage" not in seen(page, at, component.public_path)
    mailstore.set_level("major_outage", by=by, at=at)
    for path in ("", component.public_path):
        assert "Depends on Mailstore, which has an outage" in seen(page, at, path)
    assert component.level_at(at) == "operational"
    assert "Is needed by" in seen(page, at, mailstore.public_path)


def test_a_drill_and_what_was_withdrawn_touch_no_page(
    page: Page, ended: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    drill = Incident.open(page, title="A drill", body="x", rehearsal=True, by=by, at=at,
                          levels={mailstore: "major_outage"})  # fmt: skip
    ended.withdraw("It never was.", by=by, at=at)
    for path in ("", mailstore.public_path, "uptime/2026-03/"):
        html = seen(page, at, path)
        assert drill.title not in html
        assert "day with trouble" not in html


def put_together(page: Page, parts: list[Component], by: Actor, at: datetime) -> None:
    group = ComponentGroup.add(page, "Mail", by=by, at=at)
    for each in parts:
        each.change(group=group, by=by, at=at)


def test_the_uptime_page_has_months_and_quarters_by_component_and_group(
    page: Page, ended: Incident, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    put_together(page, [mailstore, component], by, at)
    html = seen(page, at, "uptime/")
    assert "<span>99.10 %</span>" in html
    assert "<span>99.55 %</span>" in html
    assert 'href="/uptime/2026-Q1/">Q1 2026</a>' in html
    assert 'href="/uptime/2025-Q4/"' in html


def test_a_group_and_the_whole_say_what_their_figure_leaves_out(
    page: Page, ended: Incident, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    put_together(page, [mailstore, component], by, at)
    start = datetime(2026, 3, 1, 4, tzinfo=UTC)
    ImpactWindow.record(
        component, level="degraded_performance", kind="wrong_data", start=start,
        end=start + HOUR, incident=ended, by=by, at=at,
    )  # fmt: skip
    page.change(uptime_excludes=[{"kind": "wrong_data", "reason": "Mail was safe."}], by=by, at=at)
    html = seen(page, at, "uptime/")
    aside = '<span class="about">4 h not counted</span>'
    assert aside in html.split('class="table__group"')[1].split("</tr>")[0]
    assert aside in html.split("<tfoot>")[1].split("</tfoot>")[0]


def test_a_period_tells_lengths_and_incidents_and_leads_on(
    page: Page, ended: Incident, at: datetime
) -> None:
    html = seen(page, at, "uptime/2026-02/")
    assert "<span>6 h</span>" in html
    assert f'href="/{ended.public_path}">Mail cannot be read' in html
    assert 'href="/uptime/2026-03/"' in html
    assert "so far" in seen(page, at, "uptime/2026-Q1/")
    for name in ("2026-13", "2026-04", "2019-01", "2026-Q2", "2026-Q5", "0001-01"):
        with pytest.raises(Missing):
            render(page, f"uptime/{name}/", at)


def test_a_period_that_was_told_differently_later_says_since_when(
    page: Page, ended: Incident, by: Actor, at: datetime
) -> None:
    page = Page.objects.get(pk=page.pk)
    told = "Feb 2026: corrected on 4 Apr 2026"
    assert told not in seen(page, at, "uptime/")
    window = ended.windows.get(superseded_at=None, level="major_outage")
    later = datetime(2026, 4, 4, 12, tzinfo=UTC)
    reworded = window.supersede(note="A disk.", by=by, at=later)
    assert told not in seen(page, later, "uptime/2026-02/")
    earlier = datetime(2026, 2, 27, 23, tzinfo=UTC)
    reworded.supersede(end=earlier, by=by, at=later)
    html = seen(page, later, "uptime/2026-02/")
    assert f'{told}, <a href="/{ended.public_path}">Mail cannot be read</a>' in html
    assert told not in seen(page, at, "uptime/2026-02/")


def test_the_sheet_has_a_column_a_month_and_no_formula(
    page: Page, ended: Incident, by: Actor, at: datetime
) -> None:
    Component.add(page, "=cmd|' /C calc'!A0", by=by, at=at)
    sheet = render(page, "uptime.csv", at)
    assert sheet.content_type.startswith("text/csv")
    head, first, second = csv.reader(sheet.body.decode().splitlines())
    assert head == ["group", "component", "id", "2025-12", "2026-01", "2026-02", "2026-03"]
    assert first[3:] == ["100.0000", "100.0000", "99.1071", "100.0000"]
    assert second[1] == "'=cmd|' /C calc'!A0"


def test_the_sheet_holds_every_month_of_the_record(
    page: Page, ended: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    start = datetime(2013, 5, 3, tzinfo=UTC)
    ImpactWindow.record(
        mailstore, level="major_outage", kind="unavailable", start=start, end=start + HOUR,
        incident=ended, by=by, at=at,
    )  # fmt: skip
    sheet = render(page, "uptime.csv", at)
    head, first = csv.reader(sheet.body.decode().splitlines())
    assert head[3] == "2013-05"
    assert first[3] == "99.8655"
    assert 'href="/uptime/2013-05/"' in seen(page, at, "uptime/")


def test_an_address_without_its_slash_moves_and_an_unknown_component_is_missing(
    page: Page, mailstore: Component, client: Client
) -> None:
    moved = client.get(f"/components/{mailstore.public_id}")
    assert (moved.status_code, moved["Location"]) == (301, f"/{mailstore.public_path}")
    assert client.get("/components/abcabcabcabc/").status_code == 404


def test_a_private_page_shows_no_component(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    page.change(visibility="private", by=by, at=at)
    with pytest.raises(Missing):
        render(page, mailstore.public_path, at)


@pytest.mark.parametrize("path", ["", "uptime/", "uptime/2026-Q1/", "uptime.csv", "component"])
def test_queries_stay_as_many_with_more_components_windows_and_days(
    path: str, page: Page, ended: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    place = mailstore.public_path if path == "component" else path

    def count() -> int:
        known = Page.objects.get(pk=page.pk)
        with CaptureQueriesContext(connection) as captured:
            render(known, place, at)
        return len(captured)

    turn_days(at=at)
    few = count()
    for number in range(3):
        part = Component.add(page, f"Part {number}", by=by, at=at)
        start = at - (200 + 50 * number) * HOUR
        for hit in (part, mailstore):
            ImpactWindow.record(
                hit, level="partial_outage", kind="unavailable", start=start,
                end=start + 30 * HOUR, incident=ended, by=by, at=at,
            )  # fmt: skip
    assert count() == few
