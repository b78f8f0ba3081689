"""The frame that other sites show: what is in it, and that it alone may be framed."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from incidents.core.levels import Level
from incidents.models import Component, Incident, Maintenance, Page, Update
from people.actors import Actor
from publishing.rendering import render

HOUR = timedelta(hours=1)


def frame(page: Page, at: datetime, path: str = "embed/") -> str:
    return render(page, path, at).body.decode()


def said(html: str) -> tuple[str, str]:
    """The state that the frame is in, and what it says."""
    state = re.search(r'data-state="(\w+)"', html)
    words = re.search(r"<main.*</main>", html, re.DOTALL)
    assert state
    assert words
    return state[1], " ".join(re.sub(r"<[^>]+>", " ", words[0]).split())


def key(html: str) -> str:
    found = re.search(r'data-key="(\w+)"', html)
    assert found
    return found[1]


def test_while_all_is_well_there_is_nothing_to_show(
    page: Page, component: Component, at: datetime
) -> None:
    assert said(frame(page, at)) == ("none", "All Systems Operational Example Mail ×")


def test_an_incident_is_shown_with_its_state_and_a_way_to_it(
    incident: Incident, at: datetime
) -> None:
    html = frame(incident.page, at)
    assert said(html) == (
        "incident",
        "Mail cannot be read Investigating, since 2 Mar, 12:00 UTC Example Mail ×",
    )
    assert 'data-look="major"' in html
    assert f'href="{incident.public_url}" target="_blank" rel="noopener"' in html


def test_the_frame_has_the_colour_of_the_pages_state_and_is_new_when_that_is(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    slow = Incident.open(
        page, title="Slow", body="x", levels={mailstore: Level.DEGRADED_PERFORMANCE}, by=by, at=at
    )
    assert 'data-look="degraded"' in frame(page, at)
    before = key(frame(page, at))
    Update.post(slow, body="Worse.", levels={mailstore: Level.MAJOR_OUTAGE}, by=by, at=at + HOUR)
    page.refresh_from_db()
    assert 'data-look="major"' in frame(page, at + HOUR)
    assert key(frame(page, at + HOUR)) != before


def test_work_that_waits_is_not_shown_and_work_under_way_is(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        components=[mailstore], by=by, at=at,
    )  # fmt: skip
    assert said(frame(page, at))[0] == "none"
    Maintenance.run_edges(at=at + HOUR)
    state, words = said(frame(page, at + HOUR))
    assert state == "maintenance"
    assert words.startswith("New disks In progress, since")


def test_an_outage_comes_before_work(
    incident: Incident, component: Component, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(
        incident.page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        components=[component], by=by, at=at,
    )  # fmt: skip
    Maintenance.run_edges(at=at + HOUR)
    assert said(frame(incident.page, at + HOUR))[1].startswith("Mail cannot be read")


def test_trouble_without_an_incident_is_shown_as_the_page_says_it(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    mailstore.set_level(Level.MAJOR_OUTAGE, by=by, at=at)
    html = frame(page, at)
    assert said(html) == ("incident", "Major System Outage Example Mail ×")
    assert f'href="{page.url()}"' in html


def test_trouble_without_an_incident_is_not_hidden_behind_work(
    page: Page, mailstore: Component, component: Component, by: Actor, at: datetime
) -> None:
    Maintenance.schedule(
        page, title="New disks", body="x", start=at, end=at + 2 * HOUR, components=[component],
        by=by, at=at,
    )  # fmt: skip
    Maintenance.run_edges(at=at)
    mailstore.set_level("major_outage", by=by, at=at + HOUR)
    page.refresh_from_db()
    state, words = said(frame(page, at + HOUR))
    assert state == "incident"
    assert words.startswith("Partial System Outage One more at Example Mail")


def test_whoever_dismissed_it_sees_what_is_new(incident: Incident, by: Actor, at: datetime) -> None:
    before = key(frame(incident.page, at))
    assert key(frame(incident.page, at + HOUR)) == before
    Update.post(incident, body="More.", by=by, at=at + HOUR)
    assert key(frame(incident.page, at + HOUR)) != before


@pytest.fixture
def milder(incident: Incident, component: Component, by: Actor, at: datetime) -> Incident:
    """A newer and less bad one beside the outage."""
    return Incident.open(
        incident.page, title="Slow", body="x", levels={component: Level.DEGRADED_PERFORMANCE},
        by=by, at=at + HOUR,
    )  # fmt: skip


def test_of_several_the_worst_is_shown_with_how_many_more_there_are(
    incident: Incident, milder: Incident, component: Component, by: Actor, at: datetime
) -> None:
    page = incident.page
    html = frame(page, at + HOUR)
    assert said(html)[1].startswith("Mail cannot be read")
    assert said(html)[1].endswith("One more at Example Mail ×")
    assert f'href="{page.url()}" target="_blank" rel="noopener">One more at' in html
    Incident.open(
        page, title="Sign-in fails", body="x", levels={component: Level.MAJOR_OUTAGE},
        by=by, at=at + 2 * HOUR,
    )  # fmt: skip
    _state, words = said(frame(Page.objects.get(pk=page.pk), at + 2 * HOUR))
    assert words.startswith("Sign-in fails")
    assert words.endswith("2 more at Example Mail ×")


def test_whoever_dismissed_it_sees_news_of_any_of_them(
    incident: Incident, milder: Incident, by: Actor, at: datetime
) -> None:
    keys = {key(frame(incident.page, at + HOUR))}
    for number, told in enumerate((incident, milder), start=2):
        Update.post(told, body="More.", by=by, at=at + number * HOUR)
        keys.add(key(frame(incident.page, at + number * HOUR)))
    assert len(keys) == 3


def test_the_frame_speaks_the_languages_of_the_page(
    incident: Incident, by: Actor, at: datetime
) -> None:
    page = incident.page
    page.change(languages=["de"], by=by, at=at)
    page.refresh_from_db()
    html = frame(page, at, "de/embed/")
    assert '<html lang="de"' in html
    assert f'href="{page.url("de/")}{incident.public_path}"' in html


@pytest.mark.parametrize("stale", [False, True])
def test_the_frame_alone_may_be_framed(incident: Incident, reader: Client, stale: bool) -> None:
    headers = {"if-none-match": reader.get("/embed/")["ETag"]} if stale else {}
    answer = reader.get("/embed/", headers=headers)
    assert answer.status_code == (304 if stale else 200)
    assert "X-Frame-Options" not in answer
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    for path in ("/", "/history/", f"/{incident.public_path}", "/history.atom", "/embed/script.js"):
        answer = reader.get(path)
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_frame_and_script_stand_by_themselves(page: Page, reader: Client) -> None:
    html = reader.get("/embed/").content.decode()
    assets = re.findall(r'(?:src|href)="(/assets/[^"]+)"', html)
    assert len(assets) == 2
    assert {reader.get(path).status_code for path in assets} == {200}
    script = reader.get("/embed/script.js")
    assert script["Content-Type"] == "text/javascript; charset=utf-8"
    assert script["Access-Control-Allow-Origin"] == "*"
    assert not re.search(
        r"\beval\b|innerHTML|cssText|setAttribute\(.style", script.content.decode()
    )


def test_the_frame_is_found_where_statuspage_has_it(page: Page, reader: Client) -> None:
    answer = reader.get("/embed/frame?mobile=true")
    assert (answer.status_code, answer["Location"]) == (301, "/embed/")
