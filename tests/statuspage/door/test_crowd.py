"""A crowd at the front door, and what is left to it by whoever computes for one reader."""

import pytest

from statuspage.door.crowd import LONGEST, MANY, Crowd


class Clock:
    """Time as the test says."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def read(crowd: Crowd, clock: Clock, answers: float, seconds: float) -> None:
    """So many answers are handed out within so long."""
    crowd.handed_out += round(answers)
    clock.now += seconds


def test_few_readers_are_owed_nothing(clock: Clock) -> None:
    crowd = Crowd(clock)
    read(crowd, clock, MANY * 0.9, 1)
    crowd.worked(0.01)
    assert crowd.owed() == 0


def test_a_crowd_is_owed_three_times_what_one_reader_took_and_it_passes(clock: Clock) -> None:
    crowd = Crowd(clock)
    read(crowd, clock, MANY, 1)
    crowd.worked(0.01)
    assert crowd.owed() == pytest.approx(0.03)
    clock.now += 0.02
    assert crowd.owed() == pytest.approx(0.01)
    clock.now += 0.02
    assert crowd.owed() == 0


def test_nobody_waits_for_the_crowd_for_long(clock: Clock) -> None:
    crowd = Crowd(clock)
    read(crowd, clock, MANY, 1)
    crowd.worked(1)
    assert crowd.owed() == pytest.approx(LONGEST)


def test_once_the_crowd_has_gone_nothing_is_owed(clock: Clock) -> None:
    crowd = Crowd(clock)
    read(crowd, clock, MANY, 1)
    crowd.worked(0.01)
    read(crowd, clock, 0, 0.001)
    crowd.worked(0.01)
    assert crowd.owed() == 0


def test_two_at_the_same_instant_divide_by_nothing(clock: Clock) -> None:
    crowd = Crowd(clock)
    crowd.worked(0.01)
    assert crowd.owed() == 0
