"""What readers see of corrections of impact, of series, false alarms and duplicates."""

from datetime import datetime, timedelta

import pytest

from incidents.models import Cohort, Component, Incident, IncidentLink, Page
from people.actors import Actor
from publishing.artefact import Missing, Moved
from publishing.rendering import render

HOUR = timedelta(hours=1)


def seen(page: Page, at: datetime, path: str) -> str:
    return " ".join(render(page, path, at).body.decode().split())


@pytest.fixture
def other(page: Page, component: Component, by: Actor, at: datetime) -> Incident:
    """A second trouble, two hours later, for an hour."""
    begun = at + 2 * HOUR
    incident = Incident.open(
        page, title="Webmail down", body="x", levels={component: "major_outage"}, by=by, at=begun
    )
    incident.resolve(body="Over.", by=by, at=begun + HOUR)
    return incident


def test_a_correction_shows_both_values_when_and_why(
    incident: Incident, by: Actor, at: datetime
) -> None:
    window = incident.windows.get()
    window.supersede(
        start=at - HOUR, level="partial_outage", because="The logs say so.", by=by, at=at + HOUR
    )
    html = seen(incident.page, at + 2 * HOUR, incident.public_path)
    assert '<s>Major outage</s> <span class="arrow">→</span> Partial outage' in html
    assert '<s><time datetime="2026-03-02T12:00:00+00:00"' in html
    assert '</s> <span class="arrow">→</span> <time datetime="2026-03-02T11:00:00+00:00"' in html
    assert "The logs say so." in html
    assert "2 Mar, 13:00 UTC" in html


def test_a_window_taken_back_is_told_with_its_reason(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.windows.get().retract("It was our own test.", by=by, at=at + HOUR)
    html = seen(incident.page, at + 2 * HOUR, incident.public_path)
    assert "taken back" in html
    assert "It was our own test." in html


def test_work_that_fell_back_says_from_where(incident: Incident, by: Actor, at: datetime) -> None:
    cohort = Cohort.name_one(incident, "To be moved", by=by, at=at)
    for hours, percent in ((1, 80), (2, 60)):
        cohort.report(percent, by=by, at=at + hours * HOUR)
    html = seen(incident.page, at + 3 * HOUR, incident.public_path)
    assert "60 % done, 40 % to go, down from 80 %" in html


def test_since_when_a_part_is_hit_is_told_where_the_incident_does_not_say_it(
    incident: Incident, by: Actor, at: datetime
) -> None:
    page = incident.page
    cohort = Cohort.name_one(incident, "To be moved", by=by, at=at)
    window = incident.windows.get()
    window.cohort = cohort
    window.save(update_fields=["cohort"])
    line = '<span class="soft small">To be moved'
    assert f"{line}</span>" in seen(page, at + HOUR, incident.public_path)
    assert f"{line}, since <time" in seen(page, at + HOUR, "")


def test_each_incident_of_a_series_leads_to_all_of_it(
    incident: Incident, other: Incident, by: Actor, at: datetime
) -> None:
    page = incident.page
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    assert "in a series" not in seen(page, at + 5 * HOUR, incident.public_path)
    IncidentLink.tie(other, incident, "caused_by_fix_of", by=by, at=at)
    html = seen(page, at + 5 * HOUR, other.public_path)
    assert f'href="/series/{incident.public_id}/"' in html
    assert "No. 2 of 2 in a series" in html
    told = seen(page, at + 5 * HOUR, f"series/{incident.public_id}/")
    assert "2 entries, one trouble" in told
    assert "goes on" not in told.split("</header>")[-2]
    assert '<b class="figure">2 h</b>' in told
    assert "Its fix caused: Webmail down" in told
    with pytest.raises(Moved) as moved:
        render(page, f"series/{other.public_id}/", at)
    assert str(moved.value) == f"series/{incident.public_id}/"


def test_what_stands_alone_or_is_hidden_is_no_series(
    incident: Incident, other: Incident, by: Actor, at: datetime
) -> None:
    with pytest.raises(Missing):
        render(incident.page, f"series/{incident.public_id}/", at)
    IncidentLink.tie(other, incident, "recurrence_of", by=by, at=at)
    Incident.objects.filter(pk=other.pk).update(rehearsal=True)
    for each in (incident, other):
        with pytest.raises(Missing):
            render(incident.page, f"series/{each.public_id}/", at)


@pytest.mark.parametrize("path", ["", "history/", "history.atom", "api/v2/incidents.json"])
def test_a_false_alarm_is_called_so_wherever_it_is_told(
    incident: Incident, by: Actor, at: datetime, path: str
) -> None:
    incident.call_false_alarm(body="Our probe was wrong.", by=by, at=at + HOUR)
    assert "False alarm" in seen(incident.page, at + 2 * HOUR, path)
    assert "Nothing was broken." in seen(incident.page, at + 2 * HOUR, incident.public_path)


def test_a_duplicate_leads_to_where_it_is_told(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    known = Incident.open(page, title="We know", body="x", by=by, at=at)
    incident.merge_into(known, body="One thing.", by=by, at=at + HOUR)
    html = seen(page, at + 2 * HOUR, incident.public_path)
    assert f'This is the same trouble as <a href="/{known.public_path}">We know</a>' in html
    assert (f"{incident.public_id}/ask/" in html, incident.is_public) == (False, True)
    other = seen(page, at + 2 * HOUR, known.public_path)
    assert "Has a duplicate" in other
    assert f"{known.public_id}/ask/" in other
    feed = seen(page, at + 2 * HOUR, "history.atom")
    assert known.public_url in feed
