"""What readers see of corrections of impact, of series, false alarms and duplicates."""

from datetime import datetime, timedelta

import pytest

from incidents.models import (
    Cohort,
    Component,
    ImpactWindow,
    Incident,
    IncidentLink,
    Page,
    Update,
)
from incidents.series import Series
from people.actors import Actor
from publishing.artefact import Missing, Moved
from publishing.pages.search_texts import SearchTexts
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
    assert "Level:</span> was <s>Major outage</s>, now Partial outage" in html
    assert 'was <s><time datetime="2026-03-02T12:00:00+00:00"' in html
    assert '</s>, now <time datetime="2026-03-02T11:00:00+00:00"' in html
    assert "The logs say so." in html
    assert "2 Mar, 13:00 UTC" in html


def test_an_end_that_was_given_or_an_amount_says_what_was_and_what_is(
    incident: Incident, by: Actor, at: datetime
) -> None:
    window = incident.windows.get()
    window.supersede(end=at + HOUR, count_affected=3, by=by, at=at + 2 * HOUR)
    html = seen(incident.page, at + 2 * HOUR, incident.public_path)
    assert 'To:</span> was <s>goes on</s>, now <time datetime="2026-03-02T13:00:00+00:00"' in html
    assert "How much:</span> was <s>–</s>, now 3</p>" in html


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


def when(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}"'


def test_the_earliest_harm_says_everywhere_since_when(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    page, known = incident.page, at - HOUR
    ImpactWindow.record(
        mailstore, incident=incident, level="degraded_performance", kind="degraded",
        start=known, end=at, by=by, at=at,
    )  # fmt: skip
    text = f"{incident.public_path.rstrip('/')}.txt"
    assert f"since {when(known)}" in seen(page, at + HOUR, incident.public_path)
    assert f"since {when(known)}" in seen(page, at + HOUR, "embed/")
    assert "Since 2 Mar 2026, 11:00 UTC" in seen(page, at + HOUR, text)
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    for path in (mailstore.public_path, "uptime/2026-03/"):
        assert f"<span>{when(known)}" in seen(page, at + 2 * HOUR, path)
    for path in ("", "history/"):
        assert f"<span>{when(known)}" in seen(page, at + 2 * HOUR, path)
        assert "lasted 2 h" in seen(page, at + 2 * HOUR, path)
    assert f"{when(known)} data-form" in seen(page, at + 2 * HOUR, incident.public_path)
    span = "From 2 Mar 2026, 11:00 UTC to 2 Mar 2026, 13:00 UTC (2 h)"
    assert span in seen(page, at + 2 * HOUR, text)
    assert f'"started_at":"{known.isoformat()}"' in seen(page, at + 2 * HOUR, "search.json")


def test_a_beginning_that_is_roughly_known_is_told_so(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    watched = Incident.open(page, title="Disks are slow", body="We look.", by=by, at=at)
    ImpactWindow.record(
        mailstore, incident=watched, level="partial_outage", kind="unavailable",
        precision="about", start=at - HOUR, by=by, at=at,
    )  # fmt: skip
    assert f"since about {when(at - HOUR)}" in seen(page, at + HOUR, watched.public_path)
    assert "since about" in seen(page, at + HOUR, "embed/")
    watched.resolve(body="Over.", by=by, at=at + HOUR)
    assert "lasted about 2 h" in seen(page, at + HOUR, "history/")
    for path in (mailstore.public_path, "uptime/2026-03/"):
        assert f"<span>about {when(at - HOUR)}" in seen(page, at + HOUR, path)
    assert '"about":true' in seen(page, at + HOUR, "search.json")


def test_of_two_harms_that_begin_together_the_one_known_exactly_says_when(
    incident: Incident, by: Actor, at: datetime
) -> None:
    for name, precision in (("Relay", "about"), ("Archive", "exact")):
        part = Component.add(incident.page, name=name, by=by, at=at - 2 * HOUR)
        ImpactWindow.record(
            part, incident=incident, level="partial_outage", kind="unavailable",
            precision=precision, start=at - HOUR, by=by, at=at,
        )  # fmt: skip
    assert f"since {when(at - HOUR)}" in seen(incident.page, at, incident.public_path)
    for path in (part.public_path, "uptime/2026-03/"):
        assert f"<span>{when(at - HOUR)}" in seen(incident.page, at, path)


def test_a_part_that_is_noticed_late_makes_the_incident_no_younger(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    slow = Incident.open(
        page, title="Logins fail", body="We look.", started_at=at - HOUR, by=by, at=at
    )
    Update.post(slow, body="SMTP, too.", levels={mailstore: "partial_outage"}, by=by, at=at)
    html, text = slow.public_path, f"{slow.public_path.rstrip('/')}.txt"
    assert f"since {when(at - HOUR)}" in seen(page, at, html)
    assert f'<span class="soft small">since {when(at)}' in seen(page, at, html)
    assert "Since 2 Mar 2026, 11:00 UTC" in seen(page, at, text)
    assert f'"started_at":"{(at - HOUR).isoformat()}"' in seen(page, at, "search.json")
    slow.resolve(body="Over.", by=by, at=at + HOUR)
    slow.reopen(body="Again.", levels={mailstore: "partial_outage"}, by=by, at=at + 2 * HOUR)
    assert f"since {when(at - HOUR)}" in seen(page, at + 3 * HOUR, html)


def test_harm_after_the_stated_end_is_none_with_which_it_began(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    incident.windows.get().retract("A slip.", by=by, at=at)
    incident.resolve(body="Over.", by=by, at=at + HOUR)
    ImpactWindow.record(
        mailstore, incident=incident, level="partial_outage", kind="unavailable",
        start=at + 2 * HOUR, end=at + 3 * HOUR, by=by, at=at + 4 * HOUR,
    )  # fmt: skip
    assert "lasted 1 h" in seen(incident.page, at + 4 * HOUR, "history/")


def test_a_series_begins_with_the_first_harm_of_its_incidents(
    incident: Incident, other: Incident, by: Actor, at: datetime
) -> None:
    window = incident.windows.get()
    window.supersede(start=at + HOUR, because="The logs say so.", by=by, at=at + 2 * HOUR)
    IncidentLink.tie(other, incident, "recurrence_of", by=by, at=at)
    told = Series.of(incident, at=at + 5 * HOUR)
    assert told is not None
    assert told.started_at == at + HOUR


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


@pytest.mark.parametrize("outcome", ["False alarm", "Duplicate"])
def test_what_was_no_trouble_of_its_own_did_not_last_and_its_end_is_called_what_it_was(
    incident: Incident, page: Page, by: Actor, at: datetime, outcome: str
) -> None:
    if outcome == "Duplicate":
        known = Incident.open(page, title="We know", body="x", by=by, at=at)
        incident.merge_into(known, body="One thing.", there_too=False, by=by, at=at + HOUR)
    else:
        incident.call_false_alarm(body="Our probe was wrong.", by=by, at=at + HOUR)
    text = seen(page, at + 2 * HOUR, f"{incident.public_path.rstrip('/')}.txt")
    assert "(1 h)" not in text
    assert f"13:00 UTC, {outcome}" in text
    html = seen(page, at + 2 * HOUR, incident.public_path)
    assert f'<b class="entry__status">{outcome}</b> <a' in html
    found = SearchTexts.load(seen(page, at + 2 * HOUR, "search.json").encode())
    assert found.told[incident.public_id].status_word == outcome
    assert "lasted" not in seen(page, at + 2 * HOUR, "history/")


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


def test_a_duplicate_of_what_was_withdrawn_leads_nowhere_and_says_so(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    known = Incident.open(page, title="We know", body="x", by=by, at=at)
    incident.merge_into(known, body="One thing.", by=by, at=at + HOUR)
    known.withdraw("It was a drill.", by=by, at=at + 2 * HOUR)
    html = seen(page, at + 3 * HOUR, incident.public_path)
    outcome = html.split('<h2 id="outcome">')[1].split("</section>")[0]
    assert "another incident, which was withdrawn <time" in outcome
    assert "It was a drill." in outcome
    assert "<a " not in outcome


def test_how_long_it_was_agrees_with_from_when_to_when(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    start, end = at + timedelta(minutes=8, seconds=50), at + timedelta(minutes=15, seconds=20)
    short = Incident.open(
        page, title="A blip", body="x", levels={mailstore: "major_outage"}, by=by, at=start
    )
    short.resolve(body="Over.", by=by, at=end)
    html = seen(page, at + HOUR, short.public_path)
    assert "12:08 UTC" in html
    assert "12:15 UTC" in html
    assert 'data-label="For"><b>7 min</b>' in html
    assert "lasted 7 min" in seen(page, at + HOUR, "history/")
    text = f"{short.public_path.rstrip('/')}.txt"
    assert "12:08 UTC to 2 Mar 2026, 12:15 UTC (7 min)" in seen(page, at + HOUR, text)
