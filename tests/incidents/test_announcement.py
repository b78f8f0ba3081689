"""Announcements: on the front page until they are ended."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Announcement, Event, Page, Update
from incidents.reading import PageState
from people.actors import Actor


@pytest.fixture
def announcement(page: Page, by: Actor, at: datetime) -> Announcement:
    return Announcement.publish(page, title="We have moved", body="To a new house.", by=by, at=at)


def test_an_announcement_stands_on_the_page_and_is_told(
    announcement: Announcement, page: Page, at: datetime
) -> None:
    assert [each.title for each in PageState.of(page, at=at).announcements] == ["We have moved"]
    event = page.events.get(kind="announcement.published")
    assert event.tell
    assert event.object() == announcement.updates.get()


def test_an_announcement_changes_no_level(
    announcement: Announcement, page: Page, at: datetime
) -> None:
    assert PageState.of(page, at=at).status.indicator == "none"


def test_an_ended_announcement_leaves_the_front_page(
    announcement: Announcement, page: Page, by: Actor, at: datetime
) -> None:
    later = at + timedelta(days=1)
    announcement.end(body="We have settled in.", by=by, at=later)
    assert PageState.of(page, at=later).announcements == []
    assert Announcement.objects.get().resolved_at == later


def test_an_announcement_ends_once(announcement: Announcement, by: Actor, at: datetime) -> None:
    announcement.end(body="Over.", by=by, at=at)
    with pytest.raises(ValidationError) as refused:
        announcement.end(body="Over again.", by=by, at=at)
    assert "status" in refused.value.message_dict


def test_an_announcement_without_words_is_refused(page: Page, by: Actor, at: datetime) -> None:
    with pytest.raises(ValidationError):
        Announcement.publish(page, title="We have moved", body=" ", by=by, at=at)
    assert not Announcement.objects.exists()


def test_a_mere_post_does_not_end_an_announcement(
    announcement: Announcement, by: Actor, at: datetime
) -> None:
    with pytest.raises(ValidationError, match="verb of its own"):
        Update.post(announcement, body="Over.", status="ended", by=by, at=at)
    assert Announcement.objects.get().is_open


def test_it_is_pinned_and_ends_by_the_clock(page: Page, by: Actor, at: datetime) -> None:
    hour = timedelta(hours=1)
    standing = Announcement.publish(
        page, title="A", body="B", pinned=True, ends_at=at + hour, by=by, at=at
    )
    assert (standing.pinned, standing.ends_at) == (True, at + hour)
    assert Announcement.end_due(at=at + hour - timedelta(seconds=1)) == 0
    assert Announcement.end_due(at=at + hour) == 1
    standing.refresh_from_db()
    assert (standing.status, standing.resolved_at) == ("ended", at + hour)
    assert not standing.updates.get(number=2).notify
    assert Announcement.end_due(at=at + 2 * hour) == 0


def test_where_it_stands_and_how_long_can_change(page: Page, by: Actor, at: datetime) -> None:
    hour = timedelta(hours=1)
    standing = Announcement.publish(page, title="A", body="B", ends_at=at + hour, by=by, at=at)
    standing.place(pinned=True, ends_at=None, by=by, at=at)
    assert Announcement.end_due(at=at + hour) == 0
    event = Event.objects.get(kind="announcement.placed")
    assert (event.before["pinned"], event.after["pinned"]) == (False, True)
    for verb in (
        lambda: standing.place(pinned=True, ends_at=at, by=by, at=at),
        lambda: Announcement.publish(page, title="A", body="B", ends_at=at, by=by, at=at),
    ):
        with pytest.raises(ValidationError) as refused:
            verb()
        assert "has passed" in refused.value.message_dict["ends_at"][0]
    standing.end(body="Over.", by=by, at=at + hour)
    with pytest.raises(ValidationError, match="ended already"):
        standing.place(pinned=False, by=by, at=at + hour)
