"""The Mailstore outage, fact by fact of what is known beside its timeline."""

import pytest

from credits.models import CreditRun
from customers.models import Contract
from incidents.models import Incident, NoteKind, Page, Postmortem, SectionKind
from statuspage.demo.clocks import calendar

pytestmark = pytest.mark.django_db

UNHARMED = ("Forwarding", "Sending by SMTP", "Spam processing", "The web site's other functions")


def test_not_affected_in_so_many_words(outage: Incident, story: str) -> None:
    notes = outage.notes.filter(kind=NoteKind.NOT_AFFECTED)
    assert tuple(note.headline for note in notes) == UNHARMED
    assert f"Not affected: {', '.join(UNHARMED)}" in story
    assert "Only access to stored mail is affected" in story


def test_not_affected_in_the_postmortem_too(account: str) -> None:
    assert "What was not affected Forwarding, sending by SMTP, spam processing" in account


def test_advice_has_a_life(outage: Incident, story: str) -> None:
    add, leave = outage.notes.filter(kind=NoteKind.ADVICE)
    assert (add.state, add.changed_at) == ("withdrawn", calendar("14 Dec 08:20"))
    assert "*Settings*, then *Forwarding*" in " ".join(add.body.split()), "the click path"
    assert (leave.state, leave.changed_at) == ("changed", calendar("4 Jan 13:45"))
    assert "may be removed by whoever can bear an outage of an hour" in story
    assert "If access to new mail is critical for you, leave it for now" in story
    assert "Add a forwarding address now No longer advised" in story


@pytest.mark.parametrize(
    "question",
    [
        "What happened?",
        "What can I do to get my mail?",
        "How can I get updates?",
        "Why does the backup hardware take so long?",
        "What is not affected?",
        "Is it over?",
    ],
)
def test_what_readers_asked_are_headings_with_answers(
    outage: Incident, story: str, question: str
) -> None:
    note = outage.notes.get(kind=NoteKind.QUESTION, headline=question)
    assert note.state == "answered"
    assert question in story


def test_where_to_get_updates(story: str) -> None:
    assert "runs on a host of its own, apart from our main site" in story
    assert "by our tweets and on the account page" in story


def test_six_months_of_service_to_all_mailstore_accounts(
    outage: Incident, story: str, account: str
) -> None:
    assert outage.credit_statement is not None
    assert [part["months"] for part in outage.credit_statement["statements"]] == [6]
    for text in (story, account):
        assert "six months of service to all Mailstore accounts" in text


def test_the_credit_is_goodwill_automatic_and_given_for_every_mailstore_contract(
    demo: Page, outage: Incident, account: str
) -> None:
    run = CreditRun.objects.get(page=demo, kind="goodwill")
    contracts = Contract.objects.filter(plan__page=demo, plan__components__name="Mailstore")
    assert (run.state, run.months) == ("issued", 6)
    assert run.totals().contracts == contracts.count() == 300
    assert run.approved_by_person_id != run.prepared_by_person_id
    assert "nature of this outage and of its clean-up" in account
    assert "You need not ask for it" in account


def test_the_layout_is_summary_overview_questions_and_then_the_updates_in_order(
    story: str,
) -> None:
    order = [
        "We consider this fixed",
        "Overview",
        "What happened?",
        "Updates in order",
        "Mailstore is down after a reset",
        "Some mail was bounced",
        "Waiting for slow hardware",
        "The last accounts are back",
    ]
    places = [story.index(words) for words in order]
    assert places == sorted(places)


def test_the_staff_report_has_its_own_author_and_date_from_during_the_outage(
    analysis: Postmortem, account: str
) -> None:
    report = analysis.sections.get(kind=SectionKind.REPORT)
    assert report.author == "System administration staff"
    assert report.dated_at is not None
    assert calendar("13 Dec 12:46") < report.dated_at < calendar("15 Dec 10:00")
    assert "System administration staff, 14 Dec 2012, 08:20 EST" in account


def test_the_staff_report_answers_readers_and_admits_a_single_point_of_failure(
    analysis: Postmortem,
) -> None:
    report = analysis.sections.get(kind=SectionKind.REPORT).body
    assert "You asked under our updates" in report
    assert "a single point of failure" in report


def test_the_original_updates_stand_beneath_the_postmortem(outage: Incident, account: str) -> None:
    for update in outage.updates.all():
        assert update.headline in account


def test_tone_first_person_admission_and_apology(analysis: Postmortem, outage: Incident) -> None:
    apology = analysis.sections.get(kind=SectionKind.APOLOGY).body
    assert "We are sorry" in apology
    assert outage.updates.filter(body__contains="sorry").count() >= 3


def test_the_letters_of_plans_stand_for_attempts(outage: Incident, story: str) -> None:
    attempts = outage.notes.filter(kind=NoteKind.ATTEMPT)
    assert {note.state for note in attempts} == {"failed", "abandoned", "worked"}
    for words in ("Plan A:", "Plan B:", "Plan C:", "Plans D and E to K"):
        assert words in story


def test_corrupted_indexes_prevented_signing_in_not_only_reading(story: str, account: str) -> None:
    assert "Corrupted indexes kept these accounts from signing in" in story
    assert "not only from reading, but from signing in" in account


def test_harm_goes_on_after_resolved_and_is_to_be_reported(outage: Incident, story: str) -> None:
    resolution = outage.updates.filter(status="resolved").earliest("number")
    assert "please report it" in resolution.body
    assert "please report it to us" in story


def test_the_restore_had_been_running_for_over_12_hours(outage: Incident, story: str) -> None:
    work = outage.notes.get(kind=NoteKind.WORK)
    assert work.state == "done"
    assert "over 12 hours" in work.body
    assert "over 12 hours" in story


def test_a_note_of_origin_tells_of_the_archive_and_the_company(
    outage: Incident, story: str
) -> None:
    for words in ("moved to an archive", "company was acquired"):
        assert words in outage.origin_note
        assert words in story


def test_the_front_page_says_read_the_mailstore_outage(front: str) -> None:
    assert "Read the Mailstore outage" in front
