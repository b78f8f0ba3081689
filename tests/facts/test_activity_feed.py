"""The activity-feed trouble, fact by fact."""

from datetime import timedelta

import pytest

from incidents.models import CommitmentState, ImpactWindow, Incident, Page, Postmortem, SectionKind
from tests.facts.conftest import NOW, read

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def index(demo: Page) -> Incident:
    return demo.incidents.get(external_id="activity:index")


@pytest.fixture(scope="module")
def double(demo: Page) -> Incident:
    return demo.incidents.get(external_id="activity:double")


@pytest.fixture(scope="module")
def again(demo: Page) -> Incident:
    return demo.incidents.get(external_id="activity:again")


@pytest.fixture(scope="module")
def interim(index: Incident) -> Postmortem:
    return index.postmortems.get()


@pytest.fixture(scope="module")
def report(demo: Page, interim: Postmortem) -> str:
    return read(demo, interim.public_path)


def test_the_feed_has_been_in_trouble_for_ten_days_and_still_is(
    index: Incident, double: Incident, front: str
) -> None:
    assert timedelta(days=9) < NOW - index.started_at < timedelta(days=11)
    assert index.is_open
    assert double.is_open
    assert index.title in front
    assert double.title in front


@pytest.mark.parametrize("what", ["API", "Sending", "Delivery"])
def test_the_api_sending_and_delivery_were_never_affected(
    index: Incident, front: str, report: str, what: str
) -> None:
    assert index.notes.filter(kind="not_affected", headline=what).exists()
    assert "Not affected: API, Sending, Delivery" in front
    assert "The API, sending and delivery were never affected" in report


def test_the_harm_is_wrong_data_kept_out_of_uptime_with_the_reason_shown(
    demo: Page, index: Incident, report: str
) -> None:
    windows = ImpactWindow.objects.current().filter(component__name="Activity feed")
    assert {window.kind for window in windows} == {"wrong_data"}
    assert "Counts neither against uptime nor towards credits" in read(demo, index.public_path)
    assert "excluded from uptime and credits by our terms" in report


def test_the_trigger_was_moving_four_servers_one_at_a_time(report: str) -> None:
    assert "four database servers to another cabinet, one at a time" in report


def test_first_problem_the_stream_to_the_index_stopped_and_repairs_failed(
    index: Incident, report: str
) -> None:
    assert index.notes.filter(kind="attempt", state="failed").count() == 2
    assert index.notes.get(kind="work").state == "running"
    assert "built from nothing on a sturdier set-up" in report


def test_second_problem_about_10_percent_shown_as_queued_and_sent(
    demo: Page, double: Incident
) -> None:
    window = double.windows.get(superseded_at=None)
    assert (window.share_percent, window.count_unit, window.precision) == (10, "messages", "about")
    assert "about 10 % of messages" in read(demo, double.public_path)


def test_the_cause_of_the_second_problem_was_found_later(double: Incident) -> None:
    assert double.cause_state == "confirmed"
    assert "quorum" in double.cause


def test_the_remedies_are_told(report: str) -> None:
    assert "guarantees that a message is written before it is changed" in report
    assert "Network interfaces were bonded for bandwidth" in report


def test_the_bonding_caused_an_incident_of_its_own(
    demo: Page, double: Incident, again: Incident
) -> None:
    assert again.links_out.get(kind="caused_by_fix_of").target_id == double.pk
    assert f"Was caused by the fix of: {double.title}" in read(demo, again.public_path)


def test_both_promises_are_for_24_hours(index: Incident, double: Incident) -> None:
    for incident, words in ((index, "100 % accurate"), (double, "resolved for good")):
        promise = incident.commitments.get(kind="fix")
        assert words in promise.text
        assert promise.due is not None
        assert promise.due - promise.made_at == timedelta(hours=24)
        assert promise.state_at(NOW) == CommitmentState.OPEN


def test_one_interim_write_up_covers_them_all_before_they_are_resolved(
    index: Incident, double: Incident, again: Incident, interim: Postmortem, report: str, front: str
) -> None:
    assert set(interim.incidents.all()) == {index, double, again}
    assert interim.interim
    assert "Interim" in front
    assert interim.title in front
    for incident in (index, double):
        assert incident.title in report


def test_it_is_signed_by_the_team_and_by_a_role(interim: Postmortem, report: str) -> None:
    assert interim.signatories.splitlines() == ["The Northmail team", "Head of engineering"]
    assert "The Northmail team" in report
    assert interim.sections.get(kind=SectionKind.SUMMARY).author == "Head of engineering"


def test_it_apologises_three_times_and_gives_no_credit(interim: Postmortem, report: str) -> None:
    assert (
        sum(report.count(words) for words in ("We are sorry", "We apologise", "we are sorry")) == 3
    )
    assert interim.credit_statement is None
    assert "there is no credit for it" in report


def test_it_says_that_it_lasted_longer_than_expected_and_is_below_our_standard(report: str) -> None:
    assert "far longer than we expected" in report
    assert "below the standard that we set ourselves" in report
