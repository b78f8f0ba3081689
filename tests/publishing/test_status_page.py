import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.models import Announcement, Component, Incident, Maintenance, Page, Update
from people.actors import Actor
from publishing.pages import status
from publishing.rendering import render
from tests.publishing.world import Outage, open_trouble

HOUR = timedelta(hours=1)


def seen(page: Page, at: datetime, path: str = "") -> str:
    return " ".join(render(page, path, at).body.decode().split())


def test_a_quiet_page_says_that_all_is_well(page: Page, mailstore: Component, at: datetime) -> None:
    html = seen(page, at)
    assert '<h1 class="state__word">All Systems Operational</h1>' in html
    assert "Nothing ended in the last two weeks." in html


def test_no_page_is_green_while_staff_work_on_something(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    odd = Incident.open(page, title="Something is odd", body="We look.", by=by, at=at)
    html = seen(page, at)
    assert '<section class="state" data-level="minor">' in html
    assert '<h1 class="state__word">We are working on a problem</h1>' in html
    assert f'<article class="outage" id="o-{odd.public_id}" data-level="minor"' in html
    its_own = seen(page, at, odd.public_path)
    assert '<header class="state" data-level="minor">' in its_own
    assert "<dt>Impact</dt>" not in its_own
    Update.post(odd, body="It seems to be over.", status="monitoring", by=by, at=at + HOUR)
    assert '<h1 class="state__word">All Systems Operational</h1>' in seen(page, at + HOUR)


def test_a_page_stays_green_while_staff_say_that_nothing_is_hit(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    trifle = Incident.open(
        page, title="A typo", body="We mend it.", impact_override="none", by=by, at=at
    )
    html = seen(page, at)
    assert '<h1 class="state__word">All Systems Operational</h1>' in html
    assert f'<article class="outage" id="o-{trifle.public_id}" data-level="none"' in html


def test_the_first_screenful_answers_every_question(
    page: Page, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    open_trouble(page, mailstore, by, at)
    html = seen(page, at)
    top = html[: html.index("Components</h2>")]
    for words in (
        "Minor Service Outage",
        "<b>Mailstore</b>",
        "Partial outage",
        "since",
        ">3 h</span>",
        "The search index is being rebuilt.",
        "in 12 min",
        "Last word",
        "Not affected:</b> Sending and the API",
        "What you can do:</b> Trust the API",
    ):
        assert words in top, words


def test_of_very_many_components_only_those_in_trouble_have_their_days_there(
    page: Page, mailstore: Component, component: Component, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    open_trouble(page, mailstore, by, at)
    assert seen(page, at).count('class="bars"') == page.components.count() > 1
    monkeypatch.setattr(status, "MOST_DRAWN", 1)
    html = seen(page, at)
    assert html.count('class="bars"') == 1
    assert f'<a href="/{component.public_path}">{component.name}</a>' in html
    assert 'class="bars"' in seen(page, at, component.public_path)


def test_a_component_without_a_showcase_has_no_days_there(
    page: Page, mailstore: Component, at: datetime
) -> None:
    page.components.update(showcase=False)
    html = seen(page, at)
    assert 'class="bars"' not in html
    assert "Mailstore" in html


def test_a_promise_that_ran_out_is_late_by_itself(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    open_trouble(page, mailstore, by, at)
    html = seen(page, at + timedelta(minutes=22))
    assert "Next update overdue:" in html
    assert ">10 min late</span>" in html


def test_silence_is_shown_once_it_is_longer_than_the_page_allows_itself(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    open_trouble(page, mailstore, by, at)
    assert "without a word" not in seen(page, at + HOUR)
    assert ">2 h 20 min</span></b> without a word" in seen(page, at + 2 * HOUR)


def test_no_promise_is_said_in_so_many_words(incident: Incident, page: Page, at: datetime) -> None:
    assert "No time was promised for the next update" in seen(page, at + HOUR)


def test_maintenance_ahead_shows_when_and_how_long_at_most(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(
        page, title="New storage", body="We move mailboxes.", start=at + HOUR, end=at + 2 * HOUR,
        max_minutes=60, components=[mailstore], by=by, at=at,
    )  # fmt: skip
    Maintenance.announce(page, title="Later work", body="To follow.", by=by, at=at)
    html = seen(page, at)
    assert "no longer than 1 h" in html
    assert "On: Mailstore" in html
    assert "Dates to follow" in html


def test_a_component_may_be_shown_only_while_it_is_ill(
    page: Page, component: Component, by: Actor, at: datetime
) -> None:
    shy = Component.add(page, "Fallback route", only_show_if_degraded=True, by=by, at=at)
    assert ">Fallback route</a></h3>" not in seen(page, at)
    shy.set_level("partial_outage", by=by, at=at)
    assert ">Fallback route</a></h3>" in seen(page, at + HOUR)


def test_what_ended_lately_is_listed_with_its_length(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    incident.resolve(body="Over.", by=by, at=at + 3 * HOUR)
    html = seen(page, at + 4 * HOUR)
    assert "lasted 3 h" in html
    assert "All Systems Operational" in html


def test_every_time_carries_its_zone_and_a_stamp(outage: Outage, at: datetime) -> None:
    html = seen(outage.page, at, outage.incident.public_path)
    assert (
        '<time datetime="2012-12-13T12:46:00-05:00" data-form="moment">13 Dec 2012, 12:46 EST</time>'
        in html
    )
    assert "Times are in America/New_York (UTC−05:00 now)." in html


def test_postmortems_are_linked_from_the_front(outage: Outage, at: datetime) -> None:
    assert f'href="/{outage.postmortem.public_path}">What happened to Mailstore' in seen(
        outage.page, at
    )


@pytest.mark.django_db
def test_before_anything_is_set_up_the_way_in_is_told(reader: Client) -> None:
    response = reader.get("/")
    assert response.status_code == 503
    assert "manage.py demo" in response.content.decode()


def test_nothing_on_the_page_is_inline_script_or_style(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    open_trouble(page, mailstore, by, at)
    html = seen(page, at)
    assert " style=" not in html
    assert "<style" not in html
    assert "onclick" not in html


def test_in_an_outage_what_is_broken_comes_first_then_the_search_then_what_is_pinned(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    Announcement.publish(page, title="A new sender", body="Ours.", pinned=True, by=by, at=at)
    fine = seen(page, at)
    assert fine.index("All Systems Operational") < fine.index("A new sender")
    assert fine.index('id="components"') < fine.index("Paste its text")
    open_trouble(page, mailstore, by, at)
    ill = seen(page, at)
    order = [ill.index(each) for each in ("state__word", "outage__parts", "Paste its text")]
    assert order == sorted(order)
    assert order[-1] < ill.index("A new sender") < ill.index('id="components"')
    assert ill.count("Paste its text") == 1


def test_of_very_many_components_one_picks_on_a_page_of_its_own(
    page: Page, by: Actor, at: datetime
) -> None:
    for number in range(3):
        Component.add(page, f"Part {number}", by=by, at=at)
    assert 'name="components"' in render(page, "", at).body.decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publishing.pages.status.MOST_TO_PICK", 2)
        text = render(page, "", at).body.decode()
    assert 'name="components"' not in text
    assert '<a href="/subscribe/">Only some components</a>' in text


def test_work_hides_no_problem_that_staff_work_on(
    page: Page, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        components=[component], by=by, at=at,
    )  # fmt: skip
    Maintenance.run_edges(at=at + HOUR)
    later = at + HOUR + timedelta(minutes=5)
    assert '<h1 class="state__word">Service Under Maintenance</h1>' in seen(page, later)
    Incident.open(page, title="Something is odd", body="We look.", by=by, at=later)
    page.refresh_from_db()
    assert '<h1 class="state__word">We are working on a problem</h1>' in seen(page, later)


def test_a_page_without_components_speaks_through_what_goes_on(
    page: Page, by: Actor, at: datetime
) -> None:
    def word(later: datetime) -> str:
        page.refresh_from_db()
        return seen(page, later).partition('state__word">')[2].partition("<")[0]

    Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR, by=by, at=at
    )
    assert word(at) == "All Systems Operational"
    Maintenance.run_edges(at=at + HOUR)
    assert word(at + HOUR) == "Service Under Maintenance"
    trifle = Incident.open(
        page, title="A typo", body="x", impact_override="none", by=by, at=at + HOUR
    )
    assert word(at + HOUR) == "Service Under Maintenance"
    trifle.resolve(body="Mended.", by=by, at=at + HOUR)
    Incident.open(page, title="Down", body="x", impact_override="critical", by=by, at=at + HOUR)
    assert word(at + HOUR) == "Major System Outage"


def test_of_several_the_worst_leads_and_each_says_since_when_it_hits_what(
    page: Page, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    Incident.open(
        page, title="Mail is gone", body="x", levels={mailstore: "major_outage"},
        by=by, at=at - 2 * HOUR,
    )  # fmt: skip
    slow = Incident.open(page, title="Mail is slow", body="x", by=by, at=at - HOUR)
    Update.post(slow, body="x", levels={component: "degraded_performance"}, by=by, at=at)
    glance = seen(page, at + timedelta(minutes=3))
    glance = glance[glance.index('class="glance"') : glance.index("</ol>")]
    assert glance.index("Mail is gone") < glance.index("Mail is slow")
    assert "for 3 min" in re.sub(r"<[^>]+>", "", glance[glance.index("Mail is slow") :])


def test_work_that_was_called_off_promises_no_dates(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    entry = Maintenance.announce(page, title="New disks", body="x", by=by, at=at)
    assert "dates to follow" in seen(page, at, entry.public_path)
    entry.cancel(body="Not needed.", by=by, at=at + HOUR)
    page.refresh_from_db()
    head = seen(page, at + HOUR, entry.public_path).partition("</header>")[0]
    assert "dates to follow" not in head


def test_a_false_alarm_had_no_impact(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    entry = Incident.open(
        page, title="Mail is gone", body="x", impact_override="critical", by=by, at=at
    )
    entry.call_false_alarm(body="A probe was wrong.", by=by, at=at + HOUR)
    page.refresh_from_db()
    html = seen(page, at + HOUR)
    assert "False alarm" in html
    assert "Impact:" not in html
