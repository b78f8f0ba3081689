"""Postmortems: from draft to public, and what is public stays what it was."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from incidents.core.viewers import PUBLIC
from incidents.models import Commitment, Event, Incident, Membership, Page, Postmortem
from people.actors import Actor
from people.models import User

HOUR = timedelta(hours=1)


@pytest.fixture
def draft(page: Page, incident: Incident, by: Actor, at: datetime) -> Postmortem:
    return Postmortem.draft(page, title="What happened", incidents=[incident], by=by, at=at)


def test_sections_are_printed_in_their_order_whatever_was_written_first(
    draft: Postmortem, by: Actor, at: datetime
) -> None:
    for kind in ("apology", "summary", "impact"):
        draft.write_section(kind, "Words.", by=by, at=at)
    draft.write_section("impact", "", by=by, at=at)
    assert [section.kind for section in draft.ordered_sections()] == ["summary", "apology"]


def test_publishing_tells_and_keeps_the_promise_of_a_postmortem(
    draft: Postmortem, incident: Incident, by: Actor, at: datetime
) -> None:
    Commitment.promise(incident, "postmortem", due=at + HOUR, by=by, at=at)
    draft.write_section("summary", "It broke.", by=by, at=at)
    assert not Postmortem.objects.visible_to(PUBLIC).exists()
    draft.publish(by=by, at=at + HOUR)
    assert list(Postmortem.objects.visible_to(PUBLIC)) == [draft]
    assert Commitment.objects.get().met_at == at + HOUR
    assert Event.objects.get(kind="postmortem.published").tell


def test_an_interim_one_may_cover_several_incidents_that_are_still_open(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    other = Incident.open(page, title="Index", body="x", by=by, at=at)
    both = Postmortem.draft(
        page, title="So far", incidents=[incident, other], interim=True, by=by, at=at
    )
    both.write_section("summary", "Not over.", by=by, at=at)
    both.publish(by=by, at=at)
    assert {each.is_open for each in both.incidents.all()} == {True}


def test_an_interim_one_becomes_final_by_an_amendment(
    draft: Postmortem, by: Actor, at: datetime
) -> None:
    draft.change(interim=True, by=by, at=at)
    draft.write_section("summary", "Not over.", by=by, at=at)
    draft.publish(by=by, at=at)
    draft.change(interim=False, by=by, at=at + HOUR)
    assert draft.edition["interim"]
    draft.amend("It is over, and this is final.", by=by, at=at + HOUR)
    assert not draft.edition["interim"]
    assert draft.status == "amended"


def test_it_is_not_published_twice(draft: Postmortem, by: Actor, at: datetime) -> None:
    draft.write_section("summary", "It broke.", by=by, at=at)
    draft.publish(by=by, at=at)
    with pytest.raises(ValidationError, match="published already; write on it, and publish that"):
        draft.publish(by=by, at=at)


def test_an_empty_one_one_about_nothing_and_an_unknown_section_are_refused(
    draft: Postmortem, page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="at least one section") as empty:
        draft.publish(by=by, at=at)
    with pytest.raises(ValidationError, match="one incident at least") as nothing:
        Postmortem.draft(page, title="x", incidents=[], by=by, at=at)
    with pytest.raises(ValidationError, match="“gossip” is none of summary") as unknown:
        draft.write_section("gossip", "They say.", by=by, at=at)
    refused = [error.value.message_dict for error in (empty, nothing, unknown)]
    assert [list(each) for each in refused] == [["sections"], ["incidents"], ["kind"]]


def test_a_section_is_not_dated_ahead(draft: Postmortem, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="has not come yet") as refused:
        draft.write_section("summary", "It broke.", dated_at=at + HOUR, by=by, at=at)
    assert list(refused.value.message_dict) == ["dated_at"]


def test_several_sign_each_on_a_line(draft: Postmortem, by: Actor, at: datetime) -> None:
    draft.change(signatories=" The mail team \n\nAda Example, head of operations", by=by, at=at)
    assert draft.signed_by == ["The mail team", "Ada Example, head of operations"]
    with pytest.raises(ValidationError, match="At most 12 sign"):
        draft.change(signatories="\n".join("abcdefghijklm"), by=by, at=at)


def test_nothing_of_a_rehearsal_is_published(page: Page, by: Actor, at: datetime) -> None:
    drill = Incident.open(page, title="Drill", body="x", rehearsal=True, by=by, at=at)
    text = Postmortem.draft(page, title="Why", incidents=[drill], by=by, at=at)
    text.write_section("summary", "We practised.", by=by, at=at)
    with pytest.raises(ValidationError, match="“Drill” is a rehearsal"):
        text.publish(by=by, at=at)


def test_a_withdrawn_one_is_read_by_nobody_and_changed_by_nobody(
    draft: Postmortem, by: Actor, at: datetime
) -> None:
    draft.write_section("summary", "It broke.", by=by, at=at)
    draft.publish(by=by, at=at)
    with pytest.raises(ValidationError, match="Write something"):
        draft.withdraw(" ", by=by, at=at)
    draft.withdraw("It named the wrong device.", by=by, at=at + HOUR)
    assert not Postmortem.objects.visible_to(PUBLIC).exists()
    for forbidden in (draft.amend, draft.withdraw, partial(draft.write_section, "summary")):
        with pytest.raises(ValidationError, match="was withdrawn; draft a new one"):
            forbidden("Again.", by=by, at=at + HOUR)


def test_stating_a_credit_does_not_take_back_what_was_published_meanwhile(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    postmortem = Postmortem.draft(page, title="Why", incidents=[incident], by=by, at=at)
    postmortem.write_section("summary", "A disk.", by=by, at=at)
    read_before = Postmortem.objects.get(pk=postmortem.pk)
    postmortem.publish(by=by, at=at)
    read_before.state_credit({"text": "Six months."}, by=by, at=at)
    postmortem.refresh_from_db()
    assert (postmortem.status, postmortem.credit_statement) == (
        "published", {"text": "Six months."},
    )  # fmt: skip


def test_a_credit_that_was_given_before_it_was_drafted_is_stated_too(
    page: Page, incident: Incident, by: Actor, at: datetime
) -> None:
    given = {"text": "Six months.", "statements": [{"text": "Six months."}]}
    other = Incident.open(page, title="Index", body="x", by=by, at=at)
    for each in (incident, other):
        each.state_credit(given, by=by, at=at)
    drafted = Postmortem.draft(page, title="Why", incidents=[incident, other], by=by, at=at)
    assert drafted.credit_statement == given


def test_the_names_of_staff_are_found_in_the_text(
    draft: Postmortem, page: Page, alice: User, by: Actor, at: datetime
) -> None:
    draft.write_section("trigger", "Alice reset the cluster.", author="Alice", by=by, at=at)
    assert draft.staff_named() == []
    Membership.grant(page=page, user=alice, role="admin", by=by, at=at)
    assert draft.staff_named() == ["Alice"]
    draft.write_section("trigger", "The cluster was reset.", author="Alice", by=by, at=at)
    assert draft.staff_named() == []


def test_staff_are_reminded_once_a_day_before_a_promised_one_is_due(
    incident: Incident, by: Actor, at: datetime
) -> None:
    promise = Commitment.promise(incident, "postmortem", due=at + 30 * HOUR, by=by, at=at)
    assert Postmortem.remind_by_clock(at=at) == 0
    assert Postmortem.remind_by_clock(at=at + 7 * HOUR) == 1
    version = Page.objects.get().version
    assert Postmortem.remind_by_clock(at=at + 8 * HOUR) == 0
    assert Page.objects.get().version == version
    assert Event.objects.get(kind="postmortem.due_soon").object() == promise


def test_a_resolution_may_promise_one(incident: Incident, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="promise a later time") as refused:
        incident.resolve(body="Over.", postmortem_due=at, by=by, at=at + HOUR)
    assert list(refused.value.message_dict) == ["postmortem_due"]
    incident.resolve(body="Over.", postmortem_due=at + 30 * HOUR, by=by, at=at + HOUR)
    assert Commitment.objects.get(kind="postmortem").due == at + 30 * HOUR
