"""Postmortems: from draft to public."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.core.viewers import PUBLIC
from incidents.models import Commitment, Event, Incident, Page, Postmortem
from people.actors import Actor

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
    draft.submit(by=by, at=at)
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


def test_what_is_public_cannot_be_rewritten_or_published_twice(
    draft: Postmortem, by: Actor, at: datetime
) -> None:
    draft.write_section("summary", "It broke.", by=by, at=at)
    draft.publish(by=by, at=at)
    with pytest.raises(ValidationError, match="cannot be rewritten"):
        draft.write_section("summary", "It never broke.", by=by, at=at)
    with pytest.raises(ValidationError, match="published already"):
        draft.publish(by=by, at=at)


def test_an_empty_one_and_one_about_nothing_are_refused(
    draft: Postmortem, page: Page, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="at least one section"):
        draft.publish(by=by, at=at)
    with pytest.raises(ValidationError, match="one incident at least"):
        Postmortem.draft(page, title="x", incidents=[], by=by, at=at)


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
