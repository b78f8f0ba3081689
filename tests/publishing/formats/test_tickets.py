"""What somebody pastes into a support ticket."""

from datetime import datetime, timedelta

import pytest

from incidents.models import (
    Commitment,
    Component,
    ImpactWindow,
    Incident,
    Maintenance,
    Page,
    Update,
)
from people.actors import Actor
from publishing.artefact import Missing, Moved
from publishing.rendering import render
from tests.publishing.world import Outage, open_trouble

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def text(incident: Incident, at: datetime) -> str:
    path = f"{incident.public_path.rstrip('/')}.txt"
    return render(incident.page, path, at).body.decode()


@pytest.fixture
def going_on(page: Page, mailstore: Component, by: Actor, at: datetime) -> Incident:
    """Something that goes on, with a promise that runs."""
    return open_trouble(page, mailstore, by, at)


def test_it_says_what_since_when_and_what_comes_next(going_on: Incident, at: datetime) -> None:
    assert text(going_on, at) == (
        "Example Mail: Activity feed shows old data\n"
        "State: Identified\n"
        "Since 2 Mar 2026, 09:00 UTC\n"
        "Affected:\n"
        "- Mailstore: Partial outage since 2 Mar 2026, 09:00 UTC\n"
        "Not affected: Sending and the API\n"
        "What you can do:\n"
        "- Trust the API for the state of a message\n"
        "Next update by 2 Mar 2026, 12:12 UTC\n"
        "\n"
        "2 Mar 2026, 11:40 UTC, Identified\n"
        "The search index is being rebuilt.\n"
        "\n"
        "2 Mar 2026, 09:00 UTC, Investigating\n"
        "Messages show twice, as queued and as sent.\n"
        "\n"
        f"Read on: {going_on.public_url}\n"
        "As of 2 Mar 2026, 12:00 UTC\n"
    )


def test_a_late_word_is_called_late(going_on: Incident, at: datetime) -> None:
    late = "The next update is overdue; it was promised by 2 Mar 2026, 12:12 UTC."
    assert late in text(going_on, at + HOUR)


def test_an_unknown_and_a_missing_time_are_said(
    going_on: Incident, incident: Incident, by: Actor, at: datetime
) -> None:
    assert "No time was promised for the next update." in text(incident, at)
    Update.post(going_on, body="x", next_update_unknown="We wait for a part.", by=by, at=at)
    assert "When the next update comes is unknown: We wait for a part." in text(going_on, at)


def test_a_promised_repair_stands_beside_the_promised_word(
    going_on: Incident, by: Actor, at: datetime
) -> None:
    Commitment.promise(going_on, kind="fix", text="The index is whole", due=at + HOUR, by=by, at=at)
    assert "The index is whole: Promised by 2 Mar 2026, 13:00 UTC\n" in text(going_on, at)
    late = text(going_on, at + 2 * HOUR)
    assert "The index is whole: It was promised by 2 Mar 2026, 13:00 UTC, 1 h late\n" in late


def test_what_is_over_says_from_when_to_when(outage: Outage, at: datetime) -> None:
    told = text(outage.incident, at)
    span = "From about 13 Dec 2012, 08:00 EST to 14 Dec 2012, 08:13 EST (about 24 h 13 min)"
    assert f"{span}\n" in told
    assert "Partial outage, about 8,000 messages, about 13 Dec 2012, 18:00 EST to about" in told
    assert "Add a forwarding address: Under Settings." in told
    assert "update by" not in told
    # The newest three updates, what lies between, the first one, and the address.
    assert told.count("\n\n") == 3 + 1 + 1 + 1


def test_ends_that_are_roughly_known_are_called_so(
    going_on: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    begun = at - 3 * HOUR
    past, open_ended = ("data_loss", begun + HOUR), ("wrong_data", None)
    for kind, end in (past, open_ended):
        ImpactWindow.record(
            mailstore, incident=going_on, level="major_outage", kind=kind, start=begun, end=end,
            precision="about", by=by, at=at,
        )  # fmt: skip
    told = text(going_on, at)
    start = "about 2 Mar 2026, 09:00 UTC"
    assert f"Mailstore: Major outage, {start} to about 2 Mar 2026, 10:00 UTC\n" in told
    assert f"Mailstore: Major outage, {start}, goes on\n" in told


def test_the_first_update_is_kept_and_what_lies_between_is_counted(
    going_on: Incident, by: Actor, at: datetime
) -> None:
    first = "2 Mar 2026, 09:00 UTC, Investigating\nMessages show twice"
    for number in range(3, 5):
        Update.post(going_on, body=f"Word {number}.", by=by, at=at)
    told = text(going_on, at)
    assert first in told
    assert "in between" not in told
    Update.post(going_on, body="Word 5.", by=by, at=at)
    assert f"Word 3.\n\n1 update in between is left out here.\n\n{first}" in text(going_on, at)
    Update.post(going_on, body="Word 6.", by=by, at=at)
    told = text(going_on, at)
    assert f"Word 4.\n\n2 updates in between are left out here.\n\n{first}" in told


def test_links_that_staff_wrote_short_are_whole(
    going_on: Incident, by: Actor, at: datetime
) -> None:
    Update.post(going_on, body="See [the docs](/docs?a=1) and `x[0](y)`.", by=by, at=at)
    assert "See the docs (http://localhost:8000/docs?a=1) and " in text(going_on, at)


def test_planned_work_says_when_and_when_it_does_not_take_place(
    page: Page, mailstore: Component, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="New disks", body="x", start=at + HOUR, end=at + 2 * HOUR,
        components=[mailstore], by=by, at=at,
    )  # fmt: skip
    planned = "Planned: 2 Mar 2026, 13:00 UTC to 2 Mar 2026, 14:00 UTC (1 h)\nOn: Mailstore\n"
    assert planned in text(work, at)
    Maintenance.run_edges(at=at + HOUR)
    assert "Affected:\n- Mailstore: Under maintenance since" in text(work, at + HOUR)
    type(work.scheduled_windows.get()).note_overruns(at=at + 3 * HOUR)
    assert "(1 h), lasts longer\n" in text(work, at + 3 * HOUR)
    work.refresh_from_db()
    work.complete(by=by, at=at + 3 * HOUR)
    assert "(1 h), overrun by 1 h\n" in text(work, at + 4 * HOUR)


def test_a_correction_and_what_it_corrects_name_each_other(
    going_on: Incident, by: Actor, at: datetime
) -> None:
    wrong = going_on.updates.latest("number")
    Update.post(going_on, body="It has to be made anew.", corrects=wrong, by=by, at=at)
    told = text(going_on, at)
    assert (
        "2 Mar 2026, 12:00 UTC, Identified\n"
        "Corrects the update of 2 Mar 2026, 11:40 UTC.\n"
        "It has to be made anew.\n"
    ) in told
    assert (
        "The search index is being rebuilt.\nCorrected by the update of 2 Mar 2026, 12:00 UTC.\n"
    ) in told


def test_a_resolution_that_was_taken_back_says_so(
    going_on: Incident, by: Actor, at: datetime
) -> None:
    going_on.resolve(body="Over.", by=by, at=at)
    going_on.reopen(body="Not over.", by=by, at=at + HOUR)
    assert "Over.\nTaken back: reopened 2 Mar 2026, 13:00 UTC.\n" in text(going_on, at + HOUR)


def test_called_off_work_and_redacted_words_are_not_told(
    page: Page, by: Actor, at: datetime
) -> None:
    work = Maintenance.schedule(
        page, title="New disks", body="A secret.", start=at + HOUR, end=at + 2 * HOUR, by=by, at=at
    )
    work.updates.get().redact("Private.", by=by, at=at)
    work.cancel(body="Not now.", by=by, at=at + MINUTE)
    told = text(work, at + MINUTE)
    assert "Does not take place: 2 Mar 2026, 13:00 UTC" in told
    assert "This update was removed. Private.\n" in told
    assert "A secret" not in told


def test_a_withdrawn_incident_is_gone_with_its_reason(
    incident: Incident, by: Actor, at: datetime
) -> None:
    incident.withdraw("It never happened.", by=by, at=at)
    gone = render(incident.page, f"incidents/{incident.public_id}.txt", at)
    assert gone.status == 410
    assert b"It never happened." in gone.body
    assert b"Mail cannot be read" not in gone.body


def test_it_stands_beside_its_page_and_nowhere_else(
    incident: Incident, page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(Moved, match=f"^incidents/{incident.public_id}.txt$"):
        render(page, f"maintenance/{incident.public_id}.txt", at)
    hidden = Incident.open(page, title="x", body="x", rehearsal=True, by=by, at=at)
    for public_id in (hidden.public_id, "aaaaaaaaaaaa"):
        with pytest.raises(Missing):
            render(page, f"incidents/{public_id}.txt", at)


def test_a_cohort_is_named(
    incident: Incident, mailstore: Component, by: Actor, at: datetime
) -> None:
    some = incident.cohorts.model.name_one(incident, "Moved users", size=24, by=by, at=at)
    ImpactWindow.record(
        mailstore, incident=incident, level="partial_outage", kind="unavailable",
        start=at - HOUR, cohort=some, by=by, at=at,
    )  # fmt: skip
    assert "- Mailstore (Moved users): Partial outage since" in text(incident, at)
