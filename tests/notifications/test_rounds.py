"""A round of telling: what goes wrong in one of its steps keeps no reader from being told."""

from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from pytest_django import Settings

from incidents.models import Incident, Page, Update
from notifications import digests, reached, replies, rounds
from notifications.models import (
    Broadcast,
    Bucket,
    Chunk,
    Delivery,
    Intake,
    Judgement,
    Subscription,
    Wish,
)
from notifications.senders.journal import Journal
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink

STEPS = [
    (rounds, "reconcile"),
    (rounds, "call"),
    (replies, "enqueue"),
    (Intake, "go_on"),
    (Wish, "take_up"),
    (digests, "enqueue"),
    (Judgement, "judge_due"),
    (reached, "note"),
    (Subscription, "purge"),
    (Bucket, "empty_old"),
]


@pytest.mark.parametrize(("place", "name"), STEPS)
def test_a_step_that_breaks_keeps_no_lane_asleep(
    incident: Incident, subscriber: Subscriber, at: datetime, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, place: object, name: str,
) -> None:  # fmt: skip
    subscriber()
    monkeypatch.setattr(place, name, Mock(side_effect=LookupError("one bad row")))
    assert rounds.sweep(at) == ["mail"]
    assert "one bad row" in caplog.text


def test_a_wish_that_cannot_come_true_keeps_no_other_waiting(
    page: Page, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ada", "bob"):
        Wish.leave(page, destination=f"{name}@example.com", at=at)
    ask = Subscription.ask

    def asked(page: Page, **rest: object) -> Subscription:
        if rest["destination"] == "ada@example.com":
            raise LookupError("one bad row")
        return ask(page, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Subscription, "ask", asked)
    rounds.tell(at)
    assert Delivery.objects.get().destination == "bob@example.com"
    assert Wish.objects.get().destination == "ada@example.com"


def test_whom_one_broadcast_reached_is_stated_though_that_of_another_cannot_be(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, by: Actor, at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    subscriber()
    rounds.run_all(at)
    later = Update.post(incident, body="A disk.", by=by, at=at + timedelta(minutes=1))
    rounds.run_all(at + timedelta(minutes=1))
    figures = reached._figures

    def some(broadcast: Broadcast) -> object:
        if broadcast.event.kind == "incident.opened":
            raise LookupError("one bad row")
        return figures(broadcast)

    monkeypatch.setattr(reached, "_figures", some)
    reached.note(at + timedelta(minutes=2))
    later.refresh_from_db()
    assert [row["sent"] for row in later.reached] == [1]


def test_whoever_signs_up_does_not_wait_until_all_others_are_written(
    incident: Incident, subscriber: Subscriber, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriber()
    Wish.leave(incident.page, destination="bob@example.com", at=at)
    woken: list[tuple[list[str], int]] = []
    rounds.tell(at, lambda lanes: woken.append((lanes, Broadcast.objects.unexpanded().count())))
    assert woken[0] == (["urgent"], 1)


def test_a_second_round_of_a_process_waits_for_no_rows_of_the_first(
    incident: Incident, subscriber: Subscriber, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriber()
    with rounds._writing:
        assert rounds.tell(at) == []
    assert rounds.tell(at) == ["mail"]


def test_a_sweep_frees_what_a_dead_sender_of_this_host_held(
    incident: Incident, subscriber: Subscriber, at: datetime, settings: Settings, tmp_path: Path
) -> None:
    settings.SENDER_JOURNAL = tmp_path
    subscriber()
    rounds.tell(at)
    journal, _chunk = Journal.begin(tmp_path, "dead"), Chunk.claim("email", "dead", at)
    assert rounds.sweep(at) == []
    journal.leave()
    assert rounds.sweep(at) == ["mail"]
