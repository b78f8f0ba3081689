"""Whoever writes computes first; what is made of it waits, but not for long."""

from threading import Event, Thread

import pytest
from django.core.exceptions import ValidationError

from incidents.core.checks import refusal
from incidents.models import Incident, Page, Update
from people.actors import Actor
from publishing.published import courtesy
from publishing.published.courtesy import Courtesy
from tests.publishing.published.conftest import Press

LONG = 60.0


def waiting_beside(manners: Courtesy) -> tuple[Thread, Event]:
    """Give way in a thread of its own, and say when that is over."""
    went_on = Event()

    def run() -> None:
        manners.give_way()
        went_on.set()

    thread = Thread(target=run)
    thread.start()
    return thread, went_on


def test_it_waits_until_the_last_writer_is_done() -> None:
    manners = Courtesy(longest=LONG)
    with manners.writing():
        with manners.writing():
            thread, went_on = waiting_beside(manners)
            assert not went_on.wait(0.05)
        assert not went_on.wait(0.05)
    assert went_on.wait(LONG)
    thread.join()


def test_a_writer_who_hangs_is_waited_for_half_of_the_time_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A wait reads the clock twice, whoever passes over it once.
    ticks = iter([0.0, 10.0, 10.1, 19.9, 20.1, 20.2])
    monkeypatch.setattr(courtesy, "monotonic", lambda: next(ticks))
    hanging = Courtesy(longest=0.01)
    with hanging.writing():
        for _file in range(4):
            hanging.give_way()
    assert list(ticks) == []


def test_a_write_that_fails_is_over_too() -> None:
    manners = Courtesy(longest=LONG)
    with pytest.raises(ValidationError), manners.writing():
        raise refusal("text", "Say something.")
    thread, went_on = waiting_beside(manners)
    assert went_on.wait(LONG / 2)
    thread.join()


def test_the_publisher_gives_way_before_it_reads_and_before_each_file(
    press: Press, page: Page, incident: Incident, by: Actor
) -> None:
    press.look()
    steps: list[str] = []
    press.publisher.give_way = lambda: steps.append("gave way")
    Update.post(incident, body="A zebra crossed.", by=by, at=press.now)
    written = press.look()
    html = [path for path in written if path.endswith("/")]
    assert html
    assert len(steps) > len(html)
