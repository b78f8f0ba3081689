"""A broker that is away is looked for at a steady pace, and for good."""

import pytest
from kombu.exceptions import OperationalError

from statuspage.celery import app
from statuspage.queue_connection import LOOK_EVERY, SteadyConnection


def test_workers_and_beat_do_not_wait_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    with (
        SteadyConnection("redis://127.0.0.1:9/0") as connection,  # type: ignore[no-untyped-call]
        pytest.raises(OperationalError),
    ):
        connection.ensure_connection(lambda _problem, wait: waits.append(wait), 6)
    assert len(waits) >= 5
    assert set(waits) == {LOOK_EVERY}


def test_they_never_give_up() -> None:
    assert isinstance(app.connection_for_read(), SteadyConnection)
    assert app.conf.broker_connection_max_retries is None
