"""A second pair of eyes: asked, answered, asked again once the words have changed."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Page, Postmortem
from incidents.models.afterwards.review import PostmortemReview
from people.actors import Actor
from people.models import ApiToken, User


def review_of(text: Postmortem) -> PostmortemReview:
    review = text.open_review
    assert review is not None
    return review


def test_with_an_open_review_it_is_not_published_and_who_is_asked_is_said(
    text: Postmortem, bob: User, second: Actor, by: Actor, at: datetime
) -> None:
    text.submit(reviewer=bob, by=by, at=at)
    assert text.status == "in_review"
    with pytest.raises(ValidationError, match="Bob was asked to review this") as refused:
        text.publish(by=by, at=at)
    assert list(refused.value.message_dict) == ["review"]
    review_of(text).approve(by=second, at=at)
    text.publish(by=by, at=at)
    assert text.status == "published"


def test_nobody_approves_what_they_wrote_not_with_a_token_either(
    text: Postmortem, alice: User, second: Actor, by: Actor, at: datetime
) -> None:
    token, _plain = ApiToken.issue(owner=alice, name="ci", scopes=["read"], at=at)
    text.submit(by=by, at=at)
    for same in (by, Actor.token(token)):
        with pytest.raises(ValidationError, match="prepared or last wrote this") as refused:
            review_of(text).approve(by=same, at=at)
        assert list(refused.value.message_dict) == ["reviewer"]
    with pytest.raises(ValidationError, match="A review is a person's"):
        review_of(text).approve(by=Actor.system(), at=at)
    text.write_section("summary", "Two disks failed.", by=second, at=at)
    with pytest.raises(ValidationError, match="last wrote this"):
        review_of(text).approve(by=second, at=at)


def test_the_author_is_not_asked_and_a_stranger_neither(
    text: Postmortem, alice: User, bob: User, by: Actor, at: datetime
) -> None:
    text.page.memberships.create(user=alice, role="admin")
    for user, why in ((alice, "Alice wrote this"), (bob, "Bob may not write on this page")):
        with pytest.raises(ValidationError, match=why) as refused:
            text.submit(reviewer=user, by=by, at=at)
        assert list(refused.value.message_dict) == ["reviewer"]


def test_sent_back_with_a_remark_it_is_a_draft_again(
    text: Postmortem, second: Actor, by: Actor, at: datetime
) -> None:
    text.submit(by=by, at=at)
    with pytest.raises(ValidationError, match="Say what should change"):
        review_of(text).send_back(" ", by=second, at=at)
    review = review_of(text)
    review.send_back("Which disk?", by=second, at=at)
    text.refresh_from_db()
    assert (text.status, review.remark, review.decided_by) == ("draft", "Which disk?", "Bob")
    with pytest.raises(ValidationError, match="sent back by Bob"):
        review.approve(by=second, at=at)


def test_a_change_after_the_approval_asks_again(
    text: Postmortem, bob: User, second: Actor, by: Actor, at: datetime
) -> None:
    text.submit(reviewer=bob, by=by, at=at)
    review_of(text).approve(by=second, at=at)
    assert text.open_review is None
    text.write_section("summary", "A disk failed.", by=by, at=at)
    assert text.open_review is None
    text.write_section("summary", "Two disks failed.", by=by, at=at)
    assert review_of(text).asked_of == "Bob"
    with pytest.raises(ValidationError, match="Bob was asked"):
        text.publish(by=by, at=at)


def test_where_the_page_wants_it_nothing_is_published_or_amended_without(
    text: Postmortem, page: Page, second: Actor, by: Actor, at: datetime
) -> None:
    page.change(postmortem_review=True, by=by, at=at)
    with pytest.raises(ValidationError, match="somebody else approves first"):
        text.publish(by=by, at=at)
    text.submit(by=by, at=at)
    review_of(text).approve(by=second, at=at)
    text.publish(by=by, at=at)
    text.write_section("summary", "Two disks failed.", by=by, at=at)
    with pytest.raises(ValidationError, match="somebody else approves first"):
        text.amend("Two.", by=by, at=at)
    text.submit(by=by, at=at)
    assert text.status == "published"
    review_of(text).approve(by=second, at=at)
    text.amend("Two.", by=by, at=at)
    assert text.revisions.count() == 2


def test_whoever_prepared_the_first_edition_may_review_an_amendment_by_another(
    public: Postmortem, second: Actor, by: Actor, at: datetime
) -> None:
    public.write_section("summary", "Two disks failed.", by=second, at=at)
    public.submit(by=second, at=at)
    review_of(public).approve(by=by, at=at)
    public.amend("Two.", by=second, at=at)
    assert public.status == "amended"


def test_a_question_can_be_called_off_and_is_not_asked_twice(
    text: Postmortem, by: Actor, at: datetime
) -> None:
    text.submit(by=by, at=at)
    with pytest.raises(ValidationError, match="in review already"):
        text.submit(by=by, at=at)
    review_of(text).call_off(by=by, at=at)
    text.publish(by=by, at=at)
    assert text.status == "published"


def test_whoever_hands_it_in_does_not_approve_it(
    text: Postmortem, bob: User, second: Actor, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="Bob hands this in; ask somebody else"):
        text.submit(reviewer=bob, by=second, at=at)
    text.write_section("summary", "Two disks failed.", by=second, at=at)
    text.submit(by=second, at=at)
    text.change(title="Two disks", by=by, at=at)
    with pytest.raises(ValidationError, match="Bob handed this in") as refused:
        review_of(text).approve(by=second, at=at)
    assert list(refused.value.message_dict) == ["reviewer"]
