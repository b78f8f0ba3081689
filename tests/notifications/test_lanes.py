"""What goes over a channel waits in the lane of that channel, whoever wrote it."""

from datetime import datetime
from importlib import import_module

import pytest
from django.apps import apps

from incidents.models import Incident, Page
from notifications import rounds, tasks
from notifications.channels import channels
from notifications.lanes import SENDING
from notifications.models import Delivery, Subscription
from people.actors import Actor

State = Delivery.State


@pytest.fixture
def room(page: Page, loopback_open: None, by: Actor, at: datetime) -> Subscription:
    """A chat of the page's own."""
    example = channels()["slack"].example("http://127.0.0.1:9")
    return Subscription.connect(
        page, channel="slack", destination=example.destination, config=dict(example.config),
        by=by, at=at,
    )  # fmt: skip


def test_a_chat_is_told_in_a_lane_of_its_own(
    incident: Incident, room: Subscription, at: datetime
) -> None:
    assert rounds.tell(at) == ["chats"]
    room.try_out(at)
    assert set(Delivery.objects.values_list("lane", flat=True)) == {"chats"}


@pytest.mark.parametrize(
    ("channel", "lane"), [("email", "urgent"), ("webhook", "webhooks"), ("sms", "chats")]
)
def test_who_comes_late_catches_up_in_the_lane_of_the_channel_but_for_mails(
    incident: Incident, channel: str, lane: str, at: datetime
) -> None:
    rounds.tell(at)
    late = Subscription.objects.create(
        page=incident.page, channel=channel, destination="late", state="confirmed", asked_at=at,
        confirmed_at=at,
    )  # fmt: skip
    late.catch_up(at)
    assert late.deliveries.get().lane == lane


def test_what_waited_in_the_lane_of_mails_moves_to_its_own(page: Page, at: datetime) -> None:
    states: dict[str, dict[str, object]] = {
        "pending": {},
        "retry": {},
        "failed": {"next_attempt_at": None, "failed_at": at},
        "sent": {"next_attempt_at": None, "sent_at": at},
    }
    for channel in ("slack", "webpush", "email"):
        for state, rest in states.items():
            row = Delivery.test(page, channel=channel, destination="x", lane="urgent", at=at)
            Delivery.objects.filter(pk=row.pk).update(state=state, **rest)
    import_module("notifications.migrations.0019_lane_of_chats").move(apps, None)
    lanes = set(Delivery.objects.exclude(state=State.SENT).values_list("channel", "lane"))
    assert lanes == {("slack", "chats"), ("webpush", "webhooks"), ("email", "urgent")}
    assert set(Delivery.objects.filter(state=State.SENT).values_list("lane")) == {("urgent",)}


def test_a_worker_that_starts_has_every_lane_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[list[str]] = []
    monkeypatch.setattr(tasks, "_wake", woken.append)
    tasks.look_around()
    assert woken == [[*SENDING]]
