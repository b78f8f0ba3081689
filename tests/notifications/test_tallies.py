"""How far broadcasts have got is counted while something moves, and hardly afterwards."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import Incident
from notifications.models import Broadcast, Delivery
from notifications.tallies import Tally, tallies
from tests.notifications.conftest import Subscriber

pytestmark = pytest.mark.usefixtures("loose")
State = Delivery.State


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def news(incident: Incident, subscriber: Subscriber, at: datetime) -> Broadcast:
    """An opening, told to three readers, to none of them yet."""
    for name in ("ann", "ben", "cid"):
        subscriber(f"{name}@example.com")
    (opened,) = Broadcast.open_due(at)
    opened.fan_out(at)
    opened.refresh_from_db()
    return opened


def settled(news: Broadcast, at: datetime, *, failed: str = "") -> None:
    """All of it was sent, but to one."""
    over = {"next_attempt_at": None, "sent_at": at}
    news.deliveries.exclude(destination=failed).update(state=State.SENT, **over)
    bad = {"state": State.FAILED, "failed_at": at, "next_attempt_at": None}
    news.deliveries.filter(destination=failed).update(**bad)


def look(news: Broadcast) -> tuple[Tally, int]:
    """The tally, and how many statements it took."""
    with CaptureQueriesContext(connection) as seen:
        tally = tallies([news])[news.pk]
    return tally, len(seen)


def test_what_moves_is_counted_each_time(news: Broadcast, at: datetime) -> None:
    assert look(news)[0] == Tally(waiting=3)
    settled(news, at, failed="ben@example.com")
    assert look(news)[0] == Tally(sent=2, failed=1)


def test_what_is_over_is_counted_once(news: Broadcast, at: datetime) -> None:
    settled(news, at, failed="ben@example.com")
    first, counting = look(news)
    again, looking = look(news)
    assert first == again == Tally(sent=2, failed=1)
    assert looking == counting - 1


def test_what_comes_back_or_is_tried_again_shows_at_once(news: Broadcast, at: datetime) -> None:
    settled(news, at, failed="ben@example.com")
    look(news)
    news.deliveries.get(destination="ann@example.com").come_back("550", at)
    assert look(news)[0] == Tally(sent=1, failed=1, bounced=1)
    news.deliveries.replay(at)
    assert look(news)[0] == Tally(sent=1, waiting=2)
    settled(news, at)
    assert look(news)[0] == Tally(sent=3)
    assert look(news)[0].dead == 0


def test_what_is_still_to_be_written_is_not_taken_for_over(
    incident: Incident, subscriber: Subscriber, at: datetime
) -> None:
    subscriber()
    (opened,) = Broadcast.open_due(at)
    assert look(opened)[0] == Tally()
    opened.fan_out(at)
    opened.refresh_from_db()
    assert look(opened)[0] == Tally(waiting=1)
