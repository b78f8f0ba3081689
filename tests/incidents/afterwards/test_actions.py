"""Actions and hand-added instants: public or not, dated, honest about what is overdue."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.core.viewers import PUBLIC
from incidents.models import ActionItem, ActionProgress, Event, Postmortem, TimelineEntry
from people.actors import Actor

DAY = timedelta(days=1)


@pytest.fixture
def action(public: Postmortem, by: Actor, at: datetime) -> ActionItem:
    return ActionItem.add(
        public, "Deploy new hardware", team="Storage", owner="Ada", due=at.date(), by=by, at=at
    )


def test_an_action_moves_on_after_the_publication_without_a_new_revision(
    public: Postmortem, action: ActionItem, by: Actor, at: datetime
) -> None:
    action.report("in_progress", text="Ordered.", by=by, at=at)
    action.report("done", text="In service.", notify=True, by=by, at=at + DAY)
    assert (action.state, public.revisions.count()) == ("done", 1)
    told = Event.objects.filter(kind="action.progressed").order_by("pk")
    assert [event.tell for event in told] == [False, True]
    assert not public.afresh().has_amendment


def test_what_is_late_is_said_until_it_is_settled(
    action: ActionItem, by: Actor, at: datetime
) -> None:
    assert not action.is_overdue(at)
    assert action.is_overdue(at + DAY)
    action.report("wont_do", text="The device was retired.", by=by, at=at + DAY)
    assert not action.is_overdue(at + DAY)


def test_a_private_action_is_told_to_nobody(action: ActionItem, by: Actor, at: datetime) -> None:
    action.change(public=False, by=by, at=at)
    action.report("done", notify=True, by=by, at=at)
    assert not Event.objects.get(kind="action.progressed").tell
    assert not ActionProgress.objects.visible_to(PUBLIC).exists()


@pytest.mark.parametrize(
    ("told", "field", "words"),
    [
        ({"due": date(2026, 3, 1)}, "due", "has passed"),
        ({"kind": "pray"}, "kind", "none of prevent"),
        ({"tracking_url": "ftp://x"}, "tracking_url", "begin it with https"),
        ({"title": " "}, "title", "Write something"),
        ({"team": "x" * 121}, "team", "At most 120"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    public: Postmortem, by: Actor, at: datetime, told: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words) as refused:
        ActionItem.add(public, **{"title": "Deploy"} | told, by=by, at=at)  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [field]


def test_a_due_date_that_passed_does_not_keep_other_things_from_changing(
    action: ActionItem, by: Actor, at: datetime
) -> None:
    action.change(team="Storage and backups", due=action.due, by=by, at=at + 5 * DAY)
    assert action.team == "Storage and backups"


def test_a_report_that_says_nothing_new_or_of_the_future_is_refused(
    action: ActionItem, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="changes nothing"):
        action.report("open", by=by, at=at)
    with pytest.raises(ValidationError, match="has not come yet") as refused:
        action.report("done", happened_at=at + DAY, by=by, at=at)
    assert list(refused.value.message_dict) == ["happened_at"]


def test_what_readers_saw_is_not_removed(
    public: Postmortem, action: ActionItem, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="Readers have seen this"):
        action.remove(by=by, at=at)
    hidden = ActionItem.add(public, "Talk to the vendor", public=False, by=by, at=at)
    hidden.remove(by=by, at=at)
    assert public.actions.get() == action


def test_what_subscribers_were_told_of_is_not_removed_though_it_was_hidden_since(
    action: ActionItem, by: Actor, at: datetime
) -> None:
    action.report("in_progress", notify=True, by=by, at=at)
    action.change(public=False, by=by, at=at)
    with pytest.raises(ValidationError, match="Readers have seen this") as refused:
        action.remove(by=by, at=at)
    assert list(refused.value.message_dict) == ["action"]


def test_an_instant_is_added_changed_and_removed_as_part_of_the_wording(
    public: Postmortem, by: Actor, at: datetime
) -> None:
    entry = TimelineEntry.add(
        public, "The alarm rang", happened_at=at - DAY, precision="about", by=by, at=at
    )
    assert public.afresh().has_amendment
    public.amend("When the alarm rang.", by=by, at=at)
    assert [each.text for each in public.afresh().wording.timeline] == ["The alarm rang"]
    entry.change(public=False, by=by, at=at)
    assert public.afresh().wording.timeline == ()
    entry.remove(by=by, at=at)
    assert not public.timeline_entries.exists()


def test_an_instant_of_the_future_is_refused(public: Postmortem, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError, match="has not come yet") as refused:
        TimelineEntry.add(public, "All is well", happened_at=at + DAY, by=by, at=at)
    assert list(refused.value.message_dict) == ["happened_at"]
