"""Probes: alive whatever happens elsewhere, ready only with what a post needs; no secrets."""

import shutil
import socket
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone

from notifications.models import Heartbeat
from proof.waiting import free_port
from publishing.elsewhere.courier import Report
from statuspage import health as looks
from statuspage.health import Check, Health, Unwell, report

PROBE = Client(REMOTE_ADDR="10.1.2.3", headers={"Host": "10.9.9.9:8000"})


class Usage(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


def ready() -> tuple[int, dict[str, Any]]:
    """Ask `/readyz` as an orchestrator does."""
    answer = PROBE.get("/readyz")
    return answer.status_code, answer.json()["checks"]


def test_alive_is_said_to_whoever_asks_by_address_and_over_http(settings: LazySettings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = PROBE.get("/livez")
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_alive_asks_no_database() -> None:
    # Without a `db` mark any question would be refused.
    assert PROBE.get("/livez").status_code == 200


def test_a_probe_is_only_read() -> None:
    assert PROBE.head("/livez").status_code == 200
    assert PROBE.post("/readyz").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_ready_with_everything_in_order() -> None:
    Heartbeat.beat("sweep", timezone.now())
    status, checks = ready()
    assert status == 200
    assert {name for name, each in checks.items() if not each["ok"]} == set()
    assert checks["database"] == {"ok": True, "required": True, "says": "answers"}
    assert "worker runs in this process" in checks["broker"]["says"]


@pytest.mark.django_db(transaction=True)
def test_not_ready_with_the_database_gone_and_said_soon_without_a_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = {"NAME": str(tmp_path / "no" / "where.sqlite3")}
    if connection.vendor == "postgresql":
        gone = {"HOST": "127.0.0.1", "PORT": str(free_port()), "PASSWORD": "hush"}
    for name, value in gone.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    began = time.monotonic()
    answer = PROBE.get("/readyz")
    assert time.monotonic() - began < 2
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["says"] == "OperationalError"
    assert "hush" not in answer.text
    assert PROBE.get("/livez").status_code == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_not_ready_with_a_database_that_accepts_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", str(silent.getsockname()[1]))
        began = time.monotonic()
        status, checks = ready()
        assert time.monotonic() - began < 2
    assert (status, checks["database"]["says"]) == (503, "no answer")


@pytest.mark.django_db(transaction=True)
def test_not_ready_before_the_tables_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = looks._migrations() | {("incidents", "9998_next"), ("incidents", "9999_last")}
    monkeypatch.setattr(looks, "_migrations", lambda: ahead)
    status, checks = ready()
    assert status == 503
    assert checks["migrations"]["says"] == "2 not applied: run manage.py migrate"


@pytest.mark.django_db(transaction=True)
def test_not_ready_on_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9, 5 * 1024**2))
    status, checks = ready()
    assert (status, checks["disk"]["says"]) == (503, "only 5 MB are free")


@pytest.mark.django_db(transaction=True)
def test_a_lost_broker_is_said_and_keeps_nobody_from_posting(settings: LazySettings) -> None:
    settings.REDIS_URL = f"redis://:hush@127.0.0.1:{free_port()}/0"
    answer = PROBE.get("/readyz")
    checks = answer.json()["checks"]
    assert answer.status_code == 200
    assert checks["broker"] == {"ok": False, "required": False, "says": "ConnectionError"}
    assert "hush" not in answer.text


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_answers(settings: LazySettings, redis_url: str) -> None:
    settings.REDIS_URL = redis_url
    assert ready()[1]["broker"]["says"] == "answers"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "says"), [(None, "has not run yet"), (timedelta(minutes=5), "silent for 300 s")]
)
def test_silent_senders_are_said(
    age: timedelta | None, says: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "database_now", lambda: at)
    if age is not None:
        Heartbeat.beat("sweep", at - age)
    with pytest.raises(Unwell, match=says):
        looks.senders()


def test_a_publisher_that_stopped_looking_is_not_ready() -> None:
    class Watched:
        age, is_current, looked_at = 0.2, True, 1.0

    check = looks.of_publisher(Watched())  # type: ignore[arg-type]
    assert check.look() == "last look 0.2 s ago"
    Watched.age, Watched.is_current = 31, False
    ready, findings = report(Health([check]).findings())
    assert not ready
    assert findings["checks"]["publisher"]["says"] == "no look for 31 s"  # type: ignore[index]
    Watched.looked_at = 0.0
    assert Health([check]).findings()["publisher"].says == "no look yet"


def test_a_failing_target_is_said_and_keeps_nobody_from_reading(at: datetime) -> None:
    class Pushing:
        reports = [Report("s3://bucket"), Report("file:///www")]

        def status(self) -> list[Report]:
            return self.reports

    check = looks.of_pusher(Pushing())  # type: ignore[arg-type]
    assert check.look() == "2 in order"
    Pushing.reports = [Report("s3://bucket", failing_since=at, problem="HTTP 503")]
    ready, findings = report(Health([check]).findings())
    assert ready
    assert findings["checks"]["targets"]["says"] == "s3://bucket: HTTP 503"  # type: ignore[index]


def test_what_hangs_is_asked_once_and_never_waited_for() -> None:
    asked, go_on = [], threading.Event()

    def hang() -> str:
        asked.append(1)
        go_on.wait(10)
        return "answers"

    health = Health([Check("slow", hang)])
    for _ in range(5):
        assert health.findings(patience=0.02)["slow"].says == "no answer"
    assert len(asked) == 1
    go_on.set()
    assert health.findings(patience=5)["slow"].ok


def test_a_look_that_breaks_tells_its_kind_alone() -> None:
    def broken() -> str:
        raise OSError("/srv/candor/data: no such file, password hush")

    found = Health([Check("odd", broken)]).findings()["odd"]
    assert (found.ok, found.says) == (False, "OSError")
