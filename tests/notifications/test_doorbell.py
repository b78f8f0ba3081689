"""Ringing never waits and never fails, whatever state the broker is in."""

import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from time import monotonic

import pytest
from celery import Celery, current_app

from incidents.models import Incident, Page
from notifications import doorbell, tasks
from notifications.doorbell import Bell
from notifications.models import Delivery, Heartbeat
from people.actors import Actor
from tests.notifications.conftest import Subscriber
from tests.sinks.smtp import SmtpSink


@pytest.fixture
def hung_redis() -> Iterator[str]:
    """Something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def rung(monkeypatch: pytest.MonkeyPatch, url: str) -> tuple[Bell, float]:
    """A bell on that broker, and how long ringing it took."""
    app = Celery("test", broker=url, set_as_current=False)
    app.conf.broker_transport_options = {
        "socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 0,
    }  # fmt: skip
    monkeypatch.setattr(doorbell, "current_app", app)
    bell, began = Bell(), monotonic()
    bell.ring()
    return bell, monotonic() - began


def test_a_hung_broker_costs_the_request_nothing(
    hung_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bell, took = rung(monkeypatch, hung_redis)
    assert took < 0.1
    assert bell.wait(10)
    assert bell.missed == 1


def test_a_dead_broker_costs_the_request_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    bell, took = rung(monkeypatch, "redis://127.0.0.1:1/0")
    assert took < 0.1
    assert bell.wait(10)
    assert bell.missed == 1


def test_a_dead_broker_is_one_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bell, _took = rung(monkeypatch, "redis://127.0.0.1:1/0")
    assert bell.wait(10)
    (said,) = [each for each in caplog.records if each.name == "notifications.doorbell"]
    assert said.getMessage().startswith("The broker did not take a ring; the sweep will: ")
    assert said.exc_info is None


def test_rings_during_a_call_become_one(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, go_on = [], threading.Event()

    class Broker:
        def send_task(self, name: str, **options: object) -> None:
            calls.append(name)
            go_on.wait(5)

    monkeypatch.setattr(doorbell, "current_app", Broker())
    bell = Bell()
    for _ in range(100):
        bell.ring()
    go_on.set()
    assert bell.wait(5)
    assert set(calls) == {"notifications.open_broadcasts"}
    assert 1 <= len(calls) <= 3


@pytest.mark.django_db(transaction=True)
def test_a_commit_rings(
    page: Page, by: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rings: list[tuple[str, object]] = []

    class Broker:
        def send_task(self, name: str, **options: object) -> None:
            rings.append((name, options["queue"]))

    monkeypatch.setattr(doorbell, "current_app", Broker())
    Incident.open(page, title="Down", body="Looking.", by=by, at=at)
    assert doorbell.bell.wait(5)
    assert set(rings) == {("notifications.open_broadcasts", "clock")}


def test_the_tasks_tell_everything(
    incident: Incident, subscriber: Subscriber, smtp: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[str, list[str], str]] = []

    class Broker:
        def send_task(self, name: str, args: list[str], queue: str, **options: object) -> None:
            woken.append((name, args, queue))

    monkeypatch.setattr(tasks, "current_app", Broker())
    subscriber()
    tasks.open_broadcasts()
    assert woken == [("notifications.drain", ["mail"], "mail")]
    tasks.drain("mail")
    tasks.sweep()
    assert woken[1:] == [("notifications.drain", ["mail"], "mail")]
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {
        "mail",
        "sweep",
        "housekeeping",
    }


def test_the_tasks_are_registered_under_the_names_of_the_schedule() -> None:
    names = {"notifications.open_broadcasts", "notifications.sweep", "notifications.drain"}
    assert names <= set(current_app.tasks)
