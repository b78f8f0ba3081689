"""What facts ask for beyond one moment: promises, advice, searches and series that live on."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from incidents.models import CommitmentKind, Incident, NoteKind, Page
from statuspage.demo.clocks import calendar
from tests.facts.conftest import NOW, read

pytestmark = pytest.mark.django_db


def searched(client: Client, words: str) -> str:
    """What readers find for a text that they paste."""
    with time_machine.travel(NOW, tick=False):
        answer = client.get(f"/search/?{urlencode({'q': words})}")
    assert answer.status_code == 200
    return answer.content.decode()


def known_at(demo: Page, outage: Incident, instant: datetime) -> str:
    """The page of the outage as it stood then."""
    stamp = f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return read(demo, f"{outage.public_path}as-of/{stamp}/")


@pytest.mark.parametrize(
    "words",
    [
        "Relay access denied",
        "554 5.7.1: Relay access denied",
        "mailstore.example.com loops back to myself",
    ],
)
def test_senders_who_paste_the_error_text_find_the_outage(
    outage: Incident, client: Client, words: str
) -> None:
    assert outage.public_path in searched(client, words)


def test_what_was_planned_for_the_evening_was_overtaken_and_says_so(
    demo: Page, outage: Incident
) -> None:
    planned = outage.links_out.get(kind="overtook").target
    page = read(demo, planned.public_path)
    assert "Cancelled" in page
    assert f"Was overtaken by: {outage.title}" in page


def test_the_next_update_was_promised_for_08_10_and_came_10_min_late_on_the_record(
    demo: Page, outage: Incident
) -> None:
    record = read(demo, f"promises/{outage.started_at.year}/")
    assert outage.title in record
    assert "10 min late" in record


def test_what_the_resolution_did_not_keep_was_owed_until_january(outage: Incident) -> None:
    replacement = outage.commitments.get(text__startswith="Replace the storage hardware")
    resolved = calendar("15 Dec 10:00")
    assert replacement.state_at(resolved) in {"open", "late"}
    assert replacement.met_at == calendar("4 Jan 13:45")


def test_at_19_00_nobody_knew_yet_when_it_would_end(demo: Page, outage: Incident) -> None:
    then = known_at(demo, outage, calendar("13 Dec 19:00"))
    assert "Some mail was bounced" in then
    assert "19 h 27 min" not in then
    assert "Stored mail can be read again, slowly" not in then
    assert "No. Stored mail cannot be read." in then, "is it over?"
    assert "No answer yet" not in then
    assert "15 Dec, 10:00" not in then


def test_advice_was_active_in_the_night_and_taken_back_in_public(
    demo: Page, outage: Incident, story: str
) -> None:
    advice = outage.notes.get(kind=NoteKind.ADVICE, headline__startswith="Add a forwarding")
    assert (advice.state, advice.changed_at) == ("withdrawn", calendar("14 Dec 08:20"))
    assert demo.events.filter(kind="advice.withdrawn", incident=outage).count() == 1
    assert "No longer advised" in story
    assert "No longer advised" not in known_at(demo, outage, calendar("14 Dec 03:00"))


def test_progress_of_the_restore_is_told_apart_from_progress_of_the_accounts(
    outage: Incident,
) -> None:
    restore = outage.notes.get(kind=NoteKind.WORK)
    assert restore.state == "done"
    assert restore.changes.exists()
    assert [cohort.done_percent for cohort in outage.cohorts.order_by("pk")] == [100, 75]


def test_harm_after_the_end_reached_staff_and_got_an_answer(outage: Incident) -> None:
    reports = outage.messages.filter(kind="still_affected")
    assert reports.count() >= 2
    assert all(report.received_at > calendar("15 Dec 10:00") for report in reports)


def test_a_personal_notice_was_promised_and_sent_at_about_midnight(outage: Incident) -> None:
    notice = outage.commitments.get(kind=CommitmentKind.PERSONAL_NOTICE)
    assert notice.met_at == calendar("14 Dec 00:00")
    assert notice.met_at - notice.made_at == timedelta(hours=5, minutes=34)


def test_the_three_troubles_of_the_feed_are_told_as_one_series(demo: Page) -> None:
    troubles = list(
        demo.incidents.filter(external_id__startswith="activity:").order_by("started_at", "pk")
    )
    series = read(demo, f"series/{troubles[0].public_id}/")
    assert len(troubles) == 3
    assert all(trouble.title in series for trouble in troubles)


def test_wrong_data_is_left_out_of_uptime_with_the_reason_shown(demo: Page) -> None:
    feed = demo.components.get(name="Activity feed")
    assert [each["kind"] for each in demo.uptime_excludes] == ["wrong_data"]
    reason = demo.uptime_excludes[0]["reason"]
    assert reason in read(demo, f"components/{feed.public_id}/")
    assert "100.00" in read(demo, "uptime.csv")


def test_the_cause_that_was_found_later_shows_when(demo: Page) -> None:
    double = demo.incidents.get(external_id="activity:double")
    (found,) = double.judgements.all()
    assert found.state == "confirmed"
    assert found.at > double.started_at + timedelta(days=3)
