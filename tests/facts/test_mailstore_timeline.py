"""The Mailstore outage, row by row of its timeline."""

from datetime import datetime, timedelta

import pytest

from incidents.core.instants import spell
from incidents.models import (
    Commitment,
    CommitmentKind,
    CommitmentState,
    ImpactWindow,
    Incident,
    Maintenance,
    NoteKind,
    Page,
    Postmortem,
    SectionKind,
    Update,
)
from incidents.models.planned.audience import audience_of
from statuspage.demo.clocks import calendar
from tests.facts.conftest import NOW, read

pytestmark = pytest.mark.django_db


def window(outage: Incident, **which: object) -> ImpactWindow:
    """Return the one current window that fits."""
    return outage.windows.filter(superseded_at=None, **which).get()


def update(outage: Incident, words: str) -> Update:
    """Return the update that was posted at that time."""
    return outage.updates.get(posted_at=calendar(words))


def promise(outage: Incident, kind: str) -> Commitment:
    """Return the only promise of that kind."""
    return outage.commitments.get(kind=kind)


def section(analysis: Postmortem, kind: str) -> str:
    """Return the words of a section on one line."""
    return " ".join(analysis.sections.get(kind=kind).body.split())


def test_weeks_before_a_troubled_device_and_accounts_moved_one_by_one(
    analysis: Postmortem, account: str
) -> None:
    earlier = section(analysis, SectionKind.EARLIER_CONDITIONS)
    for words in (
        "other mail software",
        "trouble from the start",
        "not been delivered",
        "one by one",
    ):
        assert words in earlier
    assert "Hot backups on site and cold backups off site" in earlier
    assert earlier in account


def test_several_contributing_factors_rather_than_one_root_cause(
    analysis: Postmortem, account: str
) -> None:
    factors = analysis.sections.get(kind=SectionKind.CONTRIBUTING_FACTORS).body
    assert factors.count("\n- ") >= 4
    assert "There is not one root cause" in account


def test_13_dec_all_day_degraded_before_the_outage_and_before_the_first_post(
    outage: Incident, story: str
) -> None:
    before = window(outage, kind="degraded", start__lt=outage.started_at)
    assert (before.level, before.precision) == ("degraded_performance", "about")
    assert before.end == calendar("13 Dec 12:46")
    assert before.start < outage.updates.get(number=1).posted_at
    assert "about 13 Dec 2012, 00:00 EST" in story


def test_13_dec_evening_the_planned_maintenance_is_overtaken_linked_cancelled_and_told(
    demo: Page, outage: Incident, story: str
) -> None:
    planned = Maintenance.objects.get(page=demo, status="cancelled")
    link = outage.links_out.get(kind="overtook")
    assert link.target_id == planned.pk
    assert "cancelled" in planned.updates.latest("number").body
    assert planned.updates.latest("number").posted_at > outage.started_at
    assert "Overtook planned work: Brief maintenance of Mailstore" in story
    assert "Was overtaken by: Mailstore is down" in read(demo, planned.public_path)


def test_12_46_mailstore_down_as_a_major_outage(outage: Incident, story: str) -> None:
    down = window(outage, level="major_outage", cohort=None)
    assert down.start == outage.started_at == calendar("13 Dec 12:46")
    assert (down.component.name, down.kind, down.precision) == ("Mailstore", "unavailable", "exact")
    assert "13 Dec 2012, 12:46 EST" in story


def test_est_is_five_hours_behind_utc(outage: Incident) -> None:
    assert outage.started_at.isoformat() == "2012-12-13T17:46:00+00:00"


def test_the_year_is_marked_as_an_assumption_wherever_it_shows(
    story: str, account: str, front: str
) -> None:
    for text in (story, account):
        assert "2012 is an assumption" in text
    assert "2012, is an assumption" in front


def test_the_wrong_assumption_is_corrected_by_an_update_that_names_it(
    outage: Incident, story: str
) -> None:
    first = outage.updates.get(number=1)
    correction = first.corrected_by.get()
    assert "a reset" in correction.body
    assert "We expect the reset to fix this quickly" in first.body, "the original stays"
    assert "Corrected by the update of 13 Dec 2012, 14:40 EST" in story
    assert "Corrects the update of 13 Dec 2012, 12:58 EST" in story


def test_the_vendors_suspicion_is_told_apart_from_what_is_confirmed(
    outage: Incident, story: str
) -> None:
    suspected, confirmed = outage.judgements.all()
    assert (suspected.state, suspected.at) == ("suspected", calendar("13 Dec 14:40"))
    assert "backplane or motherboard" in suspected.cause
    assert confirmed.state == outage.cause_state == "confirmed"
    assert "backplane" not in confirmed.cause
    assert "That is a suspicion, not yet a finding" in story


def test_no_estimate_and_the_reason_why(outage: Incident, story: str) -> None:
    access = outage.commitments.get(text="Stored mail can be read again")
    assert access.due is None
    assert "no progress that we could read" in access.unknown_because
    assert f"Time unknown: {access.unknown_because}" in story


def test_about_18_00_about_8000_messages_are_bounced(
    outage: Incident, story: str, atom: str, rss: str, answer: str
) -> None:
    lost = window(outage, kind="data_loss")
    assert lost.start == calendar("13 Dec 18:00")
    assert (lost.count_affected, lost.count_unit, lost.precision) == (8000, "messages", "about")
    assert "mail firewall" in lost.note
    for text in (story, atom, rss, answer):
        assert "about 8,000 messages" in text


def test_18_26_the_update_tells_of_the_bounces_under_its_own_headline(
    outage: Incident, story: str
) -> None:
    bounces = update(outage, "13 Dec 18:26")
    assert bounces.headline == "Some mail was bounced to its senders"
    assert bounces.headline in story


@pytest.mark.parametrize(
    "words", ["Relay access denied", "mail for mailstore.<domain> loops back to myself"]
)
def test_the_error_texts_that_senders_saw_are_quoted_and_searchable(
    outage: Incident, story: str, words: str
) -> None:
    assert words in update(outage, "13 Dec 18:26").body
    assert outage.notes.filter(kind=NoteKind.SYMPTOM, headline=words).exists()
    # The helper that strips the markup takes <domain> for a tag.
    assert words.partition("<")[0] in story


def test_about_24_00_every_account_with_bounced_mail_was_sent_a_personal_notice(
    outage: Incident, story: str
) -> None:
    notice = promise(outage, CommitmentKind.PERSONAL_NOTICE)
    assert notice.met_at == calendar("14 Dec 00:00")
    assert "who wrote, and when" in notice.text
    sent = outage.notes.get(headline="Personal notices sent")
    assert (sent.happened_at, sent.precision) == (notice.met_at, "about")
    assert "If you get none, none of your mail was bounced" in story


def test_without_a_forwarding_address_the_notice_waited_in_the_backlog(
    outage: Incident, story: str
) -> None:
    why = outage.notes.get(headline__contains="why did I get no notice")
    assert "forwarding address had theirs at once" in " ".join(why.answer.split())
    assert "in the very backlog of this outage" in story
    assert "account page shows the same list" in story


def test_8_h_14_min_of_silence(outage: Incident, story: str, account: str) -> None:
    quiet = update(outage, "14 Dec 02:40").posted_at - update(outage, "13 Dec 18:26").posted_at
    assert spell(quiet) == "8 h 14 min"
    between = outage.updates.filter(
        posted_at__gt=calendar("13 Dec 18:26"), posted_at__lt=calendar("14 Dec 02:40")
    )
    assert not between.exists()
    assert "8 h 14 min without a word" in story
    assert "25 h 40 min without a word" not in story, "once mail can be read, nobody waits"
    assert "8 h 14 min" in account


def test_02_40_expected_state_after_the_restore_is_slow(outage: Incident, story: str) -> None:
    night = update(outage, "14 Dec 02:40")
    assert "will still be slow" in night.body
    assert "wholly corrupted" in night.body
    assert "will still be slow" in story


def test_02_40_promises_a_replacement_and_a_full_analysis(outage: Incident, story: str) -> None:
    night = update(outage, "14 Dec 02:40")
    kinds = {made.kind: made for made in night.promises.all()}
    assert "Replace the storage hardware" in kinds[CommitmentKind.FIX].text
    assert kinds[CommitmentKind.POSTMORTEM].state_at(NOW) == CommitmentState.KEPT
    assert "A full analysis" in story


def test_07_40_a_report_is_promised_for_08_10(outage: Incident) -> None:
    made = outage.commitments.get(kind=CommitmentKind.NEXT_UPDATE, due__isnull=False)
    assert made.made_in == update(outage, "14 Dec 07:40")
    assert made.due == calendar("14 Dec 08:10")
    assert made.due - made.made_at == timedelta(minutes=30)
    assert made.state_at(calendar("14 Dec 08:05")) == CommitmentState.OPEN
    assert made.state_at(calendar("14 Dec 08:15")) == CommitmentState.LATE


def test_08_13_access_is_restored_after_19_h_27_min(
    outage: Incident, story: str, account: str, front: str, atom: str, answer: str
) -> None:
    down = window(outage, level="major_outage", cohort=None)
    assert down.end == calendar("14 Dec 08:13")
    assert spell(down.end - down.start) == "19 h 27 min"
    for text in (story, account, front, atom):
        assert "19 h 27 min" in text
    assert "08:13 EST on 14 December" in answer


def test_08_20_the_update_says_so_10_min_late(outage: Incident, story: str, atom: str) -> None:
    said = update(outage, "14 Dec 08:20")
    made = outage.commitments.get(kind=CommitmentKind.NEXT_UPDATE, due__isnull=False)
    assert said.happened_at == calendar("14 Dec 08:13")
    assert made.met_in == said
    assert made.state_at(NOW) == CommitmentState.KEPT_LATE
    assert spell(made.lateness_at(NOW)) == "10 min"
    for text in (story, atom):
        assert "10 min late" in text


def test_08_20_residual_slowness_and_password_prompts(outage: Incident, story: str) -> None:
    after = window(outage, level="degraded_performance", start=calendar("14 Dec 08:13"))
    assert (after.kind, after.precision) == ("degraded", "about")
    assert "not recorded" in after.note
    assert "Password prompts though the password is right" in story


def test_20_45_the_backlog_is_drained_31_h_59_min_after_the_start(
    outage: Incident, story: str
) -> None:
    drained = outage.notes.get(kind=NoteKind.MILESTONE, headline__startswith="Backlog drained")
    restored = outage.notes.get(kind=NoteKind.MILESTONE, headline__contains="restored")
    assert drained.happened_at is not None
    assert spell(drained.happened_at - outage.started_at) == "31 h 59 min"
    assert drained.happened_at != restored.happened_at, "drained and restored are two things"
    assert "+31 h 59 min" in story


def test_15_dec_10_00_the_last_24_accounts_after_45_h_14_min(
    outage: Incident, story: str, atom: str
) -> None:
    cohort = outage.cohorts.get(size=24)
    hurt = window(outage, cohort=cohort)
    assert hurt.end == calendar("15 Dec 10:00")
    assert spell(hurt.end - hurt.start) == "45 h 14 min"
    assert hurt.page_level == "partial_outage"
    assert "24 accounts" in story
    assert "+45 h 14 min" in story
    assert "45 h 14 min" in atom


def test_only_the_number_of_the_24_accounts_is_public(
    demo: Page, outage: Incident, story: str, account: str
) -> None:
    members = outage.cohorts.get(size=24).affected_list.members.select_related("account")
    assert len(members) == 24
    assert not any(
        secret in text
        for member in members
        for secret in (member.account.name + " ", member.account.external_id)
        for text in (story, account)
    )


def test_4_jan_the_standing_summary_has_its_own_stamp_after_resolved(
    outage: Incident, story: str
) -> None:
    assert outage.summary_at == calendar("4 Jan 13:45")
    assert outage.resolved_at is not None
    assert outage.summary_at > outage.resolved_at
    for words in ("We consider this fixed", "Last edited 4 Jan 2013, 13:45 EST"):
        assert words in story
    assert story.index("We consider this fixed") < story.index("Mailstore has been down since")
    for words in (
        "New storage hardware is deployed",
        "Both backups work",
        "faster backup hardware",
    ):
        assert words in story


def test_4_jan_75_percent_of_the_users_are_moved_and_25_to_go(outage: Incident, story: str) -> None:
    moved = outage.cohorts.get(name__startswith="Mailstore users moved")
    assert moved.done_percent == 75
    assert moved.progress.get().at == calendar("4 Jan 13:45")
    assert "75 % done, 25 % to go" in story


def test_coming_weeks_maintenances_without_dates_of_1_hour_at_most(
    demo: Page, outage: Incident, front: str, story: str
) -> None:
    coming = Maintenance.objects.get(page=demo, status="announced")
    assert not coming.scheduled_windows.exists()
    assert (coming.max_minutes, audience_of(coming)) == (60, f"{coming.audience} (about 75 %)")
    assert "This concerns only: Mailstore users moved" in front
    assert coming.links_out.get(kind="follow_up").target_id == outage.pk
    assert promise(outage, CommitmentKind.MAINTENANCE_DATES).state_at(NOW) == CommitmentState.OPEN
    bound = promise(coming, CommitmentKind.MAX_DURATION)
    assert (bound.max_minutes, bound.state_at(NOW)) == (60, CommitmentState.OPEN)
    assert coming.audience is not None
    assert coming.audience.name.startswith("Mailstore users moved")
    assert "1 hour at most" in front
    assert "Is followed up by: Short maintenances" in story


@pytest.mark.parametrize(
    "words", ["13 Dec 18:26", "14 Dec 02:40", "14 Dec 07:40", "14 Dec 08:20", "15 Dec 10:00"]
)
def test_each_update_stands_at_its_own_time(outage: Incident, words: str) -> None:
    assert isinstance(update(outage, words).posted_at, datetime)
